"""Faults switched from the control page and from the command line; what they then do to an ordinary client."""

import json
import re

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.demo_ledger.faults import AT_ONCE, FAULTS
from tests.contract.xero_session import XeroSession, exact

NEEDED = {
    "401", "401-scope", "403", "429-minute", "429-day", "429-concurrent", "503", "timeout", "reset", "truncated", "html",
    "repeated_page", "missing_page", "moving_pages", "slow", "revoked", "lock", "lost_refresh",
}  # fmt: skip


def ledger(*words: str) -> Result:
    return CliRunner().invoke(main, ["ledger", *words])


async def page(xero: XeroSession, **form: str) -> str:
    answer = await xero.http.post("/faults", data=form)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_the_page_offers_every_fault(xero: XeroSession) -> None:
    offered = set(re.findall(r'<option value="([^"]+)">', (await xero.http.get("/faults")).text))
    assert offered == set(FAULTS)
    assert offered | set(AT_ONCE) >= NEEDED


@pytest.mark.parametrize("name", FAULTS)
async def test_each_fault_goes_on_and_off_by_the_page(xero: XeroSession, name: str) -> None:
    text = await page(xero, do="add", fault=name, times="3")
    assert f"<b>{name}</b>" in text
    assert [each["fault"] for each in (await xero.http.get("/faults", headers={"Accept": "application/json"})).json()] == [name]
    assert "the ledger behaves" in await page(xero, do="off", fault=name, place="0")


async def test_the_pages_details_reach_the_fault(xero: XeroSession) -> None:
    await page(xero, do="add", fault="mutate", field="Status", value="SURPRISE", every="50", path="/api.xro/2.0/Invoices")
    mutated = await xero.records("Invoices", page=1)
    assert [i for i, each in enumerate(mutated) if each["Status"] == "SURPRISE"] == [0, 50]
    await page(xero, do="add", fault="429-minute", retry_after="17", after="1", times="1")
    assert (await xero.get("Users")).status_code == 200
    assert (await xero.get("Users")).headers["retry-after"] == "17"


async def test_one_that_is_gone_already_is_not_mistaken_for_another(xero: XeroSession) -> None:
    await page(xero, do="add", fault="503")
    assert "<b>503</b>" in await page(xero, do="off", fault="500", place="0")


NONSENSE = [
    {"do": "lock", "lock": "someday"},
    {"do": "add", "fault": "earthquake"},
    {"do": "add", "fault": "slow", "latency_ms": "soon"},
]


@pytest.mark.parametrize("form", NONSENSE)
async def test_what_the_page_cannot_do_it_says(xero: XeroSession, form: dict[str, str]) -> None:
    answer = await xero.http.post("/faults", data=form)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


async def test_revoking_by_the_page_ends_the_grant(xero: XeroSession) -> None:
    await page(xero, do="revoke")
    assert (await xero.get("Organisation")).status_code == 401


async def test_a_terminal_switches_faults_of_a_running_ledger(wired: XeroSession, served: str) -> None:
    assert (
        ledger("fault", "503", "--at", served, "--times", "2", "--path", "/api.xro/2.0/Users").output == "503 is switched on.\n"
    )
    listed = json.loads(ledger("faults", "--at", served, "--json").output)
    assert [(each["fault"], each["times"], each["path"]) for each in listed] == [("503", 2, "/api.xro/2.0/Users")]
    assert "503            2 more" in ledger("faults", "--at", served).output
    assert (await wired.get("Users")).status_code == 503
    assert (await wired.get("Organisation")).status_code == 200
    assert "None is switched on" in ledger("faults", "--at", served, "--clear").output
    assert (await wired.get("Users")).status_code == 200


async def test_a_terminal_locks_and_revokes(wired: XeroSession, served: str) -> None:
    assert ledger("fault", "lock", "--value", "2026-10-31", "--at", served).exit_code == 0
    assert "PeriodLockDate" in exact(await wired.get("Organisation"))["Organisations"][0]
    assert ledger("fault", "revoked", "--at", served).exit_code == 0
    assert (await wired.get("Organisation")).status_code == 401


def test_a_terminal_is_told_what_is_wrong(served: str) -> None:
    unknown = ledger("fault", "earthquake", "--at", served)
    assert unknown.exit_code == 1
    assert "truncated" in str(unknown.output) + str(unknown.exception)
    nobody = ledger("faults", "--at", "http://localhost:9")
    assert "no ledger answers at http://localhost:9" in str(nobody.output) + str(nobody.exception)


def test_help_names_every_fault(served: str) -> None:
    told = ledger("faults", "--at", served).output
    assert {name for name in (*FAULTS, *AT_ONCE) if f"{name} " in told} == {*FAULTS, *AT_ONCE}
