"""What is to be translated of the customers' pages, as a gettext template (.pot)."""

import importlib
import pkgutil
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

import app.portal
from app.problems import Problem
from app.promises.actions import DateNotPossible
from app.promises.words import REASONS
from app.settings import ROOT

KEYWORDS: dict[str, Any] = {"say": None, "self": None, "noted": None, "counted": (1, 2)}
"""What marks a sentence; `self` is how a Tongue says one of its own."""
FOLDERS = (("app/portal", "**.py", "python"), ("templates/portal", "**.html", "jinja2"))
LETTER = ("templates/email/portal_confirmation", "**.txt", "jinja2")


def portal_words() -> Catalog:
    """Every sentence of the pages and of the letter that confirms what was said there, in English."""
    catalogue = Catalog(project="tactful", charset="utf-8")
    for folder, pattern, method in (*FOLDERS, LETTER):
        found = extract_from_dir(ROOT / folder, [(pattern, method)], {pattern: {"silent": "false"}}, keywords=KEYWORDS)
        for name, line, text, _, _ in found:
            catalogue.add(text, locations=[(f"{folder}/{name}", line)])
    for text in (*REASONS.values(), *_problems()):
        catalogue.add(text)
    return catalogue


def written() -> str:
    paper = BytesIO()
    write_po(paper, portal_words(), width=120, sort_by_file=True)
    return paper.getvalue().decode()


def _problems() -> Iterator[str]:
    """What can go wrong in the portal: the docstrings are the messages."""
    for module in pkgutil.iter_modules(app.portal.__path__, "app.portal."):
        importlib.import_module(module.name)
    yield DateNotPossible().message
    for kind in _kinds(Problem):
        if kind.__module__.startswith("app.portal."):
            yield kind().message


def _kinds(of: type[Problem]) -> Iterator[type[Problem]]:
    for kind in of.__subclasses__():
        yield kind
        yield from _kinds(kind)
