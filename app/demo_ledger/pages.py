"""The ledger's own HTML pages: plain forms, no script."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "demo_ledger"
_environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


def page(name: str, *, status_code: int = 200, **values: Any) -> Response[str]:
    text = _environment.get_template(name).render(**values)
    return Response(text, status_code=status_code, media_type="text/html", headers=HEADERS)
