"""Time-ordered ids are versions 7, rise strictly, and make a moment a range."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

from apps.core.ids import OrderedIds, id_at, ordered_ids, public_id


def test_ids_rise_strictly_and_are_of_version_7() -> None:
    ids = ordered_ids.take(5000) + ordered_ids.take(5000)
    assert ids == sorted(set(ids))
    assert all(one.version == 7 and one.variant == uuid.RFC_4122 for one in ids)


def test_threads_never_get_the_same_id() -> None:
    source = OrderedIds()
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: source.take(500), range(40)))
    flat = [one for batch in batches for one in batch]
    assert len(set(flat)) == 20_000


def test_a_moment_is_a_boundary_between_ids() -> None:
    before = ordered_ids.next()
    time.sleep(0.005)
    boundary = id_at(int(time.time() * 1000))
    time.sleep(0.005)
    assert before < boundary < ordered_ids.next()


def test_public_ids_have_the_form_of_the_wire_contract() -> None:
    ids = {public_id() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(one) == 20 and one.isalnum() and one == one.lower() for one in ids)


def test_moments_beyond_the_clock_of_ids_give_the_first_and_the_last() -> None:
    assert id_at(-62_135_596_800_000) == id_at(0) < id_at(1)
    assert id_at(2**60) == id_at(2**48 - 1)
