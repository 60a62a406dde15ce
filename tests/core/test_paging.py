"""Keyset pages cover every row once, in both directions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.core.paging import keyset_page
from apps.tenants.models import Tenant


class Pages(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(count=st.integers(0, 23), limit=st.integers(1, 7), descending=st.booleans())
    def test_walking_forward_and_back_meets_every_row_once(self, count: int, limit: int, descending: bool) -> None:
        Tenant.objects.bulk_create(Tenant(name=f"t{number}") for number in range(count))
        expected = list(Tenant.objects.order_by("-pk" if descending else "pk").values_list("pk", flat=True))
        seen: list[int] = []
        pages = []
        marker = None
        while True:
            page = keyset_page(Tenant.objects.all(), limit=limit, after=marker, descending=descending)
            pages.append([row.pk for row in page.rows])
            seen += pages[-1]
            if page.next is None:
                break
            marker = page.next
        assert seen == expected
        for earlier in reversed(pages[:-1]):
            assert page.previous is not None
            page = keyset_page(Tenant.objects.all(), limit=limit, before=page.previous, descending=descending)
            assert [row.pk for row in page.rows] == earlier
        assert page.previous is None


@pytest.mark.django_db
def test_a_page_costs_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    Tenant.objects.bulk_create(Tenant(name=f"t{number}") for number in range(9))
    with django_assert_num_queries(1):
        assert len(keyset_page(Tenant.objects.all(), limit=5).rows) == 5
