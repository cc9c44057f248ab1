"""What a second look at a message right before it leaves can find."""

from msgspec import Struct


class Same(Struct, frozen=True):
    """It is still right, word for word."""


class Rewritten(Struct, frozen=True):
    """The facts have changed. A message that still waits has been rewritten; one that is claimed has to be."""

    reason: str = ""


class Empty(Struct, frozen=True):
    """Nothing is left to write about; `reason` is a sentence."""

    reason: str


class NotNow(Struct, frozen=True):
    """It is still wanted, but may not leave just now. What approval it has lives on."""

    reason: str = ""


Found = Same | Rewritten | Empty | NotNow
