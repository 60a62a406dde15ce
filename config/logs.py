"""Log hygiene: one event is one line, whatever a user typed into a name."""

from __future__ import annotations

import logging


class OneLine(logging.Filter):
    """Escapes control characters in messages, so that no input can forge a log line or a terminal command."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in message[:4096])
        record.msg, record.args = clean, ()
        return True
