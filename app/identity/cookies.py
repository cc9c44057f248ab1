"""The cookies this product sets, and how they are written (RFC 6265; `__Host-` binds a name to this very host)."""

from http.cookies import SimpleCookie

SESSION = "tactful_session"
VISITOR = "tactful_visitor"
FLASH = "tactful_flash"


def named(name: str, *, https: bool) -> str:
    return f"__Host-{name}" if https else name


def written(name: str, value: str, *, https: bool, seconds: int | None = None) -> str:
    """A Set-Cookie header's value: for this host, never read by scripts; `seconds` 0 forgets it."""
    cookie: SimpleCookie = SimpleCookie()
    morsel_name = named(name, https=https)
    cookie[morsel_name] = value
    attributes: dict[str, str | bool] = {"path": "/", "httponly": True, "samesite": "Lax", "secure": https}
    if seconds is not None:
        attributes["max-age"] = str(seconds)
    for attribute, setting in attributes.items():
        cookie[morsel_name][attribute] = setting
    return cookie[morsel_name].OutputString()
