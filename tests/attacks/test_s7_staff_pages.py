"""S7: whatever text comes from Xero, customers and mail, no page of the product runs it: every page, with something in every
field that people or Xero fill in. `S7_ROUNDS=60` tries each text in each field, otherwise each field holds two of them."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.piccolo_app import TABLES
from tests.attacks.crawl.findings import faults_of
from tests.attacks.crawl.payloads import MARK
from tests.attacks.crawl.site import furnish
from tests.attacks.portal.attacks_of_text import PAYLOADS
from tests.web.conftest import ADDRESS
from tests.xero_rig import Rig

ROUNDS = int(os.environ.get("S7_ROUNDS", "2"))
FILLED_IN = {
    "name", "account_number", "first_name", "last_name", "stop_note", "pause_note", "stopped_by", "paused_by", "number",
    "reference", "sentence", "by", "created_by", "done_by", "what_to_do", "stopped_reason", "trouble", "phone", "from_name",
    "subject", "text", "quoted", "note", "state_reason", "last_answer", "set_by", "refusal", "taken_by", "said_by", "noted_by",
    "resolution", "opened_by", "resolved_by", "legal_name", "registered_office", "pause_reason", "bank_details", "made_by",
    "asked_by_name", "approved_by", "invited_by", "bounce_answer",
}  # fmt: skip
KEPT = {"audit_entry", "audit_value", "email_template_version", "saved_view"}
"""Nobody writes over the first two; of the third it is S4 that tells; the last have names of their own each."""
MARKED = [payload.replace("alert", MARK) for payload in PAYLOADS]


def fields() -> list[Any]:
    found = [column for table in TABLES if table._meta.tablename not in KEPT for column in table._meta.columns]
    return [column for column in found if column._meta.name in FILLED_IN and column.value_type is str]


async def write_everywhere(round_: int) -> None:
    for place, column in enumerate(fields()):
        text = MARKED[(place + round_ * 19) % len(MARKED)][: getattr(column, "length", None) or 5000]
        await column._meta.table.update({column: text}, force=True)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # how a page is written does not depend on it
async def test_s7_no_page_runs_what_stands_in_any_field(database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig()
    monkeypatch.setattr("app.clock.now", rig.clock)
    site = await furnish(rig)
    owner, findings, shown = site.visitors[0], list[str](), 0
    transport = httpx.ASGITransport(site.application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"cookie": owner.cookie}) as browser:
        for round_ in range(ROUNDS):
            await write_everywhere(round_)
            for door in site.seeds:
                if door.method == "GET" and not door.path.startswith("/p/"):
                    answer = await browser.get(door.path)
                    text = answer.text if answer.headers.get("content-type", "").startswith("text/html") else ""
                    shown += f"{MARK}(1)" in text
                    found = faults_of(answer.status_code, answer.headers, answer.headers.raw, text, f"{ADDRESS}{door.path}")
                    findings += [f"{door.path}: {fault}" for fault in found if fault != "answers 503"]
    await rig.close()
    assert len(fields()) >= len(MARKED) > 50, "each text stands somewhere"
    assert shown > 20 * ROUNDS, "they are on the pages that were looked at"
    assert not findings, "\n".join(findings)
