"""The web application, assembled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from litestar import Litestar, Request
from litestar.config.compression import CompressionConfig
from litestar.di import Provide

from app import clock
from app.database import opened
from app.error_pages import TOLD_BY
from app.middleware import SAFE, RefuseForgery, RefuseUnreadable, complete_answer
from app.presence import provide_member, provide_presence
from app.recording import Record
from app.routes import every_route
from app.screen import provide_screen
from app.settings import settings
from app.xero.gateway import XeroGateway
from workers import chasing, mail


async def ring(request: Request[Any, Any, Any]) -> None:
    """Whatever a person changed is planned and sent at once; the timetable would come to it only in some seconds."""
    if request.method not in SAFE:
        chasing.reconsider.send()
        mail.sweep.send()


async def provide_now() -> datetime:
    return clock.now()


@asynccontextmanager
async def _database(_: Litestar) -> AsyncIterator[None]:
    async with opened():
        yield


def create_app(xero: XeroGateway | None = None) -> Litestar:
    """`xero`: a gateway of one's own, in tests."""
    gateway = xero or XeroGateway(settings())

    async def provide_xero() -> XeroGateway:
        return gateway

    return Litestar(
        every_route(),
        dependencies={
            "now": Provide(provide_now),
            "member": Provide(provide_member),
            "presence": Provide(provide_presence),
            "screen": Provide(provide_screen),
            "xero": Provide(provide_xero),
        },
        middleware=[RefuseUnreadable(), RefuseForgery(), Record()],
        before_send=[complete_answer],
        after_response=ring,
        exception_handlers=TOLD_BY,
        lifespan=[_database],
        compression_config=CompressionConfig(backend="brotli", minimum_size=1000, gzip_compress_level=5),
        request_max_body_size=10_000_000,
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
