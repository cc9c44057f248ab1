"""The house: who may import whom, and how large a room may grow."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

LINE = [
    *("outbox", "activity", "identity", "organisations", "customers", "invoices", "promises", "xero", "email_templates"),
    *("mail", "schedules", "statements", "chasing", "portal", "reports", "privacy", "help", "admin"),
]
"""Features import leftwards only."""

ON_THE_RIGHT = {"controllers", "grids"}
"""These stand to the right of all features."""

WORLDLY = {"tables", "queries", "actions", "grids", "controllers", "gateway"}
"""The last word of a module that touches the world; every other module of a feature is pure."""

APART = {"demo_ledger", "local_mail", "commands"}
"""Servers of their own, and what holds everything together."""

PURE_MAY_USE = {"msgspec", "holidays", "babel", "jinja2", "nh3", "phonenumbers", "markupsafe"}

STANDARD = set(__import__("sys").stdlib_module_names)


def modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted((ROOT / folder).rglob("*.py")) if "piccolo_migrations" not in p.parts)


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Every absolute module imported, also inside functions."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = {alias.name for alias in node.names}
            submodules = [f"{node.module}.{n}" for n in names if (ROOT / node.module.replace(".", "/") / f"{n}.py").exists()]
            yield from submodules or [node.module]


def feature_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 2 and parts[0] == "app" and parts[1] in LINE else None


def kind_of(module: str) -> str:
    """The file vocabulary: the last word of the module's name, or "pure"."""
    word = re.split(r"[._]", module)[-1]
    return word if word in WORLDLY else "pure"


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


FEATURE_MODULES = [path for path in modules("app") if feature_of(name_of(path))]
assert len(FEATURE_MODULES) > 50


@pytest.mark.parametrize("path", FEATURE_MODULES, ids=name_of)
def test_features_import_leftwards_only(path: Path):
    module = name_of(path)
    if kind_of(module) in ON_THE_RIGHT:
        return
    mine = LINE.index(feature_of(module) or "")
    to_the_right = [i for i in imports(path) if (f := feature_of(i)) and LINE.index(f) > mine]
    assert to_the_right == []


@pytest.mark.parametrize("path", FEATURE_MODULES, ids=name_of)
def test_each_kind_of_module_imports_what_its_kind_may(path: Path):
    module = name_of(path)
    kind = kind_of(module)
    found = set(imports(path))
    forbidden = {
        "pure": lambda i: kind_of(i) in WORLDLY - {"tables"} or not _is_plain(i),
        "tables": lambda i: kind_of(i) in WORLDLY - {"tables"},
        "queries": lambda i: kind_of(i) in {"actions", "grids", "controllers"} or i.startswith("workers"),
        "actions": lambda i: kind_of(i) in {"grids", "controllers"} or i.startswith("workers"),
        "gateway": lambda i: kind_of(i) in {"actions", "grids", "controllers"} or i.startswith("workers"),
        "grids": lambda i: kind_of(i) in {"actions", "controllers"} or i.startswith("workers"),
        "controllers": lambda i: False,
    }[kind]
    assert sorted(i for i in found if feature_of(i) and forbidden(i)) == []
    if kind == "pure":
        assert sorted(i for i in found if not _is_plain(i)) == []


def _is_plain(module: str) -> bool:
    top = module.split(".")[0]
    if top == "app":
        return kind_of(module) == "pure" and module not in {"app.database", "app.clock", "app.leases"}
    if top == "components":
        return module != "components.grid.piccolo"
    return top in STANDARD or top in PURE_MAY_USE


def test_components_know_nothing_of_the_product():
    for path in modules("components"):
        assert not [i for i in imports(path) if i.split(".")[0] in {"app", "workers"}], name_of(path)
        if path.name != "piccolo.py":
            assert not [i for i in imports(path) if i.split(".")[0] == "piccolo"], name_of(path)


def test_the_demo_ledger_imports_nothing_from_its_neighbours():
    for path in modules("app/demo_ledger"):
        assert not [i for i in imports(path) if i.startswith("app.") and not i.startswith("app.demo_ledger")], name_of(path)


def test_only_the_clock_reads_the_system_clock():
    pattern = re.compile(r"datetime\.now\(|date\.today\(|datetime\.utcnow\(|time\.time\(")
    readers = [name_of(p) for p in modules("app", "components", "workers") if pattern.search(p.read_text())]
    assert [r for r in readers if r not in {"app.clock", "app.demo_ledger.settings"}] == []


@pytest.mark.parametrize("library", ["httpx", "authlib", "aiosmtplib", "xhtml2pdf", "piccolo_admin", "imapclient", "dns"])
def test_a_library_is_met_in_one_place(library: str):
    own = [p for p in modules("app", "components", "workers") if "commands" not in p.parts and "demo_ledger" not in p.parts]
    users = {name_of(p) for p in own if any(i.split(".")[0] == library for i in imports(p))}
    assert len(users) <= 1, users


def test_modules_stay_small():
    large = {name_of(p): n for p in modules("app", "components", "workers") if (n := len(p.read_text().splitlines())) > 250}
    assert large == {}


def test_functions_stay_short():
    long = {}
    for path in modules("app", "components", "workers"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                long[f"{name_of(path)}.{node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    assert long == {}


def test_templates_stay_small():
    pages = [p for folder in ("templates", "components") for p in (ROOT / folder).rglob("*.html")]
    assert {p.name: n for p in pages if (n := len(p.read_text().splitlines())) > 80} == {}


def test_nothing_is_called_services_utils_helpers_managers_or_base():
    vague = {"services", "service", "utils", "helpers", "managers", "base", "common", "misc"}
    assert [name_of(p) for p in modules("app", "components", "workers") if p.stem in vague] == []
