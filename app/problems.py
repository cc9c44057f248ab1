"""What can go wrong in a way the user should read: the docstring is the message."""

from typing import ClassVar


class Problem(Exception):  # noqa: N818  a problem is told, not raised at anybody
    """Something went wrong, and nothing was changed."""

    status: ClassVar[int] = 400

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.message)

    @property
    def message(self) -> str:
        return " ".join((type(self).__doc__ or "").split())


class NotFound(Problem):
    """There is no such page here, or it belongs to another organisation."""

    status = 404


class NotAllowed(Problem):
    """Your role does not allow this. Ask an owner of the organisation."""

    status = 403


class SignInNeeded(Problem):
    """Please sign in first."""

    status = 401


class OutOfDate(Problem):
    """Somebody changed this meanwhile. Look at it again, then decide."""

    status = 409


class TryLater(Problem):
    """The other side is not answering just now. It will be tried again."""

    status = 503


class Refused(Problem):
    """The other side refused this. Trying again will not help."""

    status = 502
