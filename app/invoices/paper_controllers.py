"""How an invoice's paper that Xero will not give is told: with the way back to the invoice."""

from typing import Any

from litestar import Request, Response

from app import clock
from app.error_pages import tell_problem
from app.problems import Problem
from app.screen import Screen
from components.problem import ProblemView

HttpRequest = Request[Any, Any, Any]


def tell_no_paper(request: HttpRequest, problem: Problem) -> Response[str]:
    """Of any other page of an invoice, what is always told."""
    page, dot, _ = request.url.path.partition(".pdf")
    if not dot:
        return tell_problem(request, problem)
    title, _, rest = str(problem).partition(". ")
    view = ProblemView(problem.status, title.rstrip("."), rest, link_label="Back to the invoice", link_url=page)
    return Screen(request, clock.now()).plain("errors/page.html", {"problem": view}, status=problem.status)
