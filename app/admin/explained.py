"""What the columns of a table mean, read from where they are declared: the sentence under each. Pure."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path


def meanings(table: type) -> dict[str, str]:
    """Column → its sentence; columns that need none are left out."""
    file = inspect.getsourcefile(table)
    return dict(_in_class(file, table.__name__)) if file else {}


def _in_class(file: str, name: str) -> Iterator[tuple[str, str]]:
    found = next((node for node in _classes(file) if node.name == name), None)
    for column, sentence in pairwise(found.body if found else ()):
        if isinstance(sentence, ast.Expr) and isinstance(sentence.value, ast.Constant) and isinstance(column, ast.Assign):
            target = column.targets[0]
            if isinstance(target, ast.Name):
                yield target.id, " ".join(str(sentence.value.value).split())


@cache
def _classes(file: str) -> tuple[ast.ClassDef, ...]:
    tree = ast.parse(Path(file).read_text())
    return tuple(node for node in tree.body if isinstance(node, ast.ClassDef))
