"""The names of everything that is recorded; one enum, so that a name means one thing everywhere."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    # people
    CREATE_TENANT = "createTenant"
    SIGN_IN = "login"
    SIGN_OUT = "logout"
    CHANGE_PASSWORD = "changePassword"
    CREATE_TOKEN = "createToken"
    REDEEM_INVITATION = "redeemInvitation"
    UPDATE_PERSON = "updatePerson"
    # storage
    UPLOAD_OBJECTS = "uploadObjects"
    DELETE_OBJECT = "deleteObject"
    CREATE_FOLDER = "createFolder"
    # data sets
    CREATE_DATASET = "createDataset"
    UPDATE_DATASET = "updateDataset"
    DELETE_DATASET = "deleteDataset"
    IMPORT_DATASET = "importDataset"
    SYNC_DATASET = "syncDataset"
    PUBLISH_DATASET_VERSION = "publishDatasetVersion"
    SET_CURRENT_VERSION = "setCurrentDatasetVersion"
    DELETE_DATASET_VERSION = "deleteDatasetVersion"
    CREATE_LABEL = "createLabel"
    UPDATE_LABEL = "updateLabel"
    DELETE_LABEL = "deleteLabel"
    LABEL_SAMPLES = "labelSamples"
    DELETE_SAMPLES = "deleteSamples"
    # teams
    CREATE_WORKFORCE = "createWorkforce"
    UPDATE_WORKFORCE = "updateWorkforce"
    DELETE_WORKFORCE = "deleteWorkforce"
    CREATE_WORKER = "createWorker"
    UPDATE_WORKER = "updateWorker"
    DELETE_WORKER = "deleteWorker"
    INVITE_WORKER = "inviteWorker"
    # team tasks
    CREATE_WORKFORCE_TASK = "createWorkforceTask"
    START_WORKFORCE_TASK = "startWorkforceTask"
    UPDATE_WORKFORCE_TASK = "updateWorkforceTask"
    DELETE_WORKFORCE_TASK = "deleteWorkforceTask"
    NOTIFY_WORKFORCE_TASK = "notifyWorkforceTask"
    SUBMIT_ANNOTATION = "submitAnnotation"
    REVIEW_ANNOTATION = "reviewAnnotation"
    # acceptance
    START_ACCEPTANCE = "startAcceptance"
    JUDGE_ACCEPTANCE = "judgeAcceptance"
    COMPLETE_ACCEPTANCE = "completeAcceptance"
    # jobs
    STOP_JOB = "stopJob"
    RETRY_JOB = "retryJob"
