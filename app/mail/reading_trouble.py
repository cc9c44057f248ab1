"""Why a mailbox could not be read, and what its owner can do about it."""

from app.mail.mime import one_line


class Unreadable(Exception):  # noqa: N818  it reads as what it says
    """`reason` goes after a colon, `advice` is a sentence. `is_final`: asking again would not help, or lock the account."""

    def __init__(self, reason: str, advice: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.advice, self.is_final = reason, advice, is_final


_TROUBLES = {
    "refused": (
        "the mail server refused the user name or password",
        "Check both below. Where the account has two-step sign-in, make an app password for Tactful in its settings; some"
        " providers let IMAP in only when it is switched on there.",
    ),
    "certificate": (
        "the mail server's certificate is not valid for this name",
        "Write the server's name exactly as your provider gives it; an address in figures has no certificate.",
    ),
    "tls": (
        "no encrypted connection could be made",
        "Choose the other encryption: TLS is usual on port 993, STARTTLS on port 143.",
    ),
    "unknown_host": ("there is no server of that name", "Check the name of the incoming mail server."),
    "silent": ("the mail server did not answer in time", "It is tried again by itself. If it stays so, check name and port."),
    "unreachable": (
        "the mail server could not be reached",
        "It is tried again by itself. If it stays so, check name and port.",
    ),
    "strange": ("the mail server answered something unexpected", "It is tried again by itself."),
}


def explained(kind: str, said: str) -> Unreadable:
    reason, advice = _TROUBLES[kind]
    words = one_line(said)[:300].rstrip(". ")
    return Unreadable(f"{reason} ({words})" if words else reason, advice, is_final=kind == "refused")
