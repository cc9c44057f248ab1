"""The questions that help answers, and how it says what it found. Pure."""

from typing import Literal

from msgspec import Struct

Verdict = Literal["well", "wrong", "told"]


class Remedy(Struct, frozen=True):
    """A button that mends it (`method="post"`), or a link to where it is mended."""

    label: str
    url: str
    method: Literal["get", "post"] = "get"
    outside: bool = False


class Check(Struct, frozen=True):
    """What was looked at just now, and what was found. `told` is neither well nor wrong."""

    verdict: Verdict
    says: str
    remedy: Remedy | None = None


class Topic(Struct, frozen=True):
    key: str
    question: str
    summary: str
    advice: tuple[str, ...]


TOPICS = (
    Topic(
        "cannot-connect",
        "I cannot connect to Xero",
        "The consent page refuses, or leads back with an error.",
        (
            "Only an owner of the organisation can connect it, with a Xero user who has the Standard or Adviser role.",
            "On Xero’s page choose the organisation, then Allow access. A page left open for long has expired: begin again.",
            "One organisation here belongs to one organisation in Xero. Another one is refused, so that no books are mixed.",
        ),
    ),
    Topic(
        "changes-not-coming",
        "Changes made in Xero do not come through",
        "A new invoice, a payment or an edit is not here.",
        (
            "A sync runs once a day before reminders go, when a customer opens the portal, and when you press Sync now.",
            "Drafts and invoices that wait for approval in Xero are not chased, so they do not stand among the open ones.",
            "Xero does not tell of every kind of change: once a week everything open is compared, one by one.",
        ),
    ),
    Topic(
        "expected-date-not-pushed",
        "An expected payment date did not reach Xero",
        "The date stands here, but not in Xero.",
        (
            "Xero refuses the date for an invoice with a part payment, prepayment or credit note, and in a locked period.",
            "Then the date stays here and holds reminders all the same, until Xero accepts it or somebody changes it there.",
        ),
    ),
    Topic(
        "contact-differs",
        "A contact looks different from Xero",
        "A name, an address or who gets the emails is not as it is in Xero.",
        (
            "Names, phones and postal addresses are Xero’s: edit them there, come back, and they are read anew.",
            "Who gets which email is chosen here and never written to Xero. Addresses added here stay here.",
        ),
    ),
    Topic(
        "disconnected",
        "Tactful is disconnected from Xero",
        "Nothing is chased, and a button at the bottom right asks to reconnect.",
        (
            "Xero ends a connection when somebody removes the app there, when the user who connected leaves, or when nothing"
            " was read for 60 days.",
            "Reconnect to the same organisation: a sync runs at once, and chasing goes on where it stood.",
        ),
    ),
    Topic(
        "backups",
        "Backups, and what was erased",
        "What a backup holds, how long to keep it, what happens when one is restored.",
        (
            "Whoever runs this installation takes backups with “tactful backup”. One holds everything of its moment,"
            " papers included, but not the key that unseals passwords and tokens.",
            "A customer erased today still lives in the backups of yesterday. Keep them no longer than you need: 30 days"
            " is usual. When one is restored, erase again whoever was erased since.",
            "A restored copy sends nothing before an owner has confirmed it, for it does not know what has gone since.",
        ),
    ),
)


def topic_called(key: str) -> Topic | None:
    return next((each for each in TOPICS if each.key == key), None)


def help_for(path: str) -> str:
    """Where help about a page begins."""
    parts = path.strip("/").split("/")
    if path.startswith(("/connect", "/set-up")):
        return "/help/cannot-connect"
    if path.startswith("/syncs"):
        return "/help/changes-not-coming"
    if len(parts) >= 2 and parts[0] == "customers" and parts[1].isdigit():
        return f"/help/contact-differs?customer={parts[1]}"
    if len(parts) >= 2 and parts[0] == "invoices":
        return "/help/expected-date-not-pushed"
    if path.startswith(("/settings/privacy", "/settings/restored-copy")):
        return "/help/backups"
    return "/help"
