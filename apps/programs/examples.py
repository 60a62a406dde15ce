"""Lines to copy that show how a program signs in, filled with what is known of the person."""

from __future__ import annotations

import json

from django.conf import settings

from apps.tenants.actors import Actor


def _cloud(actor: Actor, kind: str, auth: dict[str, str]) -> str:
    """A clouds.yaml as the command line of the wire contract reads it; its values are quoted as JSON, which YAML is."""
    assert actor.tenant is not None
    if actor.project is not None:
        auth |= {"project_name": actor.project.name, "project_domain_name": actor.tenant.name}
    lines = [f"      {name}: {json.dumps(value, ensure_ascii=False)}" for name, value in auth.items()]
    head = ["clouds:", "  tagora:", f"    auth_type: {kind}", f"    region_name: {settings.TAGORA_REGION}", "    auth:"]
    return "\n".join([*head, f"      auth_url: {settings.TAGORA_URL}/v3", *lines])


def clouds_with_token(actor: Actor, token: str) -> str:
    return _cloud(actor, "v3token", {"token": token})


def clouds_with_password(actor: Actor) -> str:
    assert actor.person is not None
    assert actor.tenant is not None
    user = {"username": actor.person.login.rpartition("/")[2], "user_domain_name": actor.tenant.name}
    return _cloud(actor, "v3password", {**user, "password": "YOUR-PASSWORD"})


def command_line() -> str:
    return "pip install python-openstackclient otcextensions\nopenstack --os-cloud tagora ma dataset list"


def curl_with_token(actor: Actor, token: str) -> str:
    project = actor.project.public_id if actor.project else "PROJECT-ID"
    return f'curl -H "X-Auth-Token: {token}" \\\n  {settings.TAGORA_URL}/v2/{project}/datasets'


def signed_request(actor: Actor, access_key: str) -> str:
    project = actor.project.public_id if actor.project else "PROJECT-ID"
    scheme, _, host = settings.TAGORA_URL.partition("://")
    return f"""# pip install huaweicloudsdkcore requests
import os, requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest

keys = BasicCredentials("{access_key}", os.environ["TAGORA_SECRET_KEY"], "{project}")
request = SdkRequest("GET", "{scheme}", "{host}", "/v2/{project}/datasets",
                     query_params=[("limit", 10)], header_params={{"Content-Type": "application/json"}})
keys.sign_request(request)
print(requests.get("{scheme}://{host}" + request.uri, headers=request.header_params).json())"""
