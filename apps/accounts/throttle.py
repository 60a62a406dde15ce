"""How often somebody may try: a few times freely, then with growing pauses. Nobody can lock somebody else out.

Three counts, each in the shared cache: of a name from one block of addresses, of the block, and of the name from
anywhere. Only the first makes somebody wait for long, and it is of the one who tries. The others slow down an attack on
many names or from many addresses; they do not touch a name in a block from which it came in lately.
"""

from __future__ import annotations

import hashlib
import ipaddress
import time
from dataclasses import dataclass
from math import ceil

from django.core.cache import cache
from django.utils.translation import ngettext

from apps.core.errors import TooMany

FREE_PER_PAIR = 5
FREE_PER_BLOCK = 50
FREE_PER_NAME = 50
FREE_PER_CODE = 10
FIRST_PAUSE = 2
LONGEST_PAUSE = 15 * 60
LONGEST_PAUSE_SHARED = 60
FORGOTTEN_AFTER = 24 * 3600
KNOWN_FOR = 30 * 24 * 3600


def block_of(address: str) -> str:
    """The network somebody is likely to have to themselves: 256 addresses of IPv4, a /56 of IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    return str(ipaddress.ip_network((found, 24 if found.version == 4 else 56), strict=False))


@dataclass(frozen=True)
class Count:
    """One count of failures and how it makes wait."""

    key: str
    free: int
    longest: int
    first: int

    def take(self) -> int:
        """Counts one attempt. 0 when it may go on, else the seconds to wait; what has to wait is not counted.

        Counting comes first, and the right to go on after too many is a key that only one can add: of any number of
        simultaneous attempts no more go on than of attempts one after the other.
        """
        count = self._add_one()
        if count <= self.free:
            return 0
        pause = min(self.first * 2 ** min(count - self.free - 1, 20), self.longest)
        if cache.add(f"{self.key}:until", time.time() + pause, pause):
            return 0
        self.give_back()
        until = cache.get(f"{self.key}:until")
        return max(1, ceil(float(until) - time.time())) if until else 1

    def _add_one(self) -> int:
        key = f"{self.key}:count"
        if cache.add(key, 1, FORGOTTEN_AFTER):
            return 1
        try:
            count = int(cache.incr(key))
        except ValueError:  # forgotten in between
            cache.set(key, 1, FORGOTTEN_AFTER)
            return 1
        cache.touch(key, FORGOTTEN_AFTER)
        return count

    def give_back(self) -> None:
        try:
            cache.decr(f"{self.key}:count")
        except ValueError:
            return

    def forget(self) -> None:
        cache.delete_many([f"{self.key}:count", f"{self.key}:until"])


@dataclass(frozen=True)
class Attempt:
    """One attempt that may go on. It counts as a failure until it is said to have succeeded."""

    pair: Count
    shared: tuple[Count, ...]
    known: str

    def succeeded(self) -> None:
        self.pair.forget()
        for count in self.shared:
            count.give_back()
        cache.set(self.known, 1, KNOWN_FOR)


def limit(what: str, *, free: int, longest: int = LONGEST_PAUSE_SHARED, first_pause: int = 0) -> Count:
    """Counts one more of something that is asked for; TooMany when it must wait. The count can be given back."""
    count = Count(_key("limit", what), free, longest, first_pause or FIRST_PAUSE)
    wait = count.take()
    if wait:
        raise TooMany(_sentence(wait), retry_after=wait)
    return count


def begin(name: str, address: str, *, free_per_name: int = FREE_PER_NAME) -> Attempt:
    """Starts an attempt of `name` from `address`; TooMany, with the seconds to wait, when it must wait."""
    block = block_of(address)
    pair = Count(_key("pair", f"{name} {block}"), FREE_PER_PAIR, LONGEST_PAUSE, FIRST_PAUSE)
    of_block = Count(
        _key("block", f"{name.partition(':')[0]} {block}"), FREE_PER_BLOCK, LONGEST_PAUSE_SHARED, FIRST_PAUSE
    )
    of_name = Count(_key("name", name), free_per_name, LONGEST_PAUSE_SHARED, FIRST_PAUSE)
    known = _key("known", f"{name} {block}")
    counts = [pair] if cache.get(known) else [pair, of_block, of_name]
    taken: list[Count] = []
    for count in counts:
        wait = count.take()
        if wait:
            for earlier in taken:
                earlier.give_back()
            raise TooMany(_sentence(wait), retry_after=wait)
        taken.append(count)
    return Attempt(pair, tuple(taken[1:]), known)


def welcome(name: str, address: str) -> None:
    """Says that the owner of `name` has shown otherwise (by a link in their mail) that they are at `address`."""
    cache.set(_key("known", f"{name} {block_of(address)}"), 1, KNOWN_FOR)
    Count(_key("pair", f"{name} {block_of(address)}"), FREE_PER_PAIR, LONGEST_PAUSE, FIRST_PAUSE).forget()


def _key(kind: str, value: str) -> str:
    return f"attempts:{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogateescape')).hexdigest()}"


def _sentence(seconds: int) -> str:
    if seconds < 100:
        words = ngettext(
            "Too many failed attempts. Wait %(count)d second and try again.",
            "Too many failed attempts. Wait %(count)d seconds and try again.",
            seconds,
        )
        return words % {"count": seconds}
    minutes = ceil(seconds / 60)
    words = ngettext(
        "Too many failed attempts. Wait %(count)d minute and try again.",
        "Too many failed attempts. Wait %(count)d minutes and try again.",
        minutes,
    )
    return words % {"count": minutes}
