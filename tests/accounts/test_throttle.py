"""Guessing gets slower and slower; nobody is locked out by somebody else."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytest_django.fixtures import Settings

from apps.accounts import throttle
from apps.core.errors import TooMany

HOME, THIEF = "198.51.100.7", "203.0.113.9"


class Clock:
    """Moves the cache's clock and ours."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        import time

        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.ahead)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Clock:
    # A cache elsewhere has a clock of its own.
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid.uuid4().hex}
    settings.CACHES = {"default": {**local, "OPTIONS": {"MAX_ENTRIES": 100_000}}}
    return Clock(monkeypatch)


def failures(name: str, address: str, tries: int) -> int:
    """How many of so many attempts in a row may go on."""
    allowed = 0
    for _number in range(tries):
        try:
            throttle.begin(name, address)
            allowed += 1
        except TooMany:
            pass
    return allowed


def test_a_few_failures_are_free_then_one_must_wait_longer_each_time(clock: Clock) -> None:
    waits = []
    assert failures("ann", HOME, throttle.FREE_PER_PAIR + 1) == throttle.FREE_PER_PAIR + 1
    for _round in range(12):
        with pytest.raises(TooMany) as refused:
            throttle.begin("ann", HOME)
        waits.append(refused.value.retry_after)
        clock.ahead += refused.value.retry_after
        throttle.begin("ann", HOME)
    assert waits[:4] == [2, 4, 8, 16]
    assert waits == sorted(waits)
    assert max(waits) == throttle.LONGEST_PAUSE


def test_the_answer_names_the_seconds_to_wait(clock: Clock) -> None:
    failures("ann", HOME, 9)
    with pytest.raises(TooMany, match="Wait 2 seconds") as refused:
        throttle.begin("ann", HOME)
    assert (refused.value.status, refused.value.retry_after) == (429, 2)


def test_refused_attempts_do_not_lengthen_the_pause(clock: Clock) -> None:
    failures("ann", HOME, 500)
    clock.ahead += 2
    throttle.begin("ann", HOME)


def test_a_guesser_elsewhere_does_not_lock_the_owner_out(clock: Clock) -> None:
    throttle.begin("ann", HOME).succeeded()
    for number in range(400):
        failures("ann", f"203.0.{number % 250}.{number // 250}", 10)
    throttle.begin("ann", HOME).succeeded()


def test_many_addresses_together_are_slowed_down_for_one_name(clock: Clock) -> None:
    allowed = sum(failures("ann", f"10.{number // 250}.{number % 250}.1", 3) for number in range(2_000))
    assert allowed <= throttle.FREE_PER_NAME + 2, "without a pause"
    hour = 0
    for _minute in range(60):
        clock.ahead += 60
        hour += sum(failures("ann", f"10.{number // 250}.{number % 250}.1", 1) for number in range(200))
    assert hour <= 61, "one attempt a minute at most, from however many addresses"


def test_many_names_from_one_network_are_slowed_down(clock: Clock) -> None:
    allowed = sum(failures(f"password:name-{number}", f"203.0.113.{number % 250}", 1) for number in range(500))
    assert allowed <= throttle.FREE_PER_BLOCK + 1


def test_colleagues_of_a_guesser_come_in_as_always(clock: Clock) -> None:
    """A whole office shares one address."""
    throttle.begin("password:ann", HOME).succeeded()
    for number in range(300):
        failures(f"password:name-{number}", HOME, 1)
    for _day in range(20):
        throttle.begin("password:ann", HOME).succeeded()


def test_success_forgets_the_failures(clock: Clock) -> None:
    failures("ann", HOME, 4)
    throttle.begin("ann", HOME).succeeded()
    assert failures("ann", HOME, throttle.FREE_PER_PAIR) == throttle.FREE_PER_PAIR


def test_simultaneous_attempts_are_no_more_than_those_in_a_row(clock: Clock) -> None:
    with ThreadPoolExecutor(16) as pool:
        allowed = sum(pool.map(lambda _number: failures("ann", THIEF, 1), range(200)))
    assert allowed <= throttle.FREE_PER_PAIR + 1


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("203.0.113.9", "203.0.113.200", True),
        ("203.0.113.9", "203.0.114.9", False),
        ("2001:db8:1:200::1", "2001:db8:1:2ff::2", True),
        ("2001:db8:1:200::1", "2001:db8:1:300::1", False),
        ("::ffff:203.0.113.9", "203.0.113.10", True),
        ("", "", True),
    ],
)
def test_a_block_is_what_one_household_has(first: str, second: str, same: bool) -> None:
    assert (throttle.block_of(first) == throttle.block_of(second)) is same
