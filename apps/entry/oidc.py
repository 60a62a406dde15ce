"""OpenID Connect, as the relying party: the authorization code flow with PKCE, state and nonce.

What is asked of a provider's answer stands here; what it means for the tenant's people, in `services.provider`.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from apps.core.errors import Denied
from apps.core.sealing import opened
from apps.entry import outside
from apps.entry.models import SignInProvider

PURPOSE = "sign-in provider"
SCOPE = "openid email profile"
# Signatures that only the provider can make: nothing symmetric, and never none.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KEPT_SECONDS = 600
LEEWAY_SECONDS = 60
# What says in `amr` that the provider itself asked for more than a password (RFC 8176).
SECOND_FACTORS = {"mfa", "otp", "hwk", "sms", "fpt", "face", "iris", "swk", "sc"}


@dataclass(frozen=True)
class Journey:
    """What the browser's session remembers of a sign-in that is under way."""

    provider: str
    state: str
    nonce: str
    verifier: str
    wanted: str

    def kept(self) -> dict[str, str]:
        return asdict(self)


def redirect_uri() -> str:
    return f"{settings.TAGORA_URL}/sign-in/organisation/back/"


def start(provider: SignInProvider, wanted: str) -> tuple[str, Journey]:
    """The address at the provider to send the browser to, and what must be remembered until it comes back."""
    found = _discovered(provider.issuer)
    journey = Journey(
        provider=provider.public_id,
        state=secrets.token_urlsafe(32),
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        wanted=wanted,
    )
    challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": redirect_uri(),
        "scope": SCOPE,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    address = outside.checked(str(found.get("authorization_endpoint", ""))).geturl()
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}", journey


def finish(provider: SignInProvider, journey: Journey, answer: Mapping[str, str]) -> dict[str, Any]:
    """The claims about who signed in at the provider; Denied for anything that is not exactly as it must be."""
    if not constant_time_compare(answer.get("state", ""), journey.state):
        raise _refused(_("The answer belongs to another sign-in."))
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise _refused(_("The answer comes from another sign-in server."))
    if answer.get("error") or not answer.get("code"):
        raise _refused(_("The sign-in server has let nobody in."))
    found = _discovered(provider.issuer)
    tokens = outside.post_form(
        str(found.get("token_endpoint", "")),
        {
            "grant_type": "authorization_code",
            "code": answer["code"],
            "redirect_uri": redirect_uri(),
            "code_verifier": journey.verifier,
            **_client_in_form(provider, found),
        },
        headers=_client_in_header(provider, found),
    )
    claims = _proven(str(tokens.get("id_token", "")), provider, found, journey.nonce)
    if "email" not in claims and found.get("userinfo_endpoint") and tokens.get("access_token"):
        more = outside.get_json(
            str(found["userinfo_endpoint"]), headers={"Authorization": f"Bearer {tokens['access_token']}"}
        )
        if more.get("sub") != claims["sub"]:
            raise _refused(_("The sign-in server speaks of two different people."))
        claims = {**more, **claims}
    return claims


def showed_second_factor(claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr")
    return isinstance(methods, list) and bool(SECOND_FACTORS & {str(method) for method in methods})


def _refused(reason: str) -> Denied:
    return Denied(_("You are not signed in: %(reason)s Start again.") % {"reason": reason}, code="ModelArts.0201")


def _discovered(issuer: str) -> dict[str, Any]:
    """What the provider says of itself; it must call itself by the name that the tenant has given."""
    key = f"oidc:about:{hashlib.sha256(issuer.encode()).hexdigest()}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = outside.get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != issuer:
            raise _refused(_("The sign-in server calls itself by another name than the one that is set here."))
        cache.set(key, found, KEPT_SECONDS)
    return found


def check_issuer(issuer: str) -> None:
    """Asks the provider about itself, so that a mistyped address is noticed when it is saved and not at a sign-in."""
    outside.checked(issuer, field="issuer")
    _discovered(issuer)


def _keys(found: Mapping[str, Any], *, anew: bool = False) -> list[dict[str, Any]]:
    url = str(found.get("jwks_uri", ""))
    key = f"oidc:keys:{hashlib.sha256(url.encode()).hexdigest()}"
    keys: list[dict[str, Any]] | None = None if anew else cache.get(key)
    if keys is None:
        listed = outside.get_json(url).get("keys")
        keys = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        cache.set(key, keys, KEPT_SECONDS)
    return keys


def _key_for(header: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The provider's key that the token names. An unknown one is looked for once more: providers change their keys."""
    for anew in (False, True):
        # Somebody who sends unknown names must not make us ask the provider each time.
        if anew and not cache.add(f"oidc:asked:{found.get('jwks_uri')}", 1, 30):
            break
        usable = [key for key in _keys(found, anew=anew) if key.get("use", "sig") == "sig"]
        named = [key for key in usable if key.get("kid") == header.get("kid")]
        if len(named) == 1:
            return named[0]
        if "kid" not in header and len(usable) == 1:
            return usable[0]
    raise _refused(_("The answer bears a signature of somebody else."))


def _proven(token: str, provider: SignInProvider, found: Mapping[str, Any], nonce: str) -> dict[str, Any]:
    """The claims of an ID token: signed by the provider, for this client, for this sign-in, now."""
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise _refused(_("The answer bears no signature that can be trusted."))
        key = jwt.PyJWK(_key_for(header, found), algorithm=algorithm)
        claims = jwt.decode(
            token,
            key=key.key,
            algorithms=[algorithm],
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except jwt.PyJWTError as error:
        raise _refused(_("The answer is not valid (%(error)s).") % {"error": type(error).__name__}) from None
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (several or "azp" in claims) and claims.get("azp") != provider.client_id:
        raise _refused(_("The answer is meant for another program."))
    if not constant_time_compare(str(claims.get("nonce", "")), nonce):
        raise _refused(_("The answer belongs to another sign-in."))
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject or len(subject) > 255:
        raise _refused(_("The answer names nobody."))
    return claims


def _secret_of(provider: SignInProvider) -> str:
    if not provider.sealed_secret:
        return ""
    secret = opened(provider.sealed_secret, purpose=PURPOSE)
    if secret is None:
        raise Denied(_("The client's secret cannot be read any more. An admin has to enter it again."))
    return secret


def _in_form(found: Mapping[str, Any]) -> bool:
    methods = found.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return "client_secret_basic" not in methods


def _client_in_form(provider: SignInProvider, found: Mapping[str, Any]) -> dict[str, str]:
    secret = _secret_of(provider)
    if not secret:
        return {"client_id": provider.client_id}
    return {"client_id": provider.client_id, "client_secret": secret} if _in_form(found) else {}


def _client_in_header(provider: SignInProvider, found: Mapping[str, Any]) -> dict[str, str]:
    secret = _secret_of(provider)
    if not secret or _in_form(found):
        return {}
    pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
