"""The customers' pages in another language: a catalogue in a folder, and no word of English is left."""

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from babel.messages import Catalog
from babel.messages.pofile import write_po

from app.commands.portal_words import portal_words
from app.customers.link_actions import portal_link
from app.customers.tables import Customer
from app.invoices.tables import Credit
from app.mail.tables import Sender
from app.outbox.tables import Message
from app.portal import tongue
from app.sealing import new_token
from app.xero.tables import Connection
from tests import cast
from tests.cast import NOW, TODAY

LATIN, CYRILLIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "абцдефгхийклмнопярстувщхызАБЦДЕФГХИЙКЛМНОПЯРСТУВЩХЫЗ"
AS_IF_RUSSIAN = str.maketrans(LATIN, CYRILLIC)


def foreign(text: str) -> str:
    """Every word in other letters; what is filled in stays."""
    return "".join(part if part.startswith("{") else part.translate(AS_IF_RUSSIAN) for part in re.split(r"(\{\w+\})", text))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tongue, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def catalogue(folder: Path) -> None:
    """All that there is to translate, in letters that no English word has."""
    said = Catalog(locale="ru", charset="utf-8")
    for message in portal_words():
        if isinstance(message.id, tuple):
            said.add(message.id, tuple(foreign(message.id[-1]) for _ in range(said.num_plurals)))
        elif message.id:
            said.add(message.id, foreign(message.id))
    with (folder / "ru.po").open("wb") as file:
        write_po(file, said)


@pytest.fixture
async def russian(catalogue: None, borealis: cast.Firm, harbour: Customer) -> str:
    """The portal of a customer who owes, is owed, has paid and can write to somebody; no name of theirs is in Latin."""
    borealis.organisation.name = borealis.organisation.legal_name = "Северное сияние"
    borealis.organisation.bank_details = "Счёт: 12345678"
    await borealis.organisation.save()
    harbour.name, harbour.language = "Гавань", "ru"
    await harbour.save()
    await cast.an_invoice(harbour, "№1", total="640.00")
    await cast.an_invoice(harbour, "№2", total="600.00", due_on=TODAY + timedelta(days=12))
    await cast.an_invoice(harbour, "№3", total="50.00", due_on=TODAY)
    await cast.an_invoice(harbour, "№9", outstanding="0.00", paid_on=TODAY - timedelta(days=30))
    facts: dict[str, Any] = {"kind": "credit_note", "status": "AUTHORISED", "currency": "GBP", "remaining": 250_000}
    await Credit(organisation=borealis.id, customer=harbour.id, xero_id="c", number="", issued_on=TODAY, **facts).save()
    await Sender(organisation=borealis.id, kind="normal", name="Роза", address="р@х", is_active=True).save()
    return f"/p/{await portal_link(harbour.id, borealis.id, NOW)}"


def english_in(page: str) -> list[str]:
    """Words in Latin letters that somebody sees or hears."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    heard = re.findall(r'(?:aria-label|alt|title|placeholder)="([^"]*)"', body)
    seen = re.sub(r"<[^>]*>", " ", body)
    return re.findall(r"[A-Za-z]{2,}", html.unescape(" ".join([seen, *heard])))


def form_token(page: httpx.Response) -> str:
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:300]
    return found[1]


async def test_no_page_is_left_in_english(client: httpx.AsyncClient, harbour: Customer, russian: str) -> None:
    first = await client.get(russian)
    assert '<html lang="ru">' in first.text and foreign("10 days overdue") in first.text
    invoices = sorted(
        {int(each) for each in re.findall(r"/invoices/(\d+)/pay|invoice_(\d+)", first.text) for each in each if each}
    )
    one, two, three = invoices[0], *invoices[-2:]
    ways = {f"invoice_{each}": "1" for each in invoices}
    posts: list[tuple[str, dict[str, str]]] = [
        ("promises", {}), ("promises", {"on": "2026-11-01", **ways}), ("promises", {"on": "2027-11-01", **ways}),
        ("disputes", {}), ("disputes", {"reason": "other", **ways, "amount": "1"}),
        ("disputes", {"reason": "duplicate", f"invoice_{one}": "1", "amount": "?"}),
        ("disputes", {"reason": "duplicate", f"invoice_{one}": "1", "amount": "9999", "text": "1" * 2001}),
        ("paid-claims", {}), ("payment", {}), ("payment", ways),
        ("promises", {"on": "2026-12-04", f"invoice_{one}": "1"}), ("promises", {"on": "2026-12-05", f"invoice_{one}": "1"}),
        ("disputes", {"reason": "duplicate", f"invoice_{two}": "1", "amount": "10"}),
        ("paid-claims", {f"invoice_{three}": "1"}), ("paid-claims", ways),
    ]  # fmt: skip
    pages = {"show": first}
    for path in (
        f"/invoices/{one}",
        f"/invoices/{one}/pay",
        "/invoices/0",
        "/answers/0",
        "/payment?invoices=0",
        f"/invoices/{one}.pdf",
    ):
        pages[path] = await client.get(russian + path)
    for resource, fields in posts:
        answer = await client.post(
            f"{russian}/{resource}", data={"_csrf_token": form_token(await client.get(russian)), **fields}
        )
        pages[f"{resource} {fields}"] = await client.get(answer.headers["location"]) if answer.is_redirect else answer
    pages["told back"] = await client.get(russian)
    last = await cast.an_invoice(harbour, "№4", online_url="https://in.xero.com/abc")
    assert (await client.get(f"{russian}/invoices/{last.id}/pay")).status_code == 303
    pages["led to pay"] = await client.get(russian)
    last.is_open, last.status, last.paid_on = False, "PAID", TODAY
    await last.save()
    pages["arrived"] = await client.get(russian)
    assert foreign("Did you pay") in pages["led to pay"].text and foreign("has arrived") in pages["arrived"].text
    await Connection.update({Connection.state: "disconnected"}, force=True)
    pages["away"] = await client.get(russian)
    pages["gone"] = await client.get(f"/p/{new_token('p')}", headers={"accept-language": "ru-RU,ru;q=0.9,en;q=0.8"})
    assert {name: left for name, page in pages.items() if (left := english_in(page.text))} == {}


async def test_the_letter_that_confirms_is_in_the_same_language(
    client: httpx.AsyncClient, harbour: Customer, russian: str
) -> None:
    await cast.a_recipient(harbour, "ap@harbour.example")
    invoice = await cast.an_invoice(harbour, "№7")
    token = form_token(await client.get(russian))
    await client.post(f"{russian}/promises", data={"_csrf_token": token, "on": "2026-12-04", f"invoice_{invoice.id}": "1"})
    (letter,) = await Message.objects().where(Message.customer_id == harbour.id)
    words = re.sub(r"https?://\S+", "", f"{letter.subject} {letter.text}")
    assert "№7" in words and re.findall(r"[A-Za-z]{2,}", words) == []


async def test_who_has_no_language_reads_that_of_the_business(
    client: httpx.AsyncClient, borealis: cast.Firm, catalogue: None, portal: str
) -> None:
    borealis.organisation.locale = "ru_RU"
    await borealis.organisation.save()
    assert '<html lang="ru">' in (await client.get(portal)).text


async def test_a_language_without_a_catalogue_is_english(client: httpx.AsyncClient, harbour: Customer, portal: str) -> None:
    harbour.language = "fi"
    await harbour.save()
    page = (await client.get(portal)).text
    assert '<html lang="en-GB">' in page and "Everything we sent you is paid" in page
