"""The seven texts that come with the product, good enough to send unedited.

Friendly first, plainer later, never a threat. Nobody is reminded of a reminder that was not sent: what mentions one
stands on a line of its own condition. Nothing speaks of interest or fees, for a customer may be a private person.
"""

from typing import Final, Literal

from msgspec import Struct

from app.email_templates.passages import with_passages

Purpose = Literal["reminder", "thank_you", "statement"]


class ShippedTemplate(Struct, frozen=True, kw_only=True):
    name: str
    purpose: Purpose
    subject: str
    body: str
    lists_upcoming: bool = False
    attaches_statement: bool = False


COMING_UP: Final = ShippedTemplate(
    name="Coming up",
    purpose="reminder",
    subject="{{ invoice_count: Invoice | Invoices }} {{ invoice_number }}, "
    "{{ invoice_count: due | the first due }} {{ due_date }}",
    body=with_passages("""\
{{ greeting }},

{{ if one invoice_count }}Invoice {{ invoice_number }} for {{ amount_due }} is due on {{ due_date }}.
{{ if many invoice_count }}These invoices for {{ amount_due }} are due soon, the first on {{ due_date }}.

{{ invoice_table }}

Is everything in place for {{ invoice_count: it | them }} to be paid then? If an approval is still to come or a \
purchase order number is missing, let me know and I'll send whatever you need.

<ways to pay>

<another day or query>

Kind regards,

{{ signature }}
"""),
)

JUST_OVERDUE: Final = ShippedTemplate(
    name="Just overdue",
    purpose="reminder",
    subject="{{ invoice_count: Invoice | Invoices }} {{ invoice_number }}: has this slipped through?",
    body=with_passages("""\
{{ greeting }},

{{ if one invoice_count }}I think this one may have slipped through: invoice {{ invoice_number }} for \
{{ amount_due }} was due on {{ due_date }}, and I can't see a payment yet.
{{ if many invoice_count }}I think these may have slipped through: {{ invoice_count: one invoice | # invoices }} \
for {{ amount_due }}, the oldest of them due on {{ due_date }}, and I can't see a payment yet.

{{ invoice_table }}

If you have paid already, thank you, and please tell me when, so that I can look for it. Otherwise, could you arrange \
{{ invoice_count: it | them }} in the next few days?

<also overdue>

<ways to pay>

<another day or query>

Kind regards,

{{ signature }}
"""),
)

WHEN_CAN_WE_EXPECT_IT: Final = ShippedTemplate(
    name="When can we expect it?",
    purpose="reminder",
    subject="{{ invoice_number }}: when can we expect {{ amount_due }}?",
    body=with_passages("""\
{{ greeting }},

{{ if last_contact_date }}I wrote to you on {{ last_contact_date }} about {{ invoice_count: this | these }}, \
and I still can't see a payment.
{{ if one invoice_count }}Invoice {{ invoice_number }} for {{ amount_due }} was due on {{ due_date }}.
{{ if many invoice_count }}These invoices for {{ amount_due }} are past their due dates, the oldest since \
{{ due_date }}.

{{ invoice_table }}

**On which day can we expect it?** A date is all I need.

{{ if promise_link }}You can [choose the date here]({{ promise_link }}), or just reply to this email with it.
{{ if not promise_link }}Just reply to this email with it.

{{ if dispute_link }}If something is holding it up (a query about the work, a missing order number, an approval), \
[tell us what it is]({{ dispute_link }}) and I'll put it right.
{{ if not dispute_link }}If something is holding it up (a query about the work, a missing order number, an approval), \
tell me what it is and I'll put it right.

<also overdue>

<ways to pay>

Kind regards,

{{ signature }}
"""),
)

