"""Mails that arrive: whose words are whose, who was not there, and nothing that breaks the reader."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.quoting import parted
from app.mail.reading import LONGEST_TEXT, MOST_FILES, Nature, read
from tests.unit.mail.arrived import OURS, PLAIN, a_complaint, a_mail, a_report

REPLIES = {
    "gmail": "We pay on Friday.\n\nOn Mon, 30 Nov 2026 at 10:00, Anna Berg <a@borealis.example> wrote:\n> Dear Ann\n> INV-1\n",
    "wrapped": "We pay on Friday.\n\nOn Mon, 30 Nov 2026 at 10:00, Anna Berg\n<accounts@borealis.example> wrote:\n\n> Dear\n",
    "outlook": "We pay on Friday.\n\n________________________________\nFrom: A\nSent: Monday\nTo: Ann\nSubject: INV-1\n\nDear",
    "outlook plain": "We pay on Friday.\n\nFrom: Anna Berg\nSent: Monday\nTo: Ann\nSubject: INV-1\n\nDear Ann",
    "german": "We pay on Friday.\n\nAm 30.11.2026 um 10:00 schrieb Anna Berg:\n> Dear",
    "original": "We pay on Friday.\n\n-----Original Message-----\nFrom: Anna\nDear",
    "french": "We pay on Friday.\n\nDe : Anna\nEnvoyé : lundi\nÀ : Ann\nObjet : INV-1\n\nDear",
    "bare": "We pay on Friday.\n\n> Dear Ann\n> INV-1 is overdue",
    "below": "On Mon, 30 Nov 2026 at 10:00, Anna Berg wrote:\n> Dear Ann\n> INV-1\n\nWe pay on Friday.",
}


@pytest.mark.parametrize("style", list(REPLIES))
def test_what_they_wrote_is_told_from_what_they_quote(style: str) -> None:
    found = parted(REPLIES[style])
    assert found.text == "We pay on Friday."
    assert "Dear" in found.quoted


@pytest.mark.parametrize(
    "text",
    [
        "From what I see, it was paid.\nTo be sure I asked the bank.",
        "On Friday we pay.\nAnna wrote: pay in March",
        "The note says:\n> 30 days\nand we hold to that.",
    ],
)
def test_words_that_only_look_like_a_quotation_stay(text: str) -> None:
    assert parted(text).text == text


def test_a_mail_that_is_nothing_but_a_quotation_is_shown() -> None:
    assert parted("> We pay on Friday.").text == "> We pay on Friday."


def test_html_becomes_words_and_what_it_quotes_is_folded() -> None:
    html = (
        "<html><head><style>p{color:red}</style></head><body><p>We pay<br>on&nbsp;Friday.</p><script>alert(1)</script>"
        '<div class="gmail_quote">On Monday Anna wrote:<blockquote>Dear Ann</blockquote></div></body></html>'
    )
    arrival = read(a_mail(html, kind="text/html; charset=utf-8"))
    assert arrival.text == "We pay\non Friday."
    assert "Dear Ann" in arrival.quoted
    assert "alert" not in arrival.text + arrival.quoted


def test_the_thread_and_the_writer_are_read() -> None:
    arrival = read(a_mail(From_="=?utf-8?B?QW5uIMWBxJk=?= <AP@Harbour.example>", In_Reply_To=OURS, References=f"<a@b> {OURS}"))
    assert (arrival.from_name, arrival.from_address) == ("Ann Łę", "ap@harbour.example")
    assert OURS in arrival.thread
    assert arrival.nature is Nature.REPLY


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; owner-email=x"},
        {"Precedence": "auto_reply"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.harbour.example>"},
        {"Subject": "Automatic reply: Invoice INV-1"},
        {"Subject": "Out of Office Re: Invoice INV-1"},
        {"Subject": "=?utf-8?Q?R=C3=A9ponse_automatique_=3A_facture?="},
        {"Subject": "Abwesenheitsnotiz"},
        {"Subject": "Autosvar: faktura"},
        {"Subject": "自動返信"},
    ],
)
def test_notes_of_absence_are_automatic(headers: dict[str, str]) -> None:
    assert read(a_mail("I am away until Monday.", **headers)).nature is Nature.AUTOMATIC


@pytest.mark.parametrize(
    "headers", [{"Auto_Submitted": "no"}, {"Precedence": "normal"}, {"Subject": "Re: Invoice for out of office hours"}]
)
def test_people_are_not_taken_for_machines(headers: dict[str, str]) -> None:
    assert read(a_mail("I am away until Monday.", **headers)).nature is Nature.REPLY


@pytest.mark.parametrize(
    "text",
    [
        "Ann Lee has left the company. Please write to bob@harbour.example.",
        "Ann no longer works here.",
        "Frau Lee ist nicht mehr im Unternehmen.",
        "Ann ne fait plus partie de la société.",
        "Ann ya no trabaja aquí.",
        "This mailbox is no longer monitored.",
    ],
)
def test_a_note_that_somebody_has_left_is_told_from_one_of_absence(text: str) -> None:
    assert read(a_mail(text, Auto_Submitted="auto-replied")).nature is Nature.LEFT
    assert read(a_mail(text)).nature is Nature.REPLY, "a person who says so is answered by a person"


def test_absence_is_not_departure() -> None:
    text = "I have left the office until Monday and am no longer reachable by phone."
    assert read(a_mail(text, Auto_Submitted="auto-replied")).nature is Nature.AUTOMATIC


def test_attachments_are_kept_within_limits_and_logos_are_not() -> None:
    part = "--x\nContent-Type: {}\nContent-Disposition: {}; filename={}\n\n{}\n"
    parts = [part.format("application/pdf", "attachment", f"remittance{n}.pdf", "%PDF") for n in range(MOST_FILES + 2)]
    logo = part.format("image/png", "inline", "logo.png", "small")
    body = "--x\nContent-Type: text/plain\n\nPaid\n" + logo + "".join(parts) + "--x--"
    arrival = read(a_mail(body, kind="multipart/mixed; boundary=x"))
    assert arrival.text == "Paid"
    assert [each.name for each in arrival.files] == [f"remittance{n}.pdf" for n in range(MOST_FILES)]
    assert len(arrival.left_out) == 2


def test_a_mail_as_long_as_a_book_is_cut() -> None:
    assert len(read(a_mail("word " * 50_000)).text) <= LONGEST_TEXT


SEEDS = [a_report(), a_complaint(), *PLAIN.values(), *(a_mail(text) for text in REPLIES.values())]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_whatever_is_broken_in_it_can_be_read(seed: bytes, chance: int) -> None:
    """Bytes flipped, lines cut out and doubled."""
    mangled, dice = bytearray(seed), random.Random(chance)
    for _ in range(dice.randint(1, 30)):
        at = dice.randrange(len(mangled))
        mangled[at : at + dice.randint(0, 9)] = bytes(dice.randrange(256) for _ in range(dice.randint(0, 9)))
    read(bytes(mangled))


@given(st.binary(max_size=300))
def test_noise_can_be_read(noise: bytes) -> None:
    read(noise)
