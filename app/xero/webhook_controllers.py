"""What Xero calls when something changes."""

from datetime import datetime
from typing import Any

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency as Given
from litestar.exceptions import HTTPException

from app.settings import settings
from app.xero.news_actions import mark_news, may_read_news
from app.xero.webhooks import LARGEST_BODY, is_signed, tenants_in
from workers import sync as sync_work

HttpRequest = Request[Any, Any, Any]


def _refused(_: HttpRequest, problem: HTTPException) -> Response[bytes]:
    """Too large, for instance; Xero takes no words."""
    return Response(b"", status_code=problem.status_code, media_type="text/plain")


class WebhookController(Controller):
    """Xero waits five seconds for an answer without body and cookies, so that nothing is read from Xero here. Its
    *intent to receive* sends right and wrong signatures and expects 200 and 401."""

    path = "/webhooks/xero"
    opt = {"without_form_token": True}
    request_max_body_size = LARGEST_BODY
    exception_handlers = {HTTPException: _refused}

    @post()
    async def create(self, request: HttpRequest, now: Given[datetime]) -> Response[bytes]:
        body = await request.body()
        if not is_signed(settings().xero_webhook_key, body, request.headers.get("x-xero-signature", "")):
            return Response(b"", status_code=401, media_type="text/plain")
        for organisation_id in await mark_news(tenants_in(body), now):
            if await may_read_news(organisation_id, now):
                sync_work.run.send(organisation_id, "webhook")
        return Response(b"", status_code=200, media_type="text/plain")
