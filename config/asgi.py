"""What uvicorn serves: HTTP through the WSGI threads, WebSockets through Channels."""

import os
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
get_asgi_application()  # sets Django up before anything that needs models is imported

from a2wsgi import WSGIMiddleware  # noqa: E402
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from apps.live.consumers import LiveConsumer  # noqa: E402
from config import environment  # noqa: E402
from config.wsgi import application as http  # noqa: E402

# The stubs know only Django's own URL patterns; Channels takes the same objects.
sockets: Any = [
    path("live/", cast(Any, LiveConsumer.as_asgi())),
    re_path("", cast(Any, WebsocketDenier.as_asgi())),
]

application = ProtocolTypeRouter(
    {
        # Requests of a browser are short; the threads are few because SQLite and CPython let one work at a time.
        "http": WSGIMiddleware(cast(Any, http), workers=environment.number("TAGORA_THREADS", 8)),
        "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(sockets))),
    }
)
