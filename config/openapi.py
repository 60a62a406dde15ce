"""What the description of the API says beyond its serializers: how to sign in, and each operation once."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

Endpoint = tuple[str, str, str, Any]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Programs show a token; a page shows its session and the CSRF token."""

    target_class = "apps.tenants.authentication.ActorAuthentication"
    name = ["token", "session"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:
        return [
            {"type": "apiKey", "in": "header", "name": "X-Auth-Token", "description": "From POST /v3/auth/tokens."},
            {"type": "apiKey", "in": "cookie", "name": "tagora_session", "description": "Of a signed-in browser."},
        ]


def without_twins(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Leaves out an address that answers as the same one without the slash does."""
    paths = {path for path, *_ in endpoints}
    return [
        endpoint for endpoint in endpoints if endpoint[0].rstrip("/") == endpoint[0] or endpoint[0][:-1] not in paths
    ]
