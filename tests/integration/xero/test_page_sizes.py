"""Pages of a thousand, and smaller ones where Xero refuses that size: the spec names no largest one."""

import pytest

from app.invoices.tables import Invoice
from app.xero.tables import Connection
from tests.xero_rig import Rig

INVOICES = 260


@pytest.fixture(params=[(100, 100), (500, 400)], ids=["100", "500"])
def sizes(request):
    """The largest that the ledger takes, and the one that we come to."""
    return request.param


@pytest.fixture
async def rig(database, sizes):
    made = Rig(invoices=INVOICES, max_page_size=sizes[0])
    yield made
    await made.close()


def refused(rig):
    return [call for call in rig.ledger.calls.latest if call.status == 400]


async def test_a_refused_size_is_followed_by_a_smaller_one_and_remembered(firm, rig, sizes):
    assert (await rig.sync(firm.id, "first")).is_good
    sales = [each["InvoiceNumber"] for each in rig.books("Invoices") if each["Type"] == "ACCREC"]
    assert sorted(await Invoice.select(Invoice.number).output(as_list=True)) == sorted(sales)
    assert (await Connection.objects().first()).pages_of == sizes[1]
    assert refused(rig)
    rig.calls()
    assert (await rig.sync(firm.id)).is_good
    assert not refused(rig), "what was refused is not tried again"
