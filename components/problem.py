"""What an error page says: what happened, what it means for the money, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemView:
    """`title` is the sentence in the heading; the other sentences may be empty."""

    status: int
    title: str
    happened: str = ""
    means: str = ""
    advice: str = ""
    link_label: str = ""
    link_url: str = ""
    reference: str = ""
