"""JSON for the shared cache: whoever can write to Redis must not be able to run code here."""

from __future__ import annotations

import json
from typing import Any


class JSONSerializer:
    """Integers stay bare so that Redis can count with them; everything else is JSON."""

    def dumps(self, value: Any) -> Any:
        if type(value) is int:
            return value
        return json.dumps(value, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        try:
            return int(data)
        except ValueError:
            return json.loads(data)
