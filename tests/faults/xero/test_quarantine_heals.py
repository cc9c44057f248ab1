"""R9: what was put aside is asked for again, for no delta would bring back what did not change since."""

import pytest

from app.customers.tables import Customer
from app.invoices.tables import Credit
from app.xero.tables import Quarantined

BROKEN = {"field": "UpdatedDateUTC", "value": "/Date(9999999999999)/", "times": None}


async def standing() -> int:
    return await Quarantined.count().where(Quarantined.resolved_at.is_null())


async def test_a_contact(synced, rig):
    record = next(each for each in rig.books("Contacts") if each["ContactStatus"] == "ACTIVE")
    rig.clock.forward(minutes=5)
    await rig.do(f"/control/contacts/{record['ContactID']}/archive")
    await rig.fault("mutate", path="/api.xro/2.0/Contacts", every=1, **BROKEN)
    assert (await rig.sync(synced.id)).is_good
    assert await standing() > 0
    await rig.mend()
    rig.clock.forward(hours=1)
    await rig.do("/control/contacts", Name="Somebody Else Ltd")
    assert (await rig.sync(synced.id)).is_good
    row = await Customer.objects().get(Customer.xero_id == record["ContactID"])
    assert row is not None and row.is_archived
    assert await standing() == 0


@pytest.mark.parametrize("plural", ["CreditNotes"])
async def test_a_credit(synced, rig, plural):
    customer = rig.books("Contacts")[0]["ContactID"]
    rig.clock.forward(minutes=5)
    note = await rig.do("/control/credits", contact=customer, amount="5.00")
    await rig.fault("mutate", path=f"/api.xro/2.0/{plural}", every=1, **BROKEN)
    assert (await rig.sync(synced.id)).is_good
    assert not await Credit.exists().where(Credit.xero_id == note["CreditNoteID"])
    await rig.mend()
    rig.clock.forward(hours=1)
    await rig.do("/control/credits", contact=customer, amount="6.00")
    assert (await rig.sync(synced.id)).is_good
    rig.clock.forward(hours=1)
    assert (await rig.sync(synced.id, "daily")).is_good
    assert await Credit.exists().where(Credit.xero_id == note["CreditNoteID"])
    assert await standing() == 0
