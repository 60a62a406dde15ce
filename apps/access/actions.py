"""Every action of the server, by its name in policies; the one table of what can be allowed."""

from __future__ import annotations

from enum import StrEnum

from apps.access.grants import Grant


class Action(StrEnum):
    # storage
    STORAGE_LIST = "obs:bucket:ListBucket"
    STORAGE_READ = "obs:object:GetObject"
    STORAGE_WRITE = "obs:object:PutObject"
    STORAGE_DELETE = "obs:object:DeleteObject"
    # data sets
    DATASET_CREATE = "modelarts:dataset:create"
    DATASET_VIEW = "modelarts:dataset:get"
    DATASET_UPDATE = "modelarts:dataset:update"
    DATASET_DELETE = "modelarts:dataset:delete"
    DATASET_IMPORT = "modelarts:dataset:import"
    DATASET_SYNC = "modelarts:dataset:sync"
    DATASET_PUBLISH = "modelarts:dataset:publish"
    DATASET_SHARE = "modelarts:dataset:share"
    VERSION_SET_CURRENT = "modelarts:datasetVersion:setCurrent"
    VERSION_DELETE = "modelarts:datasetVersion:delete"
    LABEL_CREATE = "modelarts:label:create"
    LABEL_UPDATE = "modelarts:label:update"
    LABEL_DELETE = "modelarts:label:delete"
    SAMPLE_VIEW = "modelarts:sample:get"
    SAMPLE_LABEL = "modelarts:sample:label"
    SAMPLE_DELETE = "modelarts:sample:delete"
    SAMPLE_DELETE_FILES = "modelarts:sample:deleteWithSource"
    # teams
    TEAM_CREATE = "modelarts:workforce:create"
    TEAM_VIEW = "modelarts:workforce:get"
    TEAM_UPDATE = "modelarts:workforce:update"
    TEAM_DELETE = "modelarts:workforce:delete"
    TEAM_SHARE = "modelarts:workforce:share"
    MEMBER_CREATE = "modelarts:worker:create"
    MEMBER_VIEW = "modelarts:worker:get"
    MEMBER_UPDATE = "modelarts:worker:update"
    MEMBER_DELETE = "modelarts:worker:delete"
    # team tasks
    TASK_CREATE = "modelarts:workforceTask:create"
    TASK_VIEW = "modelarts:workforceTask:get"
    TASK_START = "modelarts:workforceTask:start"
    TASK_UPDATE = "modelarts:workforceTask:update"
    TASK_DELETE = "modelarts:workforceTask:delete"
    TASK_NOTIFY = "modelarts:workforceTask:notify"
    TASK_SHARE = "modelarts:workforceTask:share"
    ANNOTATION_SUBMIT = "modelarts:workforceTask:label"
    ANNOTATION_REVIEW = "modelarts:workforceTask:review"
    # acceptance
    ACCEPTANCE_VIEW = "modelarts:acceptance:get"
    ACCEPTANCE_START = "modelarts:acceptance:start"
    ACCEPTANCE_JUDGE = "modelarts:acceptance:judge"
    ACCEPTANCE_COMPLETE = "modelarts:acceptance:complete"
    # jobs
    JOB_VIEW = "modelarts:job:get"
    JOB_STOP = "modelarts:job:stop"
    JOB_RETRY = "modelarts:job:retry"
    JOB_SHARE = "modelarts:job:share"
    # the tenant's people and their rights
    USER_VIEW = "iam:users:list"
    USER_CREATE = "iam:users:create"
    USER_UPDATE = "iam:users:update"
    USER_DELETE = "iam:users:delete"
    GROUP_VIEW = "iam:groups:list"
    GROUP_CREATE = "iam:groups:create"
    GROUP_UPDATE = "iam:groups:update"
    GROUP_DELETE = "iam:groups:delete"
    AGENCY_VIEW = "iam:agencies:list"
    AGENCY_CREATE = "iam:agencies:create"
    AGENCY_UPDATE = "iam:agencies:update"
    AGENCY_DELETE = "iam:agencies:delete"
    AGENCY_ASSUME = "iam:agencies:assume"
    VISIT_DECIDE = "iam:visits:update"
    POLICY_VIEW = "iam:policies:list"
    POLICY_CREATE = "iam:policies:create"
    POLICY_UPDATE = "iam:policies:update"
    POLICY_DELETE = "iam:policies:delete"
    POLICY_ATTACH = "iam:policies:attach"
    POLICY_DETACH = "iam:policies:detach"
    POLICY_SIMULATE = "iam:policies:simulate"
    # how the tenant's people come in
    SIGN_IN_RULES_VIEW = "iam:signInRules:get"
    SIGN_IN_RULES_UPDATE = "iam:signInRules:update"
    # access keys and tokens of programs
    CREDENTIAL_VIEW = "iam:credentials:list"
    CREDENTIAL_CREATE = "iam:credentials:create"
    CREDENTIAL_UPDATE = "iam:credentials:update"
    CREDENTIAL_DELETE = "iam:credentials:delete"
    # the audit log
    TRACE_LIST = "cts:trace:list"


# Which grant on an object (a data set, team or team task shared with a person) allows which action on it.
GRANTED_BY: dict[str, Grant] = {
    Action.DATASET_VIEW: Grant.VIEW,
    Action.SAMPLE_VIEW: Grant.VIEW,
    Action.TEAM_VIEW: Grant.VIEW,
    Action.MEMBER_VIEW: Grant.VIEW,
    Action.TASK_VIEW: Grant.VIEW,
    Action.ACCEPTANCE_VIEW: Grant.VIEW,
    Action.JOB_VIEW: Grant.VIEW,
    Action.SAMPLE_LABEL: Grant.LABEL,
    Action.ANNOTATION_SUBMIT: Grant.LABEL,
    Action.ANNOTATION_REVIEW: Grant.REVIEW,
    Action.DATASET_UPDATE: Grant.MANAGE,
    Action.DATASET_IMPORT: Grant.MANAGE,
    Action.DATASET_SYNC: Grant.MANAGE,
    Action.DATASET_PUBLISH: Grant.MANAGE,
    Action.VERSION_SET_CURRENT: Grant.MANAGE,
    Action.VERSION_DELETE: Grant.MANAGE,
    Action.LABEL_CREATE: Grant.MANAGE,
    Action.LABEL_UPDATE: Grant.MANAGE,
    Action.LABEL_DELETE: Grant.MANAGE,
    Action.SAMPLE_DELETE: Grant.MANAGE,
    Action.TEAM_UPDATE: Grant.MANAGE,
    Action.MEMBER_CREATE: Grant.MANAGE,
    Action.MEMBER_UPDATE: Grant.MANAGE,
    Action.MEMBER_DELETE: Grant.MANAGE,
    Action.TASK_CREATE: Grant.MANAGE,
    Action.TASK_START: Grant.MANAGE,
    Action.TASK_UPDATE: Grant.MANAGE,
    Action.TASK_NOTIFY: Grant.MANAGE,
    Action.ACCEPTANCE_START: Grant.MANAGE,
    Action.ACCEPTANCE_JUDGE: Grant.MANAGE,
    Action.ACCEPTANCE_COMPLETE: Grant.MANAGE,
    Action.JOB_STOP: Grant.MANAGE,
    Action.JOB_RETRY: Grant.MANAGE,
    Action.DATASET_DELETE: Grant.DELETE,
    Action.TEAM_DELETE: Grant.DELETE,
    Action.TASK_DELETE: Grant.DELETE,
}
