"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from apps.labeling.api import samples, tasks
from apps.labeling.pages import page_urls as _pages

_TASKS = "datasets/<str:dataset_id>/workforce-tasks"
_TASK = f"{_TASKS}/<str:task_id>"

page_urls: list[URLPattern | URLResolver] = [*_pages]
api_urls: list[URLPattern | URLResolver] = [
    path("workforces/worker-tasks", tasks.WorkerTasks.as_view()),
    path(_TASKS, tasks.Tasks.as_view()),
    path(_TASK, tasks.OneTask.as_view()),
    path(f"{_TASK}/notify", tasks.Notify.as_view()),
    path(f"{_TASK}/metrics", tasks.Metrics.as_view()),
    path(f"{_TASK}/data-annotations/stats", tasks.Stats.as_view()),
    path(f"{_TASK}/data-annotations/samples", samples.Samples.as_view()),
    path(f"{_TASK}/data-annotations/samples/<str:sample_id>", samples.OneSample.as_view()),
    path(f"{_TASK}/data-annotations/review", samples.Reviews.as_view()),
]
