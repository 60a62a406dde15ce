"""Policies to begin with, among them the samples of the guide's section 6.2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.policies.statements import Document, Statement


@dataclass(frozen=True)
class Template:
    name: str | Promise
    document: Document

    @property
    def text(self) -> str:
        return self.document.text()


def _of(effect: Any, *actions: str) -> Document:
    return Document((Statement(effect, actions),))


TEMPLATES = (
    Template(_("Allow: looking at data sets"), _of("Allow", "modelarts:dataset:get", "modelarts:dataset:list")),
    Template(
        _("Allow: the storage that ModelArts needs"),
        _of(
            "Allow",
            *("obs:object:PutObjectAcl", "obs:bucket:PutBucketAcl", "obs:bucket:PutBucketPolicy"),
            *("obs:bucket:HeadBucket", "obs:bucket:ListAllMyBuckets", "obs:bucket:ListBucket"),
            *("obs:object:DeleteObjectVersion", "obs:object:AbortMultipartUpload", "obs:object:DeleteObject"),
            *("obs:object:PutObject", "obs:bucket:CreateBucket", "obs:object:GetObject"),
            *("obs:bucket:GetBucketLocation", "obs:object:GetObjectVersionAcl", "obs:bucket:GetBucketAcl"),
            *("obs:object:ListMultipartUploadParts", "obs:bucket:ListBucketVersions", "obs:object:GetObjectVersion"),
            *("obs:object:GetObjectAcl", "obs:bucket:GetBucketPolicy"),
        ),
    ),
    Template(_("Deny: deleting ExeML projects"), _of("Deny", "modelarts:exemplProject:delete")),
    Template(
        _("Deny: using notebooks"),
        _of(
            "Deny",
            *("modelarts:notebook:list", "modelarts:notebook:create", "modelarts:notebook:get"),
            *("modelarts:notebook:update", "modelarts:notebook:delete", "modelarts:notebook:action"),
            "modelarts:notebook:access",
        ),
    ),
)
