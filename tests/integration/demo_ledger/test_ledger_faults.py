"""Every fault that can be switched on, over a real socket; and the rate limits."""

import asyncio
import json
from dataclasses import replace
from time import perf_counter
from typing import Any

import httpx
import pytest

from app.demo_ledger.ledger import Ledger
from app.demo_ledger.limits import Limiter
from app.demo_ledger.settings import Limits
from tests.contract.xero_session import XeroSession, exact


async def fault(xero: XeroSession, name: str, **details: Any) -> None:
    answer = await xero.http.post("/faults", json={"fault": name, **details})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("name", "status", "detail"), [
    ("401", 401, "TokenExpired"), ("401-scope", 401, "AuthorizationUnsuccessful"), ("403", 403, "AuthenticationUnsuccessful"),
    ("404", 404, "cannot be found"), ("500", 500, "error"), ("503", 503, "offline"),
])  # fmt: skip
async def test_an_error_answer_comes_as_often_as_asked_and_then_no_more(
    xero: XeroSession, name: str, status: int, detail: str
) -> None:
    await fault(xero, name, times=2)
    for _ in range(2):
        answer = await xero.get("Invoices", page=1)
        assert answer.status_code == status
        assert detail in answer.text
    assert (await xero.get("Invoices", page=1)).status_code == 200


@pytest.mark.parametrize(("limit", "wait"), [("minute", "7"), ("day", "3600"), ("concurrent", "5")])
async def test_too_many_calls_come_with_their_headers(xero: XeroSession, limit: str, wait: str) -> None:
    await fault(xero, f"429-{limit}", **({"retry_after": 7} if limit == "minute" else {}))
    answer = await xero.get("Invoices", page=1)
    assert answer.status_code == 429
    assert answer.headers["x-rate-limit-problem"] == limit
    assert answer.headers["retry-after"] == wait
    assert "x-daylimit-remaining" in answer.headers


async def test_a_fault_keeps_to_its_path_method_and_turn(xero: XeroSession) -> None:
    await fault(xero, "503", path="/api.xro/2.0/Contacts", after=1)
    assert (await xero.get("Invoices", page=1)).status_code == 200
    assert (await xero.get("Contacts", page=1)).status_code == 200
    assert (await xero.get("Contacts", page=1)).status_code == 503
    await fault(xero, "500", method="POST", times=None)
    assert (await xero.get("Invoices", page=1)).status_code == 200
    assert (await xero.post("Invoices", {})).status_code == 500
    await xero.http.delete("/faults")
    assert (await xero.post("Invoices", {})).status_code == 400


async def test_an_unknown_fault_is_refused_with_the_known_ones(xero: XeroSession) -> None:
    answer = await xero.http.post("/faults", json={"fault": "earthquake"})
    assert answer.status_code == 400
    assert "truncated" in answer.text


async def test_a_reset_cuts_the_connection(wired: XeroSession) -> None:
    await fault(wired, "reset")
    with pytest.raises(httpx.TransportError):
        await wired.get("Invoices", page=1)
    assert (await wired.get("Invoices", page=1)).status_code == 200


async def test_a_stalled_answer_runs_into_the_clients_time_limit(wired: XeroSession) -> None:
    await fault(wired, "timeout", seconds=30)
    wired.http.timeout = httpx.Timeout(0.3)
    with pytest.raises(httpx.ReadTimeout):
        await wired.get("Invoices", page=1)
    wired.http.timeout = httpx.Timeout(5)
    assert (await wired.get("Invoices", page=1)).status_code == 200


async def test_a_stall_ends_by_itself_with_a_cut(wired: XeroSession) -> None:
    await fault(wired, "timeout", seconds=0.2)
    with pytest.raises(httpx.TransportError):
        await wired.get("Invoices", page=1)


async def test_a_slow_answer_is_late_but_whole(wired: XeroSession) -> None:
    await fault(wired, "slow", latency_ms=300)
    started = perf_counter()
    assert len(await wired.records("Invoices", page=1)) == 100
    assert perf_counter() - started >= 0.3


async def test_truncated_json_is_a_complete_answer_that_cannot_be_read(wired: XeroSession) -> None:
    await fault(wired, "truncated", part=0.7)
    answer = await wired.get("Invoices", page=1)
    assert answer.status_code == 200
    assert len(answer.content) > 10_000
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_html_comes_with_status_200(xero: XeroSession) -> None:
    await fault(xero, "html")
    answer = await xero.get("Invoices", page=1)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!DOCTYPE html>")


async def _numbers(xero: XeroSession, page: int) -> list[str]:
    return [invoice["InvoiceNumber"] for invoice in await xero.records("Invoices", page=page, pageSize=50)]


@pytest.mark.parametrize(("name", "instead"), [("repeated_page", 1), ("missing_page", 3)])
async def test_a_page_comes_in_place_of_another(xero: XeroSession, name: str, instead: int) -> None:
    wanted = await _numbers(xero, instead)
    await fault(xero, name)
    assert await _numbers(xero, 1) != wanted or instead == 1
    assert await _numbers(xero, 2) == wanted


async def test_moving_pages_lose_a_record_between_them(xero: XeroSession) -> None:
    first, second = await _numbers(xero, 1), await _numbers(xero, 2)
    await fault(xero, "moving_pages", shift=1)
    moved = await _numbers(xero, 2)
    assert moved[:-1] == second[1:]
    assert second[0] not in first + moved


