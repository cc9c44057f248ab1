"""The ledger's address, as a person opens it."""

from tests.contract.xero_session import XeroSession


async def test_the_address_that_make_run_prints_says_what_is_there(xero: XeroSession) -> None:
    answer = await xero.http.get("/")
    assert answer.status_code == 200
    assert "It stands in for Xero" in answer.text
    assert "Larkspur Studio Ltd" in answer.text
    assert 'href="/faults"' in answer.text
