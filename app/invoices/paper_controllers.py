"""How an invoice's paper that Xero will not give is told: with the way back to the invoice."""

from typing import Any

from litestar import Request, Response

from app import clock
from app.error_pages import tell_problem
from app.problems import Problem, TryLater
from app.screen import Screen
from components.problem import ProblemView

HttpRequest = Request[Any, Any, Any]
AGAIN = "It will be tried again."
"""True of work in the background; a paper comes only when somebody asks for it."""


def tell_no_paper(request: HttpRequest, problem: Problem) -> Response[str]:
    """Of any other page of an invoice, what is always told."""
    page, dot, _ = request.url.path.partition(".pdf")
    if not dot:
        return tell_problem(request, problem)
    view = ProblemView(
        problem.status,
        "This invoice's PDF cannot be shown",
        str(problem).removesuffix(AGAIN).rstrip(),
        advice="Ask for it again in a few minutes." if isinstance(problem, TryLater) else "",
        link_label="Back to the invoice",
        link_url=page,
    )
    return Screen(request, clock.now()).plain("errors/page.html", {"problem": view}, status=problem.status)
