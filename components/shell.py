"""What the frame around every staff page shows. The page's own content is none of its business."""

from dataclasses import dataclass, field
from typing import Literal

from components.menu.items import MenuItem

Tone = Literal["plain", "waiting", "broken"]


@dataclass(frozen=True, slots=True)
class RailEntry:
    """One place in the left rail; `icon` is a name from icon/icon.html, `count` is shown when above 0."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """An organisation the user may switch to; switching is a POST to `url`."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A message above the page: `plain` for what was done, `waiting` for a person, `broken` for what is. What was done
    can be undone by a POST to `undo_url`."""

    text: str
    tone: Tone = "plain"
    link_label: str = ""
    link_url: str = ""
    undo_url: str = ""


@dataclass(frozen=True, slots=True)
class SyncView:
    """`sentence` as in "synced 4 min ago"; while `running` the line asks `progress_url` again every second. Where
    something is to be read about it, it leads to `details_url`."""

    sentence: str
    in_full: str = ""
    start_url: str = ""
    running: bool = False
    progress_url: str = ""
    details_url: str = ""


@dataclass(frozen=True, slots=True)
class ShellView:
    """Everything that layouts/staff.html shows around a page."""

    organisation: str
    rail: tuple[RailEntry, ...]
    user_name: str
    user_email: str
    sign_out_url: str
    sync: SyncView | None = None
    organisations: tuple[Choice, ...] = ()
    user_menu: tuple[MenuItem, ...] = ()
    search_url: str = ""
    search_text: str = ""
    help_url: str = ""
    disconnected: bool = False
    reconnect_url: str = ""
    demo_note: str = ""
    notices: tuple[Notice, ...] = field(default=())

    @property
    def on_phone_bar(self) -> tuple[RailEntry, ...]:
        """The places with room in the bottom bar of a phone; the others are behind More."""
        return self.rail[:4]

    @property
    def behind_more(self) -> tuple[RailEntry, ...]:
        return self.rail[4:]
