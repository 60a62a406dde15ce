"""How long a page of samples takes, by filter and depth, at ten thousand samples and at a million, on PostgreSQL.

    python -m bench.samples [--postgres postgresql://postgres@127.0.0.1:5432] [--sizes 10000,1000000] [--rounds 60]

Asks the operation ListSamples inside one process: sign-in, permission, query, count, JSON. `deep` begins behind a
random sample (`marker`), `page n` counts pages from the start, as clients without markers do. Prints the 95th
percentile in milliseconds at each size, and how much larger it is at the last size than at the first.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

Figures = dict[str, list[float]]
Parameters = Callable[[random.Random], dict[str, Any]]
FOLDER = 1000
FILTERS: dict[str, dict[str, Any]] = {
    "all": {},
    "unlabelled": {"sample_state": "__NONE__"},
    "labelled": {"sample_state": "__ALL__"},
    "to confirm (1 in 1000)": {"sample_state": "__AUTO_ANNOTATION__"},
    "label (1 in 20)": {"search": [{"label_list": {"labels": [{"name": "common0"}]}}]},
    "label (1 in 2000)": {"search": [{"label_list": {"labels": [{"name": "rare"}]}}]},
    "either label": {"search": [{"label_list": {"labels": [{"name": "common0"}, {"name": "rare"}], "op": "OR"}}]},
    "both labels": {"search": [{"label_list": {"labels": [{"name": "common0"}, {"name": "extra"}], "op": "AND"}}]},
    "labels that never meet": {
        "search": [{"label_list": {"labels": [{"name": "common0"}, {"name": "common1"}], "op": "AND"}}]
    },
    "name": {"search": [{"sample_name": "picture00004321.jpg"}]},
    "folder": {"search": [{"sample_dir": "BUCKET/in/00003/"}]},
    "all folders": {"search": [{"sample_dir": "BUCKET/in/"}]},
    "difficult": {"search": [{"hard": "1"}]},
    "difficult and label": {"search": [{"hard": "1", "label_list": {"labels": [{"name": "common0"}]}}]},
    "difficult and unlabelled": {"sample_state": "__NONE__", "search": [{"hard": "1"}]},
    "to confirm and label": {
        "sample_state": "__AUTO_ANNOTATION__",
        "search": [{"label_list": {"labels": [{"name": "common0"}]}}],
    },
    "labeler (1 in 10)": {"search": [{"labeler": "bench/ann"}]},
    "labeler and label": {"search": [{"labeler": "bench/ann", "label_list": {"labels": [{"name": "common1"}]}}]},
    "last day": {"search": [{"sample_time": "day"}]},
    "label or difficult or name": {
        "search": [
            {"label_list": {"labels": [{"name": "rare"}]}},
            {"hard": "1"},
            {"sample_name": "picture00004321.jpg"},
        ]
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default="postgresql://postgres@127.0.0.1:5432", help="server, without a database")
    parser.add_argument("--database", default="tagora_bench_samples", help="made anew, and dropped at the end")
    parser.add_argument("--sizes", default="10000,1000000")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]

    import psycopg

    with psycopg.connect(f"{options.postgres}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{options.database}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{options.database}"')
        try:
            with tempfile.TemporaryDirectory(prefix="tagora-bench-") as home:
                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
                os.environ |= {
                    "TAGORA_HOME": home,
                    "TAGORA_DATABASE_URL": f"{options.postgres}/{options.database}",
                    "TAGORA_SECRET_KEY": "only-for-a-benchmark-0123456789-abcdefghij",
                    "TAGORA_LOG_LEVEL": "ERROR",
                    "TAGORA_HOSTS": "testserver",
                }
                report(sizes, measure(sizes, options.rounds))
        finally:
            admin.execute(f'DROP DATABASE IF EXISTS "{options.database}" WITH (FORCE)')


def report(sizes: list[int], figures: tuple[Figures, Figures]) -> None:
    p95, medians = figures
    heading = "".join(f"{size:>10}" for size in sizes)
    print(f"{'milliseconds':<36}{heading}{'ratio':>7}  | median{heading}{'ratio':>7}")
    for name, times in p95.items():
        half = medians[name]
        print(
            f"{name:<36}"
            + "".join(f"{each:>10.1f}" for each in times)
            + f"{times[-1] / times[0]:>7.2f}  |       "
            + "".join(f"{each:>10.1f}" for each in half)
            + f"{half[-1] / half[0]:>7.2f}"
        )
    for at, size in enumerate(sizes):
        print(f"worst p95 at {size}: {max(times[at] for times in p95.values()):.1f} ms")


def measure(sizes: list[int], rounds: int) -> tuple[Figures, Figures]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from apps.programs.services import issue_token
    from apps.tenants import walls
    from apps.tenants.services import create_tenant

    call_command("migrate", verbosity=0)
    with walls.every_tenant("a benchmark fills the database"):
        made = create_tenant(name="bench", admin="ann", password="correct horse battery")
        token = issue_token(person=made.admin, project_id=made.project.public_id)
        datasets = {size: filled(made, size) for size in sizes}
    client = Client(headers={"X-Auth-Token": token.secret})
    figures: dict[str, list[float]] = {}
    medians: dict[str, list[float]] = {}
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]  # of our own back end
        cursor.execute("VACUUM ANALYZE")
    asked = [questions(made.bucket.name, datasets[size][1], size) for size in sizes]
    paths = [f"/v2/{made.project.public_id}/datasets/{datasets[size][0]}/data-annotations/samples" for size in sizes]
    for same in zip(*asked, strict=True):
        # Sizes take turns, so that whatever else the machine does falls on both.
        draw = random.Random(7)
        times: list[list[float]] = [[] for _size in sizes]
        for round_number in range(rounds + 3):
            for at, (_name, change) in enumerate(same):
                milliseconds = timed(client, paths[at], change(draw))
                if round_number >= 3:
                    times[at].append(milliseconds)
        figures[same[0][0]] = [statistics.quantiles(each, n=20)[-1] for each in times]
        medians[same[0][0]] = [statistics.median(each) for each in times]
    return figures, medians


def questions(
    bucket: str, ids: list[str], size: int
) -> Iterator[tuple[str, Callable[[random.Random], dict[str, Any]]]]:
    """(name, parameters of a request by chance) of everything that is measured."""
    for name, wanted in FILTERS.items():
        fixed: dict[str, Any] = {"limit": 50}
        if "sample_state" in wanted:
            fixed["sample_state"] = wanted["sample_state"]
        if "search" in wanted:
            fixed["search_conditions"] = json.dumps(wanted["search"]).replace("BUCKET", bucket)
        yield f"{name}, first", lambda draw, fixed=fixed: {**fixed, "order": draw.choice(["asc", "desc"])}
        yield (
            f"{name}, deep",
            lambda draw, fixed=fixed: {**fixed, "order": draw.choice(["asc", "desc"]), "marker": draw.choice(ids)},
        )
    yield "all, page n", lambda draw: {"limit": 50, "offset": draw.randrange(size // 50)}


def timed(client: Any, path: str, query: dict[str, Any]) -> float:
    """Milliseconds of one request."""
    started = time.perf_counter()
    answer = client.get(path, query)
    seconds = time.perf_counter() - started
    assert answer.status_code == 200, answer.content
    return seconds * 1000


def filled(made: Any, size: int) -> tuple[str, list[str]]:
    """A data set of `size` samples of mixed states and labels: its public id, and some of its samples' ids."""
    from django.db import connection, transaction

    from apps.datasets.models import Dataset, Sample
    from apps.datasets.services import NewSample, add_samples, ensure_labels
    from apps.datasets.states import NORMAL

    dataset = Dataset.objects.create(
        tenant=made.tenant,
        project=made.project,
        name=f"bench{size}",
        label_type="image_classification",
        state=NORMAL,
        input_bucket=made.bucket.name,
        input_key="in/",
        output_bucket=made.bucket.name,
        output_key="out/",
    )
    names = [*(f"common{number}" for number in range(10)), "rare", "extra"]
    labels = {spec.name: spec.id for spec in ensure_labels(dataset, {name: set() for name in names})}
    draw = random.Random(size)
    for start in range(0, size, 5000):
        samples = []
        for number in range(start, min(start + 5000, size)):
            marks = []
            if number % 2:
                marks = [{"label": labels[f"common{draw.randrange(10)}"]}]
                if draw.random() < 0.1:
                    marks.append({"label": labels["extra"]})
            elif draw.random() < 0.001:
                marks = [{"label": labels["rare"]}]
            samples.append(
                NewSample(
                    source=f"{made.bucket.name}/in/{number // FOLDER:05}/picture{number:08}.jpg",
                    width=640,
                    height=480,
                    depth=3,
                    annotation=marks or None,
                    hard=draw.random() < 0.02,
                )
            )
        with transaction.atomic():
            add_samples(dataset, samples)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE datasets_sample SET labelled_by_id = %s WHERE dataset_id = %s AND state = 1 AND random() < 0.2",
            [made.admin.pk, dataset.pk],
        )
        cursor.execute(
            "UPDATE datasets_sample SET state = 2 WHERE dataset_id = %s AND state = 1 AND random() < 0.002",
            [dataset.pk],
        )
        confirm = cursor.rowcount
    Dataset.objects.filter(pk=dataset.pk).update(
        to_confirm_count=confirm, labelled_count=Sample.objects.filter(dataset=dataset, state=1).count()
    )
    step = max(1, size // 2000)
    ids = Sample.objects.filter(dataset=dataset).order_by("pk").values_list("pk", flat=True)
    return dataset.public_id, [pk.hex for at, pk in enumerate(ids.iterator()) if at % step == 0]


if __name__ == "__main__":
    main()
