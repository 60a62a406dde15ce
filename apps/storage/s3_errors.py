"""Errors of an S3 server as the errors of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from apps.core.errors import Conflict, NotFound, TagoraError
from apps.core.texts import text as _
from apps.storage.paths import shown


def status_of(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def refusals(key: str) -> Iterator[None]:
    """Errors of the server as the errors of a rule. What the server said stays in the log: it may name its insides."""
    try:
        yield
    except ClientError as error:
        name = {"name": shown(key)}
        status = status_of(error)
        if status == 404:
            raise NotFound(_("There is no object '%(name)s'.") % name) from None
        if status == 412 and error.operation_name == "GetObject":
            raise Conflict(_("'%(name)s' changed while it was read. Try again.") % name) from None
        if status in (409, 412):
            raise Conflict(_("There is already an object '%(name)s'.") % name) from None
        if status == 403:
            raise TagoraError(_("The store refused the access to '%(name)s'. Ask the operator.") % name) from error
        raise TagoraError(_("The store answered with an error. Try again later.")) from error
    except BotoCoreError as error:
        raise TagoraError(_("The store cannot be reached. Try again later.")) from error
