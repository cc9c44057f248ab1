"""S4: users' templates run no code, read no secrets, and stop in time."""

import time
import tracemalloc

import pytest

from app.email_templates.rendering import Unrenderable, render
from app.email_templates.rich import to_editor
from app.email_templates.rich_reading import from_editor
from tests.unit.email_templates.test_language import FACTS

CODE = [
    "{{ 7*7 }}", "{{ ''.__class__.__mro__ }}", "{{ config }}", "{{ self }}", "{{ request.environ }}", "{{ settings() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ lipsum.__globals__ }}", "{{ range(10**9) }}",
    "{{ 'a' * 10**9 }}", "{{ customer_name.__class__ }}", "{{ customer_name['__class__'] }}", "{{ customer_name|attr('x') }}",
    "{{ customer_name.format(1) }}", "{{ namespace() }}", "{{ joiner }}", "{{ dict.__base__ }}", "{{ open('/etc/passwd') }}",
    "{{ import os }}", "{{ exec('1') }}", "{{ secret_key }}", "{{ password_sealed }}", "{{ token_hash }}", "{{ DATABASE_URL }}",
    "{{{{ customer_name }}}}", "{{ {{ customer_name }} }}", "{{", "}}", "{{ }}", "{{ if }}x", "{{ if __class__ }}x",
    "{{ customer_name", "customer_name }}", "{{ invoice_count: {{ customer_name }} | x }}", "{{ if many customer_name }}x",
    "${7*7}", "#{7*7}", "<%= 7*7 %>", "{% for i in range(9) %}{{ i }}{% endfor %}", "{% include '/etc/passwd' %}",
    "{% set x = 1 %}{{ x }}", "{# c #}", "%(customer_name)s", "{0.__class__}", "{customer_name.__class__}", "$customer_name",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "[x](javascript:alert(1))",
    "<iframe src=//evil.example>", "<style>*{background:url(//evil.example)}</style>", "<a href='javascript:1'>x</a>",
    "[<img src=x>](https://x.example/\"onmouseover=\"alert(1))", "**<b onclick=x>**", "<base href=//evil.example>",
]  # fmt: skip
WRAPPED = [
    wrap.format(code)
    for code in CODE
    for wrap in ("{}", "before {} after", "[{}](https://x.example)", "**{}**")
    if "{}" in wrap
]


@pytest.mark.parametrize("payload", WRAPPED)
def test_nothing_a_template_says_is_run_or_reads_what_it_should_not(payload: str) -> None:
    found = render("Subject", payload, FACTS)
    if isinstance(found, Unrenderable):
        return
    for leak in ("49", "class '", "mappingproxy", "root:", "bound method", "built-in", "object at 0x"):
        assert leak not in found.text, found.text
    for active in ("<script", "<img", "<svg", "<iframe", "<style", "<base", 'onclick="', 'href="javascript'):
        assert active not in found.html.lower(), found.html


@pytest.mark.parametrize(
    "bomb",
    ["{{" * 10_000, "[" * 20_000, "**" * 10_000, "[a](" * 5_000, "{{ if customer_name }}" * 900, "{{ customer_name | " * 1_000,
     "x" * 10_000_000, "\n" * 19_999, "{{ invoice_count: a | " * 900, "[" + "a" * 299 + "](" + "b" * 19_000],
    ids=range(10),
)  # fmt: skip
def test_no_text_takes_long_or_much_memory(bomb: str) -> None:
    tracemalloc.start()
    began = time.perf_counter()
    render("Subject", bomb, FACTS)
    took = time.perf_counter() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 2
    assert peak < 64_000_000


@pytest.mark.parametrize("payload", CODE)
def test_the_editor_is_shown_nothing_that_acts_and_gives_the_payload_back_as_words(payload: str) -> None:
    html = to_editor(payload)
    for active in ("<script", "<img", "<svg", "<iframe", "<style", "<base", 'href="javascript'):
        assert active not in html.lower(), html
    assert from_editor(html) == payload.strip("\n") + "\n"


LINK = "<a href='https://x.example'>a</a>"


@pytest.mark.parametrize(
    "bomb",
    ["<div>" * 40_000, "<ul><li>" * 30_000, "<strong><em>" * 30_000, "<figure data-trix-attachment='{}'>" * 9_999,
     "<br>" * 90_000, "<div>" + "<b>a</b>b" * 30_000, f"{LINK}<b>{LINK}</b>" * 4_000, "&#" * 150_000,
     "<br>" * 5_000, f"{LINK}<b>{LINK}</b>" * 800],
    ids=range(10),
)  # fmt: skip
def test_no_html_takes_the_editor_long_or_much_memory(bomb: str) -> None:
    began = time.perf_counter()
    from_editor(bomb)
    took = time.perf_counter() - began
    tracemalloc.start()
    from_editor(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 2
    assert peak < 256_000_000
