"""G4: one reminder from the facts of its customer to the bytes of the mail, beside Jinja2 and email.message alone."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime

import jinja2
import msgspec

from app.commands.bench import Figure
from app.commands.benches import preview
from app.email_templates.facts import Letter, LetterInvoice, facts_of
from app.email_templates.rendering import Rendered, render
from app.email_templates.sample import sample_letter
from app.email_templates.shipped import JUST_OVERDUE
from app.email_templates.signing import Business, LetterSender
from app.mail import mime

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
OCA_MS = 28.0
"""OCA account_credit_control on Odoo 19, on a machine like this one."""

INVOICES, LETTERS, ROUNDS = 3, 40, 15
Build = Callable[[int], bytes]


def figures() -> Iterator[Figure]:
    bare, ours = _milliseconds(_bare), _milliseconds(_ours)
    for _ in range(ROUNDS):
        bare, ours = min(bare, _milliseconds(_bare)), min(ours, _milliseconds(_ours))
    yield Figure(
        number="G4", what="build one reminder: render, sanitise, MIME", unit="ms", ours=ours,
        reference_name="Jinja2 and email.message", reference=bare, goal=2,
    )  # fmt: skip
    yield Figure(
        number="G4", what="build one reminder: render, sanitise, MIME", unit="ms", ours=ours, reference_name="OCA on Odoo 19",
        reference=OCA_MS, goal=1 / 15, is_quoted=True,
    )  # fmt: skip
    yield from preview.figures()


def _milliseconds(build: Build) -> float:
    """Of the processor alone: nothing is waited for here."""
    began = time.process_time()
    for number in range(LETTERS):
        build(number)
    return 1000 * (time.process_time() - began) / LETTERS


def _letter(number: int) -> Letter:
    """Another customer, other numbers and other sums each time: nothing of the one before fits."""
    business = Business(name="Bench Ltd", legal_name="Bench Limited", registration_number="01234567")
    sender = LetterSender(name="Tom Hale", email="tom@bench.example", phone="020 7946 0000")
    letter = sample_letter(business, sender, NOW.date(), "en_GB", "GBP", 7)
    moment = time.perf_counter_ns() % 10**9
    invoices = tuple(
        LetterInvoice(
            number=f"INV-{moment}{each}", issued_on=NOW.date() - timedelta(days=40 + each), currency="GBP",
            due_on=NOW.date() - timedelta(days=10 + each), due=Decimal(moment + each) / 100, total=Decimal(moment + each) / 100,
        )
        for each in range(INVOICES)
    )  # fmt: skip
    sums = (("GBP", sum((invoice.due for invoice in invoices), Decimal(0))),)
    return msgspec.structs.replace(
        letter, customer_name=f"Harbour Foods {number} Ltd", first_name=f"Maria{number}", invoices=invoices,
        outstanding=sums, overdue=sums, overdue_count=INVOICES, portal_url=f"https://portal.example/p/{moment}",
    )  # fmt: skip


def _ours(number: int) -> bytes:
    words = render(JUST_OVERDUE.subject, JUST_OVERDUE.body, facts_of(_letter(number)))
    assert isinstance(words, Rendered)
    own = mime.own_headers("Tom Hale", "tom@bench.example", "", f"<{number}.bench@bench.example>", NOW)
    to = (f"ap{number}@customer.example",)
    return mime.mime(mime.Letter(to=to, cc=(), subject=words.subject, text=words.text, html=words.html, headers=own))


PARAGRAPHS = ("I think these may have slipped through, and I can't see a payment yet. " * 4,) * 5
"""As much text as in ours."""

_TEXT = jinja2.Template("""Dear {{ letter.first_name }},

{% for words in paragraphs %}{{ words }}

{% endfor %}{% for invoice in letter.invoices -%}
{{ invoice.number }}  {{ invoice.due_on.strftime("%d %b %Y") }}  £{{ "{:,.2f}".format(invoice.due) }}
{% endfor %}
Your account: {{ letter.portal_url }}

Kind regards,
{{ letter.sender.name }}
{{ letter.business.legal_name }}
""")
_HTML = jinja2.Environment(autoescape=True).from_string("""<p>Dear {{ letter.first_name }},</p>
{% for words in paragraphs %}<p>{{ words }}</p>
{% endfor %}<table>{% for invoice in letter.invoices %}<tr><td>{{ invoice.number }}</td>
<td>{{ invoice.due_on.strftime("%d %b %Y") }}</td><td>£{{ "{:,.2f}".format(invoice.due) }}</td></tr>
{% endfor %}</table><p><a href="{{ letter.portal_url }}">Your account</a></p>
<p>Kind regards,<br>{{ letter.sender.name }}<br>{{ letter.business.legal_name }}</p>
""")


def _bare(number: int) -> bytes:
    letter = _letter(number)
    message = EmailMessage()
    message["From"], message["To"] = "Tom Hale <tom@bench.example>", f"ap{number}@customer.example"
    message["Subject"] = f"{INVOICES} invoices: has this slipped through?"
    message["Message-ID"], message["Date"] = f"<{number}.bench@bench.example>", format_datetime(NOW)
    message.set_content(_TEXT.render(letter=letter, paragraphs=PARAGRAPHS))
    message.add_alternative(_HTML.render(letter=letter, paragraphs=PARAGRAPHS), subtype="html")
    return message.as_bytes()
