"""The commands as a person types them, each a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.commands.plan import in_words

ROOT = Path(__file__).resolve().parents[3]

CONTACT = {"ContactID": "11111111-1111-4111-8111-111111111111", "Name": "Acme", "EmailAddress": "ap@acme.example"}
NOBODY = {"ContactID": "22222222-2222-4222-8222-222222222222", "Name": "Nobody to write to"}


def invoice(number: str, contact: dict[str, str], due: str | None, **facts: Any) -> dict[str, Any]:
    standard = {
        "InvoiceID": f"aaaaaaaa-0000-4000-8000-{abs(hash(number)) % 10**12:012}",
        "Type": "ACCREC",
        "InvoiceNumber": number,
        "Contact": {"ContactID": contact["ContactID"], "Name": contact["Name"]},
        "Status": "AUTHORISED",
        "DateString": "2026-09-01T00:00:00",
        "DueDateString": f"{due}T00:00:00" if due else None,
        "Total": 120.0,
        "AmountDue": 120.0,
        "CurrencyCode": "GBP",
        "SentToContact": True,
    }
    return {**standard, **facts}


BOOKS = {
    "Organisation": {"Name": "Test Ltd", "BaseCurrency": "GBP", "CountryCode": "GB", "Timezone": "GMTSTANDARDTIME"},
    "Contacts": [CONTACT, NOBODY],
    "Invoices": [
        invoice("INV-1", CONTACT, "2026-11-24"),
        invoice("INV-2", CONTACT, "2026-06-01"),
        invoice("INV-3", CONTACT, None),
        invoice("INV-4", NOBODY, "2026-11-24"),
        invoice("INV-5", CONTACT, "2026-11-24", CurrencyCode="XXQ"),
        invoice("INV-6", CONTACT, "2026-11-24", Status="ODDSTATUS"),
    ],
    "CreditNotes": [],
}


def tactful(tmp_path: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", **settings}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=150
    )


@pytest.fixture
def books(tmp_path: Path) -> str:
    path = tmp_path / "books.json"
    path.write_text(json.dumps(BOOKS))
    return str(path)


def test_plan_tries_the_judgement_on_a_file_of_ones_own(tmp_path: Path, books: str):
    done = tactful(tmp_path, "plan", "--from", books, "--on", "2026-12-01", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    [due] = found["due"]
    assert due["customer"] == "Acme"
    assert (due["step"], due["template"], due["sender"]) == (3, "When can we expect it?", "normal")
    assert due["recipients"] == [{"email": "ap@acme.example", "kind": "to"}]
    assert sorted(due["invoices"]) == ["INV-1", "INV-2"]
    assert {held["invoice"]: held["hold"] for held in found["held"]} == {"INV-3": "no_due_date", "INV-4": "no_recipient"}


def test_plan_without_the_entry_rule_begins_where_the_age_says(tmp_path: Path, books: str):
    done = tactful(tmp_path, "plan", "--from", books, "--on", "2026-12-01", "--entry-step", "off", "--json")
    held = {held["invoice"]: held["hold"] for held in json.loads(done.stdout)["held"]}
    assert held["INV-2"] == "awaiting_approval"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan",), "name either --organisation or --from"),
        (("plan", "--organisation", "Nobody Ltd"), "there is no organisation Nobody Ltd"),
        (("plan", "--from", "{books}", "--entry-step", "9"), "--entry-step takes a step from 1 to 5, or off"),
        (("bench", "--only", "G99"), "there is no bench for G99"),
    ],
)
def test_a_command_that_fails_says_so_in_one_line(tmp_path: Path, books: str, words: tuple[str, ...], said: str):
    tactful(tmp_path, "migrate")
    done = tactful(tmp_path, *(word.format(books=books) for word in words))
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.strip().count("\n") == 0


def test_doctor_says_what_to_do_about_each_thing_that_is_wrong(tmp_path: Path):
    done = tactful(
        tmp_path, "doctor", "--json", BROKER_URL="redis://127.0.0.1:1", SECRET_KEY="short", BASE_URL="http://x.example"
    )
    assert done.returncode == 1
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert "does not answer" in findings["broker"]["says"]
    assert findings["database"]["todo"] == "Run: tactful migrate"
    for name in ("broker", "secret key", "address", "system mail", "Xero"):
        assert findings[name]["todo"], name
    assert findings["directories"]["ok"]


def test_doctor_is_content_once_everything_is_in_place(tmp_path: Path):
    assert tactful(tmp_path, "migrate").returncode == 0
    done = tactful(tmp_path, "doctor", "--json", DEMO_LEDGER_URL="http://localhost:8001", SECRET_KEY="k" * 40)
    wrong = [finding["name"] for finding in json.loads(done.stdout) if not finding["ok"]]
    assert wrong == ["system mail"]


def test_demo_walks_the_main_job_to_its_end(tmp_path: Path):
    done = tactful(tmp_path, "demo", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"] is True
    stages = {stage["name"]: stage for stage in told["stages"]}
    assert all(stage["seconds"] >= 0 for stage in told["stages"])
    assert stages["first sync"]["invoices"] >= 400
    assert stages["send over SMTP"]["arrived"] == stages["send over SMTP"]["sent"] > 30
    assert stages["promise a date"]["hold"] == "expected_date"
    assert stages["cancel what it must"]["cancelled"] == 1
    assert stages["thank the payer"]["arrived"] >= 1
    assert stages["make a statement"]["bytes"] > 10_000


@pytest.mark.parametrize(
    ("due", "held", "told"),
    [(1, 0, "1 reminder due, 0 invoices held."), (0, 1, "0 reminders due, 1 invoice held."), (2, 0, "2 reminders due, 0 in")],
)
def test_the_last_line_of_a_plan_counts_in_good_english(due: int, held: int, told: str):
    reminder = {"customer": "Acme", "template": "Firm", "invoices": ["INV-1"], "reason": "It is late."}
    found = {"due": [reminder] * due, "held": [{"customer": "Acme", "invoice": "INV-2", "reason": "It is not."}] * held}
    assert in_words(found).splitlines()[-1].startswith(told)


def test_an_admin_is_made_and_unmade_and_one_always_remains(tmp_path: Path) -> None:
    tactful(tmp_path, "migrate")
    sign_up = (
        "import asyncio, piccolo_conf; from app import clock, database; from app.identity.actions import create_user\n"
        "async def two():\n"
        "    async with database.opened():\n"
        "        for name in ('ada', 'ben'): await create_user(name, f'{name}@roe.example', '', clock.now())\n"
        "asyncio.run(two())"
    )
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": ""}
    subprocess.run([sys.executable, "-c", sign_up], cwd=ROOT, env=environment, check=True, timeout=60)
    last = tactful(tmp_path, "admin", "ada@roe.example", "--end")
    assert (last.returncode, "the only admin" in last.stderr) == (1, True)
    made = tactful(tmp_path, "admin", "Ben@roe.example")
    assert made.stdout == "ben@roe.example is an admin of this installation now, and has to sign in again.\n"
    assert "already" in tactful(tmp_path, "admin", "ben@roe.example").stdout
    assert tactful(tmp_path, "admin", "ada@roe.example", "--end").returncode == 0
    nobody = tactful(tmp_path, "admin", "nobody@roe.example")
    assert (nobody.returncode, nobody.stderr) == (1, "tactful: There is no account with this email address that can sign in.\n")
