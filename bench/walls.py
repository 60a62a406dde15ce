"""What the wall of the database costs: lists and single rows, with it and past it, turn by turn on the same rows.

    python -m bench.walls --database tagora_bench_walls

The same statements run on two connections: one as the server's role behind a tenant's wall, one as the owner, who is
let past it here. The ratio is what counts; "plan" says whether both are answered by the same scans.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import tempfile
import time
from typing import Any

from bench.installation import make_database
from bench.samples import FILTERS, filled

SHOWN = ("all", "labelled", "label (1 in 20)", "label (1 in 2000)", "both labels", "folder", "difficult", "last day")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--postgres", default="postgresql://postgres@127.0.0.1:5432", help="server; a superuser's sign-in"
    )
    parser.add_argument("--database", default="tagora_bench_walls", help="made anew, and dropped at the end")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    url = f"{options.postgres}/{options.database}"
    make_database(url)
    try:
        with tempfile.TemporaryDirectory(prefix="tagora-bench-") as home:
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
            os.environ |= {
                "TAGORA_HOME": home,
                "TAGORA_DATABASE_URL": url,
                "TAGORA_SECRET_KEY": "only-for-a-benchmark-0123456789-abcdefghij",
                "TAGORA_LOG_LEVEL": "ERROR",
                "TAGORA_HOSTS": "testserver",
            }
            measure(url, options.size, options.rounds)
    finally:
        make_database(url, drop_only=True)


def measure(url: str, size: int, rounds: int) -> None:
    import django

    django.setup()
    import psycopg
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from apps.programs.services import issue_token
    from apps.tenants import walls
    from apps.tenants.services import create_tenant

    call_command("migrate", verbosity=0)
    with walls.every_tenant("a benchmark fills the database"):
        made = create_tenant(name="bench", admin="ann", password="correct horse battery")
        token = issue_token(person=made.admin, project_id=made.project.public_id)
        dataset, ids = filled(made, size)
    with connection.as_owner(), connection.cursor() as cursor:  # type: ignore[attr-defined]  # of our own back end
        cursor.execute("VACUUM ANALYZE")
    client = Client(headers={"X-Auth-Token": token.secret})
    path = f"/v2/{made.project.public_id}/datasets/{dataset}/data-annotations/samples"

    with psycopg.connect(url, autocommit=True) as past, psycopg.connect(url, autocommit=True) as behind:
        behind.execute(f"SET ROLE {settings.TAGORA_DATABASE_ROLE}")
        behind.execute("SELECT set_config('tagora.tenant', %s, false)", [str(made.tenant.pk)])
        print(f"{'milliseconds, median':<24}{'past':>9}{'behind':>9}{'ratio':>8}  plan")
        for name in SHOWN:
            wanted = FILTERS[name]
            query: dict[str, Any] = {"limit": 50, "marker": ids[len(ids) // 2]}
            if "sample_state" in wanted:
                query["sample_state"] = wanted["sample_state"]
            if "search" in wanted:
                query["search_conditions"] = json.dumps(wanted["search"]).replace("BUCKET", made.bucket.name)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path, query).status_code == 200
            statements = [row["sql"] for row in captured.captured_queries if '"datasets_sample"' in row["sql"]]
            report(name, statements, past, behind, rounds)


def report(name: str, statements: list[str], past: Any, behind: Any, rounds: int) -> None:
    times: tuple[list[float], list[float]] = ([], [])
    for _round in range(rounds):
        for place, connection in enumerate((past, behind)):
            started = time.perf_counter()
            for statement in statements:
                connection.execute(statement, prepare=False).fetchall()
            times[place].append(1000 * (time.perf_counter() - started))
    medians = [statistics.median(each) for each in times]
    plans = [[scans(connection, statement) for statement in statements] for connection in (past, behind)]
    told = "same" if plans[0] == plans[1] else "another index"
    if any(scan.startswith("Seq Scan") for plan in plans[1] for scan in plan):
        told = "READS ALL ROWS"
    print(f"{name:<24}{medians[0]:>9.2f}{medians[1]:>9.2f}{medians[1] / medians[0]:>8.2f}  {told}")


def scans(connection: Any, statement: str) -> list[str]:
    """The scans of the samples and their labels, in order; what the wall itself asks for is not among them."""
    lines = [row[0] for row in connection.execute(f"EXPLAIN (COSTS OFF) {statement}").fetchall()]
    found = [re.search(r"(\w[\w ]*Scan.*)", line) for line in lines if "beyond" not in line]
    return [match[1] for match in found if match]


if __name__ == "__main__":
    main()