async def test_a_field_can_be_mutated_in_what_is_listed(xero: XeroSession) -> None:
    await fault(xero, "mutate", field="DueDate", value=None, every=10)
    mutated = await xero.records("Invoices", page=1)
    assert [i for i, invoice in enumerate(mutated) if invoice["DueDate"] is None] == list(range(0, 100, 10))
    assert all(invoice["DueDate"] for invoice in await xero.records("Invoices", page=1))


async def test_a_lost_write_was_carried_out(wired: XeroSession) -> None:
    invoice = await wired.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": "10.00"})
    await fault(wired, "lost", method="POST")
    with pytest.raises(httpx.TransportError):
        await wired.post(f"Invoices/{invoice['InvoiceID']}", {"ExpectedPaymentDate": "2026-12-04"})
    assert (await wired.invoice(invoice["InvoiceID"]))["ExpectedPaymentDateString"] == "2026-12-04T00:00:00"


async def test_a_lost_refresh_leaves_the_old_token_good_for_another_try(wired: XeroSession) -> None:
    await fault(wired, "lost_refresh")
    with pytest.raises(httpx.TransportError):
        await wired.refresh()
    again = await wired.refresh()
    assert again.status_code == 200
    wired.use(again.json())
    assert (await wired.get("Organisation")).status_code == 200


async def test_invalid_grant_and_a_revoked_grant(xero: XeroSession) -> None:
    await fault(xero, "invalid_grant")
    assert (await xero.refresh()).json() == {"error": "invalid_grant"}
    assert (await xero.refresh()).status_code == 200
    await fault(xero, "revoked")
    assert (await xero.refresh()).json() == {"error": "invalid_grant"}
    assert (await xero.get("Organisation")).status_code == 401


async def test_a_write_can_move_the_totals_as_xero_has_done(xero: XeroSession) -> None:
    invoice = await xero.control("invoices", {"contact": "Kestrel Outdoor Ltd", "amount": "10.00"})
    await fault(xero, "recompute", value="-0.50", method="POST")
    answer = await xero.post(f"Invoices/{invoice['InvoiceID']}", {"ExpectedPaymentDate": "2026-12-04"})
    assert exact(answer)["Invoices"][0]["Total"] == "11.50"


async def test_the_control_page_switches_faults_locks_and_clears(xero: XeroSession) -> None:
    page = await xero.http.post("/faults", data={"do": "add", "fault": "503", "times": "", "path": "/api.xro/2.0/Users"})
    assert "until cleared" in page.text
    assert [(await xero.get("Users")).status_code for _ in range(3)] == [503, 503, 503]
    await xero.http.post("/faults", data={"do": "clear"})
    assert (await xero.get("Users")).status_code == 200
    await xero.http.post("/faults", data={"do": "lock", "lock": "2026-09-30"})
    assert "PeriodLockDate" in exact(await xero.get("Organisation"))["Organisations"][0]
    assert (await xero.http.post("/faults", json={"fault": "lock", "date": "not a day"})).status_code == 400


async def test_calls_are_counted_by_endpoint(xero: XeroSession) -> None:
    await xero.http.delete("/control/calls")
    await xero.get("Invoices", page=1)
    await xero.get("Invoices/INV-0001")
    await xero.get("Invoices/INV-0002")
    report = (await xero.http.get("/control/calls")).json()
    assert report["by_endpoint"] == {"GET /api.xro/2.0/Invoices": 1, "GET /api.xro/2.0/Invoices/{id}": 2}
    assert report["by_status"] == {"200": 3}
    assert report["latest"][0]["query"] == "page=1"


class Hand:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def limited(ledger: Ledger, limits: Limits) -> Hand:
    hand = Hand()
    ledger.settings = replace(ledger.settings, limits=limits)
    ledger.limiter = Limiter(limits, hand)
    return hand


async def test_the_minute_limit_holds_and_frees_itself(xero: XeroSession, ledger: Ledger) -> None:
    hand = limited(ledger, Limits(per_minute=3))
    remaining = [(await xero.get("Organisation")).headers["x-minlimit-remaining"] for _ in range(3)]
    assert remaining == ["2", "1", "0"]
    refused = await xero.get("Organisation")
    assert refused.status_code == 429
    assert refused.headers["x-rate-limit-problem"] == "minute"
    hand.seconds += int(refused.headers["retry-after"])
    assert (await xero.get("Organisation")).status_code == 200


async def test_the_day_limit_names_itself(xero: XeroSession, ledger: Ledger) -> None:
    hand = limited(ledger, Limits(per_day=2, per_minute=None))
    for _ in range(2):
        await xero.get("Organisation")
        hand.seconds += 3600
    refused = await xero.get("Organisation")
    assert (refused.status_code, refused.headers["x-rate-limit-problem"]) == (429, "day")
    assert int(refused.headers["retry-after"]) == 86_400 - 7200 + 1


async def test_only_so_many_calls_at_once(xero: XeroSession, ledger: Ledger) -> None:
    limited(ledger, Limits(at_once=2))
    await fault(xero, "slow", times=None, latency_ms=100)
    answers = await asyncio.gather(*(xero.get("Organisation") for _ in range(5)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 429, 429, 429]
    problems = {answer.headers.get("x-rate-limit-problem") for answer in answers if answer.status_code == 429}
    assert problems == {"concurrent"}
    assert (await xero.http.get("/control/calls")).json()["peak_at_once"] == 2


async def test_connections_count_for_the_application_only(xero: XeroSession, ledger: Ledger) -> None:
    limited(ledger, Limits(per_minute=1))
    for _ in range(3):
        answer = await xero.http.get("/connections")
        assert answer.status_code == 200
        assert "x-appminlimit-remaining" in answer.headers
        assert "x-minlimit-remaining" not in answer.headers
