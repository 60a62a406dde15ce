"""The policies that every tenant finds: nobody changes them, anybody may copy them."""

from __future__ import annotations

from dataclasses import dataclass

from apps.policies.phrases import N_
from apps.policies.statements import Document, Statement


@dataclass(frozen=True, slots=True)
class SystemPolicy:
    name: str
    description: str
    document: Document


def _allowing(*actions: str) -> Document:
    """A system policy never denies: given beside another one, it takes nothing away."""
    return Document((Statement("Allow", actions),))


def _of_both_scopes(project: tuple[str, ...], everywhere: tuple[str, ...]) -> Document:
    """Only system policies speak of both scopes at once; `Document.within` takes the part that is given."""
    return Document((Statement("Allow", project), Statement("Allow", everywhere)))


FULL_ACCESS = "ModelArts FullAccess"
COMMON_OPERATIONS = "ModelArts CommonOperations"
TENANT_ADMINISTRATOR = "Tenant Administrator"
TENANT_ADMINISTRATOR_GLOBAL = "Tenant Administrator (global services)"
TENANT_GUEST = "Tenant Guest"
SECURITY_ADMINISTRATOR = "Security Administrator"
OBS_ADMINISTRATOR = "OBS Administrator"
OBS_READ_ONLY = "OBS ReadOnly"
OBS_VIEWER = "OBS Viewer"
CTS_VIEWER = "CTS Viewer"

# Resource pools are managed by who pays for them: everybody else may see and use them.
_COMMON = (
    *("modelarts:dataset:*", "modelarts:datasetVersion:*", "modelarts:label:*", "modelarts:sample:*"),
    *("modelarts:workforce:*", "modelarts:worker:*", "modelarts:workforceTask:*", "modelarts:acceptance:*"),
    *("modelarts:job:*", "modelarts:workspace:*", "modelarts:exemplProject:*", "modelarts:notebook:*"),
    *("modelarts:algorithm:*", "modelarts:trainJob:*", "modelarts:trainJobVersion:*", "modelarts:trainConfig:*"),
    *("modelarts:tensorboard:*", "modelarts:model:*", "modelarts:service:*", "modelarts:aiMarket:*"),
    *("modelarts:processor:*", "modelarts:image:*", "modelarts:pool:get", "modelarts:pool:list"),
)

SYSTEM_POLICIES = {
    policy.name: policy
    for policy in (
        SystemPolicy(FULL_ACCESS, N_("Everything in ModelArts, resource pools included."), _allowing("modelarts:*:*")),
        SystemPolicy(
            COMMON_OPERATIONS,
            N_("Everything in ModelArts but creating, changing and deleting resource pools."),
            _allowing(*_COMMON),
        ),
        SystemPolicy(
            TENANT_ADMINISTRATOR,
            N_("Everything in all services but IAM: who gives rights is decided by the Security Administrator."),
            _of_both_scopes(("modelarts:*:*",), ("obs:*:*", "cts:*:*")),
        ),
        # The guide gives it so, beside CommonOperations, to everybody who works with data sets.
        SystemPolicy(
            TENANT_ADMINISTRATOR_GLOBAL,
            N_("Everything in the global services but IAM: buckets, files and the audit log."),
            _allowing("obs:*:*", "cts:*:*"),
        ),
        SystemPolicy(
            TENANT_GUEST,
            N_("Looking at everything but IAM and the audit log, changing nothing."),
            _of_both_scopes(("modelarts:*:get*", "modelarts:*:list*"), ("obs:*:Get*", "obs:*:List*", "obs:*:Head*")),
        ),
        SystemPolicy(
            SECURITY_ADMINISTRATOR, N_("Users, groups, policies and agencies of the tenant."), _allowing("iam:*:*")
        ),
        SystemPolicy(OBS_ADMINISTRATOR, N_("Everything with buckets and files."), _allowing("obs:*:*")),
        SystemPolicy(
            OBS_READ_ONLY, N_("Reading buckets and files."), _allowing("obs:*:Get*", "obs:*:List*", "obs:*:Head*")
        ),
        SystemPolicy(
            OBS_VIEWER,
            N_("Seeing which buckets and files there are, without reading the files."),
            _allowing("obs:bucket:List*", "obs:bucket:HeadBucket", "obs:bucket:GetBucketLocation"),
        ),
        SystemPolicy(CTS_VIEWER, N_("Reading and exporting the audit log."), _allowing("cts:trace:*")),
    )
}
