"""R9: what was once paid stands with the customer whom the invoice is for, also after the payment was taken off."""

from app.database import fetch
from app.invoices.tables import Payment

ASTRAY = "SELECT p.xero_id FROM payment p JOIN invoice i ON i.id = p.invoice WHERE i.customer <> p.customer"


async def test_a_payment_that_was_taken_off_goes_with_its_invoice_to_another_customer(synced, rig):
    paid = next(each for each in rig.books("Invoices") if each["Status"] == "PAID" and each["Payments"])
    other = next(each for each in rig.books("Contacts") if each["ContactID"] != paid["Contact"]["ContactID"])
    rig.clock.forward(minutes=5)
    for payment in paid["Payments"]:
        await rig.http.delete(f"/control/payments/{payment['PaymentID']}")
    who = {name: other[name] for name in ("ContactID", "Name")}
    await rig.do(f"/control/invoices/{paid['InvoiceNumber']}", Contact=who)
    assert (await rig.sync(synced.id)).is_good
    [row] = await Payment.select(Payment.status, Payment.customer.xero_id).where(
        Payment.xero_id == paid["Payments"][0]["PaymentID"]
    )
    assert row == {"status": "DELETED", "customer.xero_id": other["ContactID"]}
    assert await fetch(ASTRAY) == []
