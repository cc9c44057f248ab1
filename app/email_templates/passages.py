"""Passages that several of the shipped texts share."""

_WAYS_TO_PAY = """\
{{ if pay_link }}You can [pay online]({{ pay_link }}), and see each invoice there.
{{ if bank_details }}{{ if pay_link }}Or by bank transfer, with {{ invoice_number }} as the reference:
{{ if bank_details }}{{ if not pay_link }}By bank transfer, with {{ invoice_number }} as the reference:
{{ bank_details | }}"""

_ANOTHER_DAY_OR_QUERY = """\
{{ if promise_link }}If it will be another day, [tell us the date]({{ promise_link }}) and we'll wait for it. If something \
isn't right, [tell us what]({{ dispute_link }}). Or just reply to this email; it comes to me.
{{ if not promise_link }}If it will be another day, or if something isn't right, just reply to this email and tell me \
the date or what is wrong; it comes to me."""

_ALSO_OVERDUE = """\
{{ if overdue_list }}These are overdue as well:

{{ overdue_list | }}"""

_CREDIT = """\
{{ if unallocated_credit }}There is also a credit of {{ unallocated_credit }} on your account which isn't set against an \
invoice yet; less that, {{ net_overdue | nothing }} is overdue."""

_BLOCKS = {
    "<ways to pay>": _WAYS_TO_PAY,
    "<another day or query>": _ANOTHER_DAY_OR_QUERY,
    "<also overdue>": _ALSO_OVERDUE,
    "<credit>": _CREDIT,
}


def with_passages(text: str) -> str:
    """The text with the passages that several of them share."""
    for name, passage in _BLOCKS.items():
        text = text.replace(name, passage)
    return text