FIRM: Final = ShippedTemplate(
    name="Firm",
    purpose="reminder",
    subject="{{ total_overdue | Invoices }} overdue: an answer by {{ answer_by_date }}, please ({{ invoice_number }})",
    body=with_passages("""\
{{ greeting }},

{{ if total_overdue }}{{ total_overdue }} is now overdue on the account of {{ customer_name }} with \
{{ my_company_name }}.
{{ if last_contact_date }}My last email about this went on {{ last_contact_date }}, and no payment has reached us \
since.

{{ invoice_table }}

<also overdue>

<credit>

Please pay {{ invoice_count: this | these }} now, or let me have the date on which you will, **by \
{{ answer_by_date }}**.

{{ if promise_link }}You can [give us the date here]({{ promise_link }}), or reply to this email. If you question \
any of it, [tell us what and why]({{ dispute_link }}), and we'll look into that part.
{{ if not promise_link }}A reply to this email is enough. If you question any of it, tell me what and why, and we'll \
look into that part.
{{ if sender_phone }}If you would rather talk, ring {{ sender_name }} on {{ sender_phone }}.

<ways to pay>

Yours sincerely,

{{ signature }}
"""),
)

FINAL: Final = ShippedTemplate(
    name="Final",
    purpose="reminder",
    attaches_statement=True,
    subject="{{ invoice_number }}: I'll ring you on {{ call_date }}",
    body=with_passages("""\
{{ greeting }},

{{ if one invoice_count }}Invoice {{ invoice_number }} for {{ amount_due }} was due on {{ due_date }}, \
{{ days_overdue: one day | # days }} ago, and it is still open.
{{ if many invoice_count }}{{ invoice_count: One invoice | # invoices }} for {{ amount_due }} are still open, \
the oldest of them due on {{ due_date }}, {{ days_overdue: one day | # days }} ago.
{{ if last_contact_date }}I last wrote to you about this on {{ last_contact_date }}.

{{ invoice_table }}

<also overdue>

{{ if total_overdue }}All in all, {{ total_overdue }} is overdue.
{{ if statement_link }}The [statement of your account]({{ statement_link }}) shows everything that is open.

<credit>

Emails alone don't seem to be the way to settle this, so **I'll ring you on {{ call_date }}** to agree with you how \
and when it will be paid. If it is paid before then, thank you, and there is no need to talk.

{{ if promise_link }}If you know the date now, [give it to us here]({{ promise_link }}) or reply to this email. If \
something isn't right with what we ask for, [tell us]({{ dispute_link }}), and I'll have the answer when I ring.
{{ if not promise_link }}If you know the date now, or if something isn't right with what we ask for, reply to this \
email, and I'll have the answer when I ring.
{{ if sender_phone }}You can reach me on {{ sender_phone }}.

<ways to pay>

Yours sincerely,

{{ signature }}
"""),
)

THANK_YOU: Final = ShippedTemplate(
    name="Thank you",
    purpose="thank_you",
    subject="Thank you: {{ amount_paid }} for {{ invoice_number }}",
    body=with_passages("""\
{{ greeting }},

Your payment of {{ amount_paid }} for {{ invoice_count: invoice | invoices }} {{ invoice_number }} has arrived. Thank you!

Nothing is left to pay on {{ invoice_count: it | them }}.

Kind regards,

{{ signature }}
"""),
)

MONTHLY_STATEMENT: Final = ShippedTemplate(
    name="Monthly statement",
    purpose="statement",
    subject="Your statement from {{ my_company_name }}, {{ today }}",
    body=with_passages("""\
{{ greeting }},

{{ if not statement_link }}Attached is the statement of your account with us as of {{ today }}.
{{ if statement_link }}The [statement of your account]({{ statement_link }}) with us shows everything that is open.

{{ if not unallocated_credit }}The balance is {{ total_outstanding | nil }}.
{{ if unallocated_credit }}Outstanding is {{ total_outstanding }}, less {{ unallocated_credit }} of credit not used yet.

{{ if portal_link }}You can see your invoices, with everything as it is today, on [your own page]({{ portal_link }}).

If anything in it doesn't agree with your books, just reply to this email.

Kind regards,

{{ signature }}
"""),
)

SHIPPED: Final = (COMING_UP, JUST_OVERDUE, WHEN_CAN_WE_EXPECT_IT, FIRM, FINAL, THANK_YOU, MONTHLY_STATEMENT)
