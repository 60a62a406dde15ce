"""Every action of the server, by its name in policies; the one table of what can be allowed."""

from __future__ import annotations

from enum import StrEnum

from apps.access.grants import Grant


class Action(StrEnum):
    # storage
    STORAGE_LIST = "obs:object:list"
    STORAGE_READ = "obs:object:get"
    STORAGE_WRITE = "obs:object:put"
    STORAGE_DELETE = "obs:object:delete"
    # data sets
    DATASET_CREATE = "modelarts:dataset:create"
    DATASET_VIEW = "modelarts:dataset:get"
    DATASET_UPDATE = "modelarts:dataset:update"
    DATASET_DELETE = "modelarts:dataset:delete"
    DATASET_IMPORT = "modelarts:dataset:import"
    DATASET_SYNC = "modelarts:dataset:sync"
    DATASET_PUBLISH = "modelarts:dataset:publish"
    VERSION_SET_CURRENT = "modelarts:datasetVersion:setCurrent"
    VERSION_DELETE = "modelarts:datasetVersion:delete"
    LABEL_CREATE = "modelarts:label:create"
    LABEL_UPDATE = "modelarts:label:update"
    LABEL_DELETE = "modelarts:label:delete"
    SAMPLE_VIEW = "modelarts:sample:get"
    SAMPLE_LABEL = "modelarts:sample:label"
    SAMPLE_DELETE = "modelarts:sample:delete"
    # teams
    TEAM_CREATE = "modelarts:workforce:create"
    TEAM_VIEW = "modelarts:workforce:get"
    TEAM_UPDATE = "modelarts:workforce:update"
    TEAM_DELETE = "modelarts:workforce:delete"
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


# Which grant on an object (a data set, team or team task shared with a person) allows which action on it.
GRANTED_BY: dict[Action, Grant] = {
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
