"""The five errors that a rule may raise; handlers at the edges map them to HTTP, pages, sockets and jobs."""

from __future__ import annotations

from typing import Any, ClassVar


class TagoraError(Exception):
    """Base of every refusal; raised itself it means that something outside (the object store) is away for now.

    `message` is a sentence for a person that says what to do; `code` is stable and comes from the
    wire contract (`ModelArts.NNNN`) where that has a fitting one.
    """

    status: ClassVar[int] = 503
    default_code: ClassVar[str] = "ModelArts.0010"

    def __init__(self, message: Any, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code

    def __str__(self) -> str:
        return str(self.message)


class Invalid(TagoraError):
    """What was sent is not well-formed. `field` names the place, e.g. `samples[3].labels[0].name`."""

    status = 400
    default_code = "ModelArts.0104"

    def __init__(self, message: Any, *, field: str = "", code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.field = field


class Denied(TagoraError):
    """The actor may know the object but may not do this; the message is the reason."""

    status = 403
    default_code = "ModelArts.0203"


class TooMany(Denied):
    """Too much of something in a short time. The same is allowed again after `retry_after` seconds."""

    status = 429
    default_code = "ModelArts.4206"

    def __init__(self, message: Any, *, retry_after: int, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class NotFound(TagoraError):
    """There is no such object, or the actor may not know of it: the two answer alike."""

    status = 404
    default_code = "ModelArts.0104"


class Conflict(TagoraError):
    """The object is in a state that does not allow this, or somebody was faster."""

    status = 409
    default_code = "ModelArts.0101"
