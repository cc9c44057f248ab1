"""How a hold is shown: as waiting for a person, as broken, or merely as the state of things."""

from typing import Final, Literal

from app.chasing.holds import Hold

Tone = Literal["", "held", "waiting", "broken"]

_WAITING: Final = frozenset(
    {Hold.RESTORED, Hold.REPLIED, Hold.UNKNOWN_SEND, Hold.FINISHED, Hold.AWAITING_APPROVAL, Hold.REVIEW, Hold.NO_DUE_DATE}
)
_BROKEN: Final = frozenset(
    {Hold.DISCONNECTED, Hold.STALE, Hold.NO_RECIPIENT, Hold.BOUNCED, Hold.NO_SENDER, Hold.TEMPLATE_FAILED}
)
_ON_ITS_WAY: Final = frozenset({Hold.NOT_REACHED})
_LABELS: Final = {hold.value: hold.label for hold in Hold}


def tone_of(code: str) -> Tone:
    """`code` is an Outlook's hold; empty for an invoice that a due reminder carries."""
    if not code or code in _ON_ITS_WAY:
        return ""
    if code in _WAITING:
        return "waiting"
    return "broken" if code in _BROKEN else "held"


def label_of(code: str) -> str:
    """The hold in two or three words; "Next" for what is on its way."""
    if not code or code in _ON_ITS_WAY:
        return "Next"
    return _LABELS.get(code, "Held")


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
