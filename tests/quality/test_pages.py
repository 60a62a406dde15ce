"""The pages of acceptance: starting, judging, completing, and the report."""

from __future__ import annotations

import json
import re

from django.test import Client

from apps.quality.models import Acceptance
from tests.factories import Customer, run_jobs, signed_in
from tests.quality.rounds import (
    LABELERS,
    MANAGER,
    Work,
    answered_task,
    drawn_rows,
    fails,
    fresh,
    judge,
    open_round,
    passes,
)


def page(work: Work, path: str = "") -> str:
    return f"/tasks/{work.task.public_id}/acceptance/{path}"


def text_of(client: Client, url: str) -> str:
    answer = client.get(url, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def tool_of(html: str) -> dict[str, object]:
    found = re.search(r'<script id="tool-config" type="application/json">(.*?)</script>', html, re.S)
    assert found is not None
    return json.loads(found.group(1))


def test_the_owner_starts_judges_and_completes_in_pages(acme: Customer) -> None:
    work, browser = answered_task(acme, pictures=4), acme.client()
    assert "4 answers wait" in text_of(browser, page(work, "start/"))
    assert browser.post(page(work, "start/"), {"method": "percent", "percent": "50", "number": ""}).status_code == 302
    assert "drawn from them at random" in text_of(browser, page(work))
    run_jobs()
    config = tool_of(text_of(browser, page(work)))
    assert (config["mode"], config["state"]) == ("acceptance", "__WORKFORCE_SAMPLED_UNCHECK__")
    assert browser.get(str(config["samples"])).json()["sample_count"] == 2
    acceptance = Acceptance.objects.get()
    first, second = drawn_rows(acceptance)
    judge(work, acceptance, passes(first), fails(second))
    assert "50 % pass, 2 of 2 judged" in text_of(browser, page(work, "head/"))
    assert "3 accepted, 1 sent back" in text_of(browser, page(work, "complete/"))
    done = browser.post(page(work, "complete/"), {"scope": "4"})
    assert done.status_code == 302
    run_jobs()
    assert "Round 1: 3 answers accepted, 1 sent back." in text_of(browser, page(work, "card/"))
    report = text_of(browser, page(work))
    assert "What passed and what was not judged" in report
    drawn_from = {row.assignment.participant.member.email for row in (first, second)}
    assert drawn_from <= set(re.findall(r"\w+@crew.test", report))


def test_a_round_that_cannot_start_says_why(acme: Customer) -> None:
    work, browser = answered_task(acme, answered=False), acme.client()
    reason = "Nobody has handed in an answer that waits for acceptance yet."
    assert reason in text_of(browser, page(work, "card/"))
    assert reason in text_of(browser, page(work, "start/"))
    assert reason in browser.post(page(work, "start/"), {"method": "number", "number": "1"}).content.decode()
    assert not Acceptance.objects.exists()


def test_a_missing_size_is_said_at_its_field(acme: Customer) -> None:
    work, browser = answered_task(acme, pictures=1), acme.client()
    for sent in ({"method": "number", "number": ""}, {"method": "percent", "percent": "0"}, {"method": "all"}):
        answer = browser.post(page(work, "start/"), sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert not Acceptance.objects.exists()


def test_cancelling_in_the_page_ends_the_round(acme: Customer) -> None:
    work, browser = answered_task(acme, pictures=1), acme.client()
    acceptance = open_round(work)
    assert browser.post(page(work, "cancel/")).status_code == 302
    assert fresh(acceptance).state == "cancelled"
    assert browser.post(page(work, "cancel/")).status_code == 404


def test_the_live_head_asks_for_the_page_anew_once_the_round_has_ended(acme: Customer) -> None:
    work, browser = answered_task(acme, pictures=1), acme.client()
    acceptance = open_round(work)
    assert "HX-Refresh" not in browser.get(page(work, "head/"))
    browser.post(page(work, "complete/"), {"scope": "0", "overwrite": "on"})
    assert fresh(acceptance).overwrite is True
    assert browser.get(page(work, "head/"))["HX-Refresh"] == "true"
    assert "HX-Refresh" not in browser.get(page(work, "head/?state=completing"))
    run_jobs()
    assert browser.get(page(work, "head/?state=completing"))["HX-Refresh"] == "true"


def test_the_team_manager_has_these_pages_and_others_have_not(acme: Customer, rival: Customer) -> None:
    work = answered_task(acme, pictures=2)
    open_round(work)
    manager, labeler = (signed_in(work.seat_of(address).actor.person) for address in (MANAGER, LABELERS[0]))
    for path in ("", "card/", "head/", "reports/", "complete/", "start/"):
        assert manager.get(page(work, path)).status_code == 200, path
        assert labeler.get(page(work, path)).status_code == 403, path
        assert rival.client().get(page(work, path)).status_code == 404, path
        assert Client().get(page(work, path)).status_code == 302, path
