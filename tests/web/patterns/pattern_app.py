"""A small Litestar application that renders the pieces of the look over a table of its own."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar, Request, get
from litestar.datastructures import ResponseHeader
from litestar.params import FromPath
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Response, Template
from litestar.static_files import create_static_files_router
from litestar.template import TemplateConfig
from piccolo.engine.sqlite import SQLiteEngine
from piccolo.table import Table, create_table_class

from components.accent import accent_css
from components.assets import STATIC_DIRECTORY, asset_url
from components.grid.piccolo import fetch
from components.grid.pieces import FILTERS
from components.grid.state import read_state
from components.grid.view import GridView, view_of, wants_grid_only
from tests.web.patterns import samples

ROOT = Path(__file__).parents[3]
SAME = ("img-src", "style-src", "script-src", "connect-src", "form-action")
POLICY = "; ".join(["default-src 'none'", *(f"{kind} 'self'" for kind in SAME)])
COMMON = {"csrf_token": "c0ffee", "csp_nonce": "n0nce", "asset_url": asset_url}


def environment() -> Environment:
    loader = FileSystemLoader([ROOT / "templates", ROOT / "components"])
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters.update(FILTERS)
    return pages


def sample_table(path: Path) -> type[Table]:
    return create_table_class("SampleCustomer", class_kwargs={"db": SQLiteEngine(path=str(path))})


async def fill(table: type[Table], number: int) -> None:
    await table.raw(samples.SAMPLE_TABLE)
    marks = ", ".join(["{}"] * 14)
    for row in samples.customers(number):
        await table.raw(f"INSERT INTO sample_customer VALUES ({marks})", *row)


def page(name: str, **context: Any) -> Template:
    return Template(name, context={**COMMON, **context})


def pattern_app(table: type[Table]) -> Litestar:
    async def grid_for(request: Request[Any, Any, Any]) -> GridView:
        state = read_state(samples.CUSTOMERS, request.url.query, today=samples.TODAY)
        fetched = await fetch(samples.CUSTOMERS, state, table=table)
        return view_of(samples.CUSTOMERS, fetched, path=request.url.path, today=samples.TODAY)

    @get("/patterns")
    async def everything(request: Request[Any, Any, Any]) -> Template:
        grid = await grid_for(request)
        if wants_grid_only(request.headers, samples.CUSTOMERS):
            return page("grid/grid.html", grid=grid)
        pieces = {"bar": samples.ageing(), "weeks": samples.weeks(), "progress": samples.PROGRESS}
        items = samples.CUSTOMERS.row_menu[:2]
        shell = samples.full_shell()
        return page("patterns/page.html", grid=grid, shell=shell, problem=samples.PROBLEM, menu_items=items, **pieces)

    @get("/patterns/list")
    async def filled(request: Request[Any, Any, Any]) -> Template:
        grid = await grid_for(request)
        if wants_grid_only(request.headers, samples.CUSTOMERS):
            return page("grid/grid.html", grid=grid)
        figures = (
            ("Outstanding", "£214,310.20", "168 customers"),
            ("Overdue", "£96,120.75", "121 customers"),
            ("Promised this week", "£8,400.00", "5 promises"),
        )
        return page("patterns/list.html", grid=grid, shell=samples.shell("Receivables"), figures=figures)

    @get("/patterns/list/{customer:int}")
    async def customer(customer: FromPath[int]) -> str:
        return f"customer {customer}"

    @get("/patterns/sign-in")
    async def sign_in() -> Template:
        return page("patterns/sign_in.html")

    @get("/patterns/portal")
    async def portal() -> Template:
        business = SimpleNamespace(name="Borealis Studio", logo_url="", colour_url="/colour.css")
        owed = (("INV-0231", "8 days overdue", "£640.00"), ("INV-0240", "due in 12 days", "£600.00"))
        return page("patterns/portal.html", business=business, owed=owed)

    @get("/patterns/problem")
    async def problem() -> Template:
        return page("errors/page.html", problem=samples.PROBLEM)

    @get("/colour.css")
    async def colour() -> Response[str]:
        return Response(accent_css("#b4531f"), media_type="text/css")

    return Litestar(
        [
            everything,
            filled,
            customer,
            sign_in,
            portal,
            problem,
            colour,
            create_static_files_router("/static", [STATIC_DIRECTORY]),
        ],
        template_config=TemplateConfig(engine=JinjaTemplateEngine.from_environment(environment())),
        response_headers=[ResponseHeader(name="Content-Security-Policy", value=POLICY)],
        openapi_config=None,
    )
