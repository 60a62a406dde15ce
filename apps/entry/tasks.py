"""What is done apart from the request that asked for it, so that the answer's time tells nothing."""

from __future__ import annotations

import logging

from celery import current_app, shared_task
from kombu.exceptions import OperationalError as BrokerAway

from apps.entry import services
from apps.tenants.actors import Actor

log = logging.getLogger(__name__)


@shared_task(name="entry.send_reset_link", expires=600)  # type: ignore[untyped-decorator]
def send_reset_link(login: str, language: str, source_ip: str, request_id: str, user_agent: str) -> None:
    visitor = Actor(source_ip=source_ip, request_id=request_id, user_agent=user_agent)
    services.send_reset_link(visitor=visitor, login=login, language=language)


def ask_for_reset_link(visitor: Actor, login: str, language: str) -> None:
    """The same work for any name: a message to the worker. With the broker away it is lost, and asked for again."""
    asked = [login[:320], language, visitor.source_ip, visitor.request_id, visitor.user_agent]
    try:
        current_app.send_task("entry.send_reset_link", asked, retry=False)
    except (BrokerAway, OSError) as error:
        log.warning("broker away, a reset link was not sent: %s", error)
