"""One line of a menu."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A link, or with `method="post"` a button. In a grid's row menu `url` may name values of the row ("/c/{id}").

    `when` names a value of the row without which the line is left out. `outside` opens another site in a new tab.
    `confirm` is the question asked before a POST. `acts`: only for those who may change something, as every POST is.
    """

    label: str
    url: str
    method: Literal["get", "post"] = "get"
    outside: bool = False
    confirm: str = ""
    when: str = ""
    acts: bool = False
