"""Pages of team tasks: for those who run them, and for those who work on them."""

from django.urls import URLPattern, path

from apps.labeling.pages import creation, tasks, work

page_urls: list[URLPattern] = [
    path("datasets/<str:dataset_id>/tasks/", tasks.task_list, name="task-list"),
    path("datasets/<str:dataset_id>/tasks/new/", creation.task_create, name="task-create"),
    path("tasks/<str:task_id>/", tasks.task_detail, name="task-detail"),
    path("tasks/<str:task_id>/row/", tasks.task_row, name="task-row"),
    path("tasks/<str:task_id>/progress/", tasks.task_progress, name="task-progress"),
    path("tasks/<str:task_id>/start/", creation.task_start, name="task-start"),
    path("tasks/<str:task_id>/edit/", creation.task_edit, name="task-edit"),
    path("tasks/<str:task_id>/delete/", tasks.task_delete, name="task-delete"),
    path("tasks/<str:task_id>/notify/", tasks.task_notify, name="task-notify"),
    path("tasks/<str:task_id>/answers/", work.task_answers, name="task-answers"),
    path("work/", work.work, name="work"),
    path("work/<str:task_id>/", work.work_task, name="work-task"),
    path("work/<str:task_id>/counts/", work.work_counts, name="work-counts"),
    path("work/<str:task_id>/review/", work.work_review, name="work-review"),
]
