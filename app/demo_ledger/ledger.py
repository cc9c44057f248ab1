"""One running ledger: its organisations, grants, limits, faults and memory of calls."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from .aside import Aside
from .books import Books
from .calls import Calls
from .faults import Faults
from .grants import Grant, Grants
from .limits import Limiter
from .present import Presenter
from .query import Finder
from .refusals import Missing, Refusal, validation
from .settings import Clock, LedgerSettings
from .tokens import Signer

IDEMPOTENCY_LIFE = timedelta(minutes=6)


class Ledger:
    """What the handlers share."""

    def __init__(self, organisations: Sequence[Books], settings: LedgerSettings) -> None:
        self.organisations = list(organisations)
        self.settings = settings
        self.clock = Clock(settings.now)
        self.grants = Grants(settings)
        self.signer = Signer()
        self.limiter = Limiter(settings.limits, settings.elapsed)
        self.calls = Calls(settings.elapsed)
        self.faults = Faults()
        self.finder = Finder()
        self.aside = Aside()
        self.role = settings.role
        self.answered = Answered()
        self.keep: Callable[[], None] | None = None
        """Called after every request that may have changed something."""
        self._presenters: dict[str, Presenter] = {}

    def books_of(self, ref: str | None) -> Books:
        """An organisation by its id or name; the main one by default. Raises Missing."""
        for books in self.organisations:
            if ref in (None, "", books.tenant, books.organisation.get("Name")):
                return books
        raise Missing(f"Organisation {ref}")

    def presenter(self, books: Books) -> Presenter:
        return self._presenters.setdefault(books.tenant, Presenter(books))

    def holder(self, authorization: str | None) -> Grant | None:
        """The grant behind a Bearer header."""
        scheme, _, token = (authorization or "").partition(" ")
        return self.grants.holder(token.strip(), self.clock.now()) if scheme.lower() == "bearer" else None

    def connected(self, grant: Grant, tenant: str | None) -> Books | None:
        reachable = {connection.tenant for connection in self.grants.connections(grant.client)}
        return next((books for books in self.organisations if books.tenant == tenant and tenant in reachable), None)


class Answered:
    """Answers kept by Idempotency-Key for some minutes, errors too."""

    def __init__(self, kept: int = 2000) -> None:
        self._kept = kept
        self._answers: OrderedDict[str, tuple[datetime, str, int, bytes]] = OrderedDict()

    def before(self, key: str, request: bytes, now: datetime) -> tuple[int, bytes] | None:
        """The answer given to the same request before. Raises a 400 refusal when the key was used for another one."""
        found = self._answers.get(key)
        if found is None or now > found[0] + IDEMPOTENCY_LIFE:
            return None
        if found[1] != sha256(request).hexdigest():
            raise validation([{"ValidationErrors": [{"Message": "The idempotency key was used with a different request"}]}])
        return found[2], found[3]

    def keep(self, key: str, request: bytes, now: datetime, status: int, answer: bytes) -> None:
        self._answers[key] = (now, sha256(request).hexdigest(), status, answer)
        if len(self._answers) > self._kept:
            self._answers.popitem(last=False)


def check_key(key: str) -> None:
    """Xero takes keys of at most 128 characters."""
    if len(key) > 128:
        raise Refusal(400, {"ErrorNumber": 10, "Type": "ValidationException", "Message": "Idempotency-Key is too long"})
