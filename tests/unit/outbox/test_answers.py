"""What each answer of a mail server means."""

import pytest

from app.outbox.answers import Accepted, Ambiguous, MailboxStopped, PutOff, RecipientRefused, Verb, judge, lost


@pytest.mark.parametrize("text", ["No such user", "5.1.1 Unknown", "5.1.10 Null MX", "5.2.1 Disabled", "5.4.1 Access denied"])
def test_550_about_a_recipient_is_a_refusal_of_that_address(text: str) -> None:
    assert judge(Verb.RCPT, 550, text, address="a@b.example") == RecipientRefused("a@b.example", f"550 {text}")


@pytest.mark.parametrize("code", [551, 553, 554])
def test_5_1_x_is_about_the_recipient_whatever_the_code(code: int) -> None:
    assert isinstance(judge(Verb.RCPT, code, "5.1.2 Bad domain", address="a@b.example"), RecipientRefused)


@pytest.mark.parametrize(
    ("code", "text"),
    [(550, "5.7.1 Denied"), (554, "Spam"), (530, "5.7.0 Authenticate"), (552, "5.3.4 Too big"), (550, "5.1.8 Bad sender")],
)
def test_any_other_5xx_stops_the_mailbox(code: int, text: str) -> None:
    assert isinstance(judge(Verb.RCPT, code, text, address="a@b.example"), MailboxStopped)


@pytest.mark.parametrize("verb", [Verb.CONNECT, Verb.HELLO, Verb.AUTH, Verb.MAIL])
def test_a_5xx_before_any_recipient_is_about_us(verb: Verb) -> None:
    assert isinstance(judge(verb, 550, "5.1.1 No", address="a@b.example"), MailboxStopped)


def test_a_refusal_after_the_text_marks_nobody_where_it_could_be_any_of_several() -> None:
    assert isinstance(judge(Verb.DATA, 550, "5.1.1 Unknown"), MailboxStopped)
    assert isinstance(judge(Verb.DATA, 550, "5.1.1 Unknown", address="a@b.example"), RecipientRefused)


@pytest.mark.parametrize("code", [421, 450, 451, 452, 454])
@pytest.mark.parametrize("verb", list(Verb))
def test_4xx_puts_off_wherever_it_comes(verb: Verb, code: int) -> None:
    assert isinstance(judge(verb, code, "later"), PutOff)


def test_2xx_is_acceptance() -> None:
    assert judge(Verb.DATA, 250, "2.0.0 queued\nas 7") == Accepted("250 2.0.0 queued as 7")


@pytest.mark.parametrize("verb", list(Verb))
def test_a_loss_is_ambiguous_only_after_the_text_began(verb: Verb) -> None:
    assert isinstance(lost(verb, False, "reset"), PutOff)
    assert isinstance(lost(verb, True, "reset"), Ambiguous)


def test_whatever_a_server_answers_can_be_recorded() -> None:
    assert judge(Verb.DATA, 250, "Taken\x00\udcff\r\n as 17") == Accepted("250 Taken as 17")
    assert lost(Verb.HELLO, False, "\x00gone\n") == PutOff("the connection was lost at hello: gone", ends_connection=True)


def test_a_server_that_is_not_there_could_not_be_reached() -> None:
    assert lost(Verb.CONNECT, False, "no route").answer == "it could not be reached: no route"
