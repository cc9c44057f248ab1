"""D2: what servers say about mail that did not arrive, and what is made of it."""

import pytest

from app.mail.bounces import Fate, is_wrong_address
from app.mail.reading import Nature, read
from tests.unit.mail.arrived import OURS, PLAIN, a_complaint, a_mail, a_report


def fates(content: bytes) -> list[tuple[str, Fate]]:
    report = read(content).report
    return [(each.address, each.fate) for each in report.failures] if report else []


@pytest.mark.parametrize(
    ("status", "answer", "fate"),
    [
        ("5.1.1", "smtp; 550 5.1.1 User unknown", Fate.WRONG),
        ("5.1.2", "smtp; 550 Host unknown", Fate.WRONG),
        ("5.1.10", "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", Fate.WRONG),
        ("5.2.1", "smtp; 550 5.2.1 The account is disabled", Fate.WRONG),
        ("5.0.0", "smtp; 550 No such user here", Fate.WRONG),
        ("5.4.1", "smtp; 550 5.4.1 Recipient address rejected: Access denied. Mailbox not found in directory", Fate.WRONG),
        ("5.2.2", "smtp; 552 5.2.2 Mailbox full", Fate.REFUSED),
        ("5.3.4", "smtp; 552 5.3.4 Message too big", Fate.REFUSED),
        ("5.7.1", "smtp; 550 5.7.1 Message rejected as spam", Fate.REFUSED),
        ("5.1.7", "smtp; 550 5.1.7 Sender address rejected", Fate.REFUSED),
        ("5.1.8", "smtp; 550 5.1.8 Bad sender domain", Fate.REFUSED),
        ("5.0.0", "smtp; 554 Message refused", Fate.REFUSED),
        ("4.4.7", "smtp; 451 4.4.7 Delivery time expired", Fate.REFUSED),
        ("4.2.2", "smtp; 452 4.2.2 Mailbox full", Fate.REFUSED),
    ],
)
def test_only_what_says_that_the_address_is_wrong_marks_it(status: str, answer: str, fate: Fate) -> None:
    assert fates(a_report(status=status, answer=answer)) == [("ap@harbour.example", fate)]


def test_a_report_of_delay_is_no_failure() -> None:
    arrival = read(a_report(action="delayed", status="4.4.1", answer="smtp; 421 Connection timed out"))
    assert arrival.nature is Nature.DELAY


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_no_failure(action: str) -> None:
    arrival = read(a_report(action=action, status="2.0.0", answer="smtp; 250 OK", subject="Successful Mail Delivery Report"))
    assert arrival.report is None
    assert arrival.nature is Nature.AUTOMATIC


def test_the_mail_that_came_back_is_known_by_its_message_id() -> None:
    report = read(a_report()).report
    assert report is not None
    assert OURS in report.about


@pytest.mark.parametrize("server", list(PLAIN))
def test_plain_letters_of_servers_are_understood(server: str) -> None:
    arrival = read(PLAIN[server])
    assert arrival.nature is Nature.BOUNCE
    assert fates(PLAIN[server]) == [("ap@harbour.example", Fate.WRONG)]
    assert arrival.report is not None
    assert OURS in arrival.report.about


def test_a_complaint_is_one() -> None:
    arrival = read(a_complaint())
    assert arrival.nature is Nature.COMPLAINT
    assert fates(a_complaint()) == [("ap@harbour.example", Fate.COMPLAINED)]
    assert arrival.report is not None
    assert OURS in arrival.report.about


def test_a_person_who_writes_about_a_bounce_is_no_server() -> None:
    arrival = read(a_mail("Your last mail bounced: 550 5.1.1 user unknown", Subject="Undeliverable: your invoice"))
    assert arrival.nature is Nature.REPLY


def test_an_address_that_only_a_temporary_answer_names_is_not_wrong() -> None:
    assert not is_wrong_address("4.2.1", "450 4.2.1 mailbox unavailable")
    assert not is_wrong_address("", "450 mailbox unavailable, try later")
