"""How what went wrong is told: a page, or a fragment where htmx asked for one."""

import logging
import secrets
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import HTTPException

from app import clock
from app.presence import NoOrganisation, SecondFactorNeeded
from app.problems import NotFound, Problem, SignInNeeded
from app.screen import Screen, redirect
from app.settings import settings
from components.problem import ProblemView

log = logging.getLogger(__name__)
HttpRequest = Request[Any, Any, Any]

WORDS = {
    400: ("This cannot be read", "Something in the address or the form is not what this page expects."),
    405: ("This page cannot do that", "The address is right, but not for this way of asking."),
    413: ("This is too large", "The file or form is larger than this page takes."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
}
HOME = {"link_label": "Home", "link_url": "/"}


def tell_problem(request: HttpRequest, problem: Problem) -> Response[str]:
    title, _, rest = str(problem).partition(". ")
    view = ProblemView(problem.status, title.rstrip("."), rest, **HOME)
    return _told(request, view)


def ask_to_sign_in(request: HttpRequest, _: SignInNeeded) -> Response[str]:
    """A page is asked for again after sign-in; htmx and programs get 401."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    to = f"/sign-in?next={quote(asked, safe='/')}" if request.method == "GET" and asked != "/" else "/sign-in"
    is_program = "json" in request.headers.get("accept", "")
    if "hx-request" in request.headers or is_program:
        return Response("", status_code=401, headers={"HX-Redirect": "/sign-in"})
    return redirect(request, to)


def ask_for_second_factor(request: HttpRequest, _: SecondFactorNeeded) -> Response[str]:
    """Members are led to set it up; programs are told."""
    if request.method == "GET" and "json" not in request.headers.get("accept", ""):
        return redirect(request, "/account/second-factor")
    return tell_problem(request, SecondFactorNeeded())


def tell_no_organisation(request: HttpRequest, problem: NoOrganisation) -> Response[str]:
    """Whoever left their last organisation can still sign out, or open one of their own."""
    if "hx-request" in request.headers or "json" in request.headers.get("accept", ""):
        return tell_problem(request, problem)
    may_open = {"may_open": settings().sign_up_open}
    return Screen(request, clock.now()).plain("organisations/none.html", may_open, status=problem.status)


def tell_http_problem(request: HttpRequest, problem: HTTPException) -> Response[str]:
    """What the framework refuses: unknown addresses, values that cannot be read, wrong methods."""
    if problem.status_code == 404:
        return tell_problem(request, NotFound())
    if problem.status_code >= 500:
        return tell_bug(request, problem)
    title, happened = WORDS.get(problem.status_code, WORDS[400])
    answer = _told(request, ProblemView(problem.status_code, title, happened, **HOME))
    answer.headers.update(problem.headers or {})
    return answer


def tell_bug(request: HttpRequest, error: Exception) -> Response[str]:
    reference = secrets.token_hex(3)
    log.error("%s %s failed, reference %s", request.method, request.url.path, reference, exc_info=error)
    view = ProblemView(
        500,
        "This page failed",
        "Something went wrong on our side. What you did was not saved, and nothing was sent.",
        advice="Try again. If it happens again, tell whoever runs this installation the reference below.",
        reference=reference,
        **HOME,
    )
    return _told(request, view)


def _told(request: HttpRequest, view: ProblemView) -> Response[str]:
    screen = Screen(request, clock.now())
    template = "errors/_fragment.html" if screen.wants_fragment() else "errors/page.html"
    return screen.plain(template, {"problem": view}, status=view.status)


TOLD_BY: dict[int | type[Exception], Any] = {
    SignInNeeded: ask_to_sign_in,
    SecondFactorNeeded: ask_for_second_factor,
    NoOrganisation: tell_no_organisation,
    Problem: tell_problem,
    HTTPException: tell_http_problem,
    Exception: tell_bug,
}
"""What is told of which; the nearest class counts."""
