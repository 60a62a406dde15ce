"""Remarks that the server itself leaves on answers: stored in English, shown in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

ALL_LABELS_DELETED = gettext_noop("All labels of this answer were deleted from the data set.")
WITH_ITS_LOT = gettext_noop("Sent back together with the rest of its lot.")

# A closed list: what people wrote is never taken for a message of ours.
_OURS = frozenset({ALL_LABELS_DELETED, WITH_ITS_LOT})


def worded(comment: str) -> str:
    """A stored comment as the reader understands it; what a person wrote stays as written."""
    return gettext(comment) if comment in _OURS else comment
