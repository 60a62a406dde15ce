"""What people must not see: another labeler's samples, another tenant's anything."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e import pictures
from tests.e2e.conftest import People
from tests.e2e.pages.worker import Grid, join, link_in, mail_to
from tests.e2e.program import Program
from tests.e2e.server import Account, Server

COUNT = 6


def test_two_labelers_are_never_handed_the_same_sample(server: Server, account: Account, people: People) -> None:
    program = Program(server, account)
    addresses = [f"{name}@{account.tenant}.example" for name in ("lee", "kim")]
    dataset = program.dataset("cells", pictures.unlabelled(COUNT))
    task = program.task(dataset, program.team("crew", dict.fromkeys(addresses, "labeler")))
    handed: list[set[str]] = []
    for address in addresses:
        human = people(server)
        join(human, link_in(mail_to(server, address)))
        human.open(f"/work/{task}/")
        grid = Grid(human)
        grid.wait()
        handed.append(set(grid.names()))
    assert not handed[0] & handed[1]
    assert len(handed[0]) == len(handed[1]) == COUNT // 2


def test_another_tenant_finds_nothing(server: Server, account: Account, people: People) -> None:
    program = Program(server, account)
    address = f"lee@{account.tenant}.example"
    dataset = program.dataset("cells", pictures.unlabelled(2))
    team = program.team("crew", {address: "labeler"})
    task = program.task(dataset, team)
    picture = program.samples(dataset)[0]["sample_data"][0]
    rival = server.create_tenant(f"{account.tenant[:30]}-rival")
    bob = people(server)
    bob.sign_in(rival.sign_in, rival.password)
    for page in ("/", "/datasets/", "/teams/", "/jobs/", "/mail/", f"/storage/{rival.bucket}/"):
        bob.open(page)
        expect(bob.heading()).to_be_visible()
        shown = bob.page.content()
        for word in ("cells", "crew", account.bucket, address, account.tenant + "/"):
            assert word not in shown, f"{page} shows {word}"
    for path in (
        f"/datasets/{dataset}/",
        f"/datasets/{dataset}/samples/",
        f"/teams/{team}/",
        f"/tasks/{task}/",
        f"/work/{task}/",
        f"/storage/{account.bucket}/",
        picture,
        f"/v2/{account.project_id}/datasets/{dataset}",
        f"/v2/{rival.project_id}/datasets/{dataset}",
        f"/v2/{rival.project_id}/workforces/{team}",
    ):
        answer = bob.context.request.get(path)
        assert answer.status == 404, f"{path}: {answer.status}"
        assert "cells" not in answer.text()
