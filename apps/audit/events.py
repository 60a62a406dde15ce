"""The names of everything that is recorded; one enum, so that a name means one thing everywhere.

A member is its name, the type of the resource that it happens to, the service it belongs to, and its level. Names
and types of tables 7-1 to 7-6 of the guide are taken as they stand there; the others are ours, for what it has no name.
"""

from __future__ import annotations

from enum import StrEnum

MODELARTS = "ModelArts"
IAM = "IAM"
OBS = "OBS"
CTS = "CTS"
SERVICES = (MODELARTS, IAM, OBS, CTS)

NORMAL = "normal"
WARNING = "warning"
INCIDENT = "incident"
LEVELS = (NORMAL, WARNING, INCIDENT)


class Event(StrEnum):
    """`built` is False for names of the guide whose feature is not there yet: they cannot be recorded."""

    resource_type: str
    service: str
    level: str
    built: bool

    def __new__(
        cls, name: str, resource_type: str = "", service: str = MODELARTS, level: str = NORMAL, built: bool = True
    ) -> Event:
        event = str.__new__(cls, name)
        event._value_ = name
        event.resource_type = resource_type
        event.service = service
        event.level = level
        event.built = built
        return event

    # coming in
    SIGN_IN = "login", "user", IAM
    SIGN_OUT = "logout", "user", IAM
    CHANGE_PASSWORD = "changePassword", "user", IAM
    UPDATE_PERSON = "updatePerson", "user", IAM
    FORGET_PASSWORD = "forgetPassword", "user", IAM
    RESET_PASSWORD = "resetPassword", "user", IAM
    END_SESSION = "endSession", "user", IAM
    ENABLE_SECOND_FACTOR = "enableSecondFactor", "user", IAM
    DISABLE_SECOND_FACTOR = "disableSecondFactor", "user", IAM, WARNING
    RENEW_RECOVERY_CODES = "renewRecoveryCodes", "user", IAM
    RESET_SECOND_FACTOR = "resetSecondFactor", "user", IAM, WARNING
    UPDATE_SIGN_IN_RULES = "updateSignInRules", "tenant", IAM
    SAVE_SIGN_IN_PROVIDER = "saveSignInProvider", "signInProvider", IAM
    DELETE_SIGN_IN_PROVIDER = "deleteSignInProvider", "signInProvider", IAM
    CREATE_TOKEN = "createToken", "user", IAM
    REVOKE_TOKEN = "revokeToken", "user", IAM
    CREATE_ACCESS_KEY = "createAccessKey", "accessKey", IAM
    UPDATE_ACCESS_KEY = "updateAccessKey", "accessKey", IAM
    DELETE_ACCESS_KEY = "deleteAccessKey", "accessKey", IAM
    CREATE_PERSONAL_TOKEN = "createPersonalToken", "personalToken", IAM
    DELETE_PERSONAL_TOKEN = "deletePersonalToken", "personalToken", IAM
    WORKER_SIGN_IN = "workerLoginLabelConsole", "labelConsoleWorker"
    WORKER_SIGN_OUT = "workerLogOutLabelConsole", "labelConsoleWorker"
    WORKER_CHANGE_PASSWORD = "workerChangePassword", "labelConsoleWorker"
    WORKER_FORGET_PASSWORD = "workerForgetPassword", "labelConsoleWorker"
    WORKER_RESET_PASSWORD = "workerResetPassword", "labelConsoleWorker"
    REDEEM_INVITATION = "redeemInvitation", "workforce"
    # tenants, users, groups, policies, agencies
    CREATE_TENANT = "createTenant", "tenant", IAM
    CREATE_USER = "createUser", "user", IAM
    UPDATE_USER = "updateUser", "user", IAM
    DELETE_USER = "deleteUser", "user", IAM
    INVITE_USER = "inviteUser", "user", IAM
    REVOKE_INVITATION = "revokeInvitation", "user", IAM
    CREATE_GROUP = "createGroup", "group", IAM
    UPDATE_GROUP = "updateGroup", "group", IAM
    DELETE_GROUP = "deleteGroup", "group", IAM
    ADD_USER_TO_GROUP = "addUserToGroup", "group", IAM
    REMOVE_USER_FROM_GROUP = "removeUserFromGroup", "group", IAM
    SHARE_RESOURCE = "shareResource", "", IAM
    CREATE_POLICY = "createPolicy", "policy", IAM
    UPDATE_POLICY = "updatePolicy", "policy", IAM
    DELETE_POLICY = "deletePolicy", "policy", IAM
    ATTACH_POLICY = "attachPolicy", "policy", IAM
    DETACH_POLICY = "detachPolicy", "policy", IAM
    CREATE_AGENCY = "createAgency", "IAM", IAM
    UPDATE_AGENCY = "updateAgency", "IAM", IAM
    DELETE_AGENCY = "deleteAgency", "IAM", IAM
    ASSUME_AGENCY = "assumeAgency", "IAM", IAM
    LEAVE_AGENCY = "leaveAgency", "IAM", IAM
    # operators
    ASK_VISIT = "askOperatorVisit", "tenant", IAM, WARNING
    OPEN_VISIT = "openOperatorVisit", "tenant", IAM, INCIDENT
    REFUSE_VISIT = "refuseOperatorVisit", "tenant", IAM
    END_VISIT = "endOperatorVisit", "tenant", IAM
    UPDATE_VISIT_RULE = "updateVisitRule", "tenant", IAM, WARNING
    CREATE_OPERATOR = "createOperator", "operator", IAM, WARNING
    SUSPEND_TENANT = "suspendTenant", "tenant", IAM, INCIDENT
    RESUME_TENANT = "resumeTenant", "tenant", IAM, WARNING
    ERASE_TENANT = "eraseTenant", "tenant", IAM, INCIDENT
    # the log itself
    REFUSE_OPERATION = "refuseOperation", "", IAM, WARNING
    LIST_TRACES = "listTraces", "trace", CTS
    EXPORT_TRACES = "exportTraces", "trace", CTS
    PURGE_TRACES = "purgeTraces", "trace", CTS
    BREAK_CHAIN = "breakChain", "trace", CTS, INCIDENT
    # storage
    UPLOAD_OBJECTS = "uploadObjects", "bucket", OBS
    DELETE_OBJECT = "deleteObject", "bucket", OBS
    DOWNLOAD_OBJECT = "downloadObject", "bucket", OBS
    CREATE_FOLDER = "createFolder", "bucket", OBS
    # 7-1 data management: data sets
    CREATE_DATASET = "createDataset", "dataset"
    DELETE_DATASET = "deleteDataset", "dataset"
    UPDATE_DATASET = "updateDataset", "dataset"
    PUBLISH_DATASET_VERSION = "publishDatasetVersion", "dataset"
    DELETE_DATASET_VERSION = "deleteDatasetVersion", "dataset"
    SET_CURRENT_VERSION = "setCurrentDatasetVersion", "dataset"
    SYNC_DATA_SOURCE = "syncDataSource", "dataset"
    EXPORT_DATA = "exportDataFromDataset", "dataset", MODELARTS, NORMAL, False
    CREATE_AUTO_LABELING_TASK = "createAutoLabelingTask", "dataset", MODELARTS, NORMAL, False
    CREATE_AUTO_GROUPING_TASK = "createAutoGroupingTask", "dataset", MODELARTS, NORMAL, False
    CREATE_AUTO_DEPLOY_TASK = "createAutoDeployTask", "dataset", MODELARTS, NORMAL, False
    IMPORT_SAMPLES = "importSamplesToDataset", "dataset"
    CREATE_LABEL = "createLabel", "dataset"
    UPDATE_LABEL = "updateLabel", "dataset"
    DELETE_LABEL = "deleteLabel", "dataset"
    DELETE_LABEL_WITH_SAMPLES = "deleteLabelWithSamples", "dataset"
    UPLOAD_SAMPLES = "uploadSamples", "dataset", MODELARTS, NORMAL, False
    DELETE_SAMPLES = "deleteSamples", "dataset"
    STOP_TASK = "stopTask", "dataset", MODELARTS, NORMAL, False
    UPDATE_SAMPLES = "updateSamples", "dataset"
    # 7-1: team tasks and their acceptance
    CREATE_WORKFORCE_TASK = "createWorkforceTask", "dataset"
    DELETE_WORKFORCE_TASK = "deleteWorkforceTask", "dataset"
    START_WORKFORCE_TASK = "startWorkforceTask", "dataset"
    UPDATE_WORKFORCE_TASK = "updateWorkforceTask", "dataset"
    SEND_EMAILS = "sendEmails", "dataset"
    UPDATE_WORKFORCE_TASK_SAMPLES = "updateWorkforceTaskSamples", "dataset"
    REVIEW_SAMPLES = "reviewSamples", "dataset"
    START_SAMPLING_TASK = "startWorkforceSamplingTask", "dataset"
    UPDATE_SAMPLING_TASK = "updateWorkforceSamplingTask", "dataset"
    ACCEPT_SAMPLES = "acceptSamples", "dataset"
    # 7-1: teams
    CREATE_WORKER = "createWorker", "workforce"
    UPDATE_WORKER = "updateWorker", "workforce"
    DELETE_WORKER = "deleteWorker", "workforce"
    BATCH_DELETE_WORKER = "batchDeleteWorker", "workforce"
    INVITE_WORKER = "inviteWorker", "workforce"
    CREATE_WORKFORCE = "createWorkforce", "workforce"
    UPDATE_WORKFORCE = "updateWorkforce", "workforce"
    DELETE_WORKFORCE = "deleteWorkforce", "workforce"
    # jobs
    STOP_JOB = "stopJob", "job"
    RETRY_JOB = "retryJob", "job"
    # 7-2 development
    CREATE_NOTEBOOK = "createNotebook", "Notebook", MODELARTS, NORMAL, False
    DELETE_NOTEBOOK = "deleteNotebook", "Notebook", MODELARTS, NORMAL, False
    OPEN_NOTEBOOK = "openNotebook", "Notebook", MODELARTS, NORMAL, False
    START_NOTEBOOK = "startNotebook", "Notebook", MODELARTS, NORMAL, False
    STOP_NOTEBOOK = "stopNotebook", "Notebook", MODELARTS, NORMAL, False
    UPDATE_NOTEBOOK = "updateNotebook", "Notebook", MODELARTS, NORMAL, False
    DELETE_NOTEBOOK_APP = "deleteNotebookApp", "NotebookApp", MODELARTS, NORMAL, False
    UPDATE_NOTEBOOK_APP = "updateNotebookApp", "NotebookApp", MODELARTS, NORMAL, False
    # 7-3 training
    CREATE_TRAIN_JOB = "createModelArtsTrainJob", "ModelArtsTrainJob", MODELARTS, NORMAL, False
    CREATE_TRAIN_VERSION = "createModelArtsTrainVersion", "ModelArtsTrainJob", MODELARTS, NORMAL, False
    STOP_TRAIN_VERSION = "stopModelArtsTrainVersion", "ModelArtsTrainJob", MODELARTS, NORMAL, False
    UPDATE_TRAIN_DESC = "updateModelArtsTrainDesc", "ModelArtsTrainJob", MODELARTS, NORMAL, False
    DELETE_TRAIN_VERSION = "deleteModelArtsTrainVersion", "ModelArtsTrainJob", MODELARTS, NORMAL, False
    DELETE_TRAIN_JOB = "deleteModelArtsTrainJob", "ModelArtsTrainJob", MODELARTS, NORMAL, False
    CREATE_TRAIN_CONFIG = "createModelArtsTrainConfig", "ModelArtsTrainConfig", MODELARTS, NORMAL, False
    UPDATE_TRAIN_CONFIG = "updateModelArtsTrainConfig", "ModelArtsTrainConfig", MODELARTS, NORMAL, False
    DELETE_TRAIN_CONFIG = "deleteModelArtsTrainConfig", "ModelArtsTrainConfig", MODELARTS, NORMAL, False
    CREATE_TENSORBOARD_JOB = "createModelArtsTensorboardJob", "ModelArtsTensorboardJob", MODELARTS, NORMAL, False
    DELETE_TENSORBOARD_JOB = "deleteModelArtsTensorboardJob", "ModelArtsTensorboardJob", MODELARTS, NORMAL, False
    UPDATE_TENSORBOARD_DESC = "updateModelArtsTensorboardDesc", "ModelArtsTensorboardJob", MODELARTS, NORMAL, False
    STOP_TENSORBOARD_JOB = "stopModelArtsTensorboardJob", "ModelArtsTensorboardJob", MODELARTS, NORMAL, False
    # The guide writes it with this g; who searches for the guide's name must find it.
    RESTART_TENSORBOARD_JOB = "restartModelArtsgTensorboardJob", "ModelArtsTensorboardJob", MODELARTS, NORMAL, False
    # 7-4 AI applications
    ADD_MODEL = "addModel", "model", MODELARTS, NORMAL, False
    UPDATE_MODEL = "updateModel", "model", MODELARTS, NORMAL, False
    DELETE_MODEL = "deleteModel", "model", MODELARTS, NORMAL, False
    ADD_CONVERT = "addConvert", "convert", MODELARTS, NORMAL, False
    UPDATE_CONVERT = "updateConvert", "convert", MODELARTS, NORMAL, False
    DELETE_CONVERT = "deleteConvert", "convert", MODELARTS, NORMAL, False
    # 7-5 services
    ADD_SERVICE = "addService", "service", MODELARTS, NORMAL, False
    DELETE_SERVICE = "deleteService", "service", MODELARTS, NORMAL, False
    UPDATE_SERVICE = "updateService", "service", MODELARTS, NORMAL, False
    START_OR_STOP_SERVICE = "startOrStopService", "service", MODELARTS, NORMAL, False
    START_OR_STOP_NODES = "startOrStopNodesService", "service", MODELARTS, NORMAL, False
    ADD_AK_SK = "addAkSk", "service", MODELARTS, NORMAL, False
    DELETE_AK_SK = "deleteAkSk", "service", MODELARTS, NORMAL, False
    CREATE_CLUSTER = "createCluster", "cluster", MODELARTS, NORMAL, False
    DELETE_CLUSTER = "deleteCluster", "cluster", MODELARTS, NORMAL, False
    ADD_CLUSTER_NODE = "addClusterNode", "cluster", MODELARTS, NORMAL, False
    DELETE_CLUSTER_NODE = "deleteClusterNode", "cluster", MODELARTS, NORMAL, False
    CREATE_CLUSTER_RESULT = "createClusterResult", "cluster", MODELARTS, NORMAL, False
    # 7-6 gallery
    CREATE_CONTENT = "create_content", "ModelArts_Market", MODELARTS, NORMAL, False
    MODIFY_CONTENT = "modify_content", "ModelArts_Market", MODELARTS, NORMAL, False
    ADD_VERSION = "add_version", "ModelArts_Market", MODELARTS, NORMAL, False
    SUBSCRIPTION_CONTENT = "subscription_content", "ModelArts_Market", MODELARTS, NORMAL, False
    STAR_CONTENT = "star_content", "ModelArts_Market", MODELARTS, NORMAL, False
    CANCEL_STAR_CONTENT = "cancel_star_content", "ModelArts_Market", MODELARTS, NORMAL, False
    LIKE_CONTENT = "like_content", "ModelArts_Market", MODELARTS, NORMAL, False
    CANCEL_LIKE_CONTENT = "cancel_like_content", "ModelArts_Market", MODELARTS, NORMAL, False
    PUBLISH_ACTIVITY = "publish_activity", "ModelArts_Market", MODELARTS, NORMAL, False
    REGIST_ACTIVITY = "regist_activity", "ModelArts_Market", MODELARTS, NORMAL, False
    UPDATE_MARKET_USER = "update_user", "ModelArts_Market", MODELARTS, NORMAL, False


RESOURCE_TYPES = tuple(dict.fromkeys(event.resource_type for event in Event if event.resource_type))
