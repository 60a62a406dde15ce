"""What uvicorn serves: HTTP through the WSGI threads, WebSockets through Channels."""

import gc
import os
from typing import Any, cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
get_asgi_application()  # sets Django up before anything that needs models is imported

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import WebsocketDenier  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from apps.live.consumers import LiveConsumer  # noqa: E402
from apps.tenants.walled_requests import WalledSocket  # noqa: E402
from config import environment  # noqa: E402
from config.bridge import WSGIThreads  # noqa: E402
from config.origins import SameOrigin  # noqa: E402
from config.wsgi import application as http  # noqa: E402

# The stubs know only Django's own URL patterns; Channels takes the same objects.
sockets: Any = [
    path("live/", cast(Any, LiveConsumer.as_asgi())),
    re_path("", cast(Any, WebsocketDenier.as_asgi())),
]

application = ProtocolTypeRouter(
    {
        # Requests of a browser are short; the threads are few because SQLite and CPython let one work at a time.
        "http": WSGIThreads(cast(Any, http), threads=environment.number("TAGORA_THREADS", 8)),
        "websocket": SameOrigin(WalledSocket(AuthMiddlewareStack(URLRouter(sockets)))),
    }
)

# What is loaded by now stays: the collector need not go through all of it again and again while requests wait.
gc.collect()
gc.freeze()
