"""The timeline as a conversation, and the coming weeks as a calendar."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.chasing.holds import Hold
from app.chasing.timeline import Entry, Happened, conversation, say_when
from app.chasing.tones import label_of, tone_of
from app.chasing.weeks import DaySum, summed_up, weeks

TODAY = date(2026, 11, 30)
AT = datetime(2026, 11, 16, 10, 4)


def entry(**facts: Any) -> Entry:
    usual = {"kind": "email_sent", "sentence": "It went", "by": "Tactful", "at": AT}
    return conversation([Happened(**{**usual, **facts})], TODAY)[0]


def test_our_emails_stand_on_our_side_with_their_subject() -> None:
    ours = entry(subject="Invoice INV-1", to="ap@harbour.example", url="/messages/7")
    assert (ours.side, ours.title, ours.small) == ("ours", "Invoice INV-1", "To ap@harbour.example · Mon 16 Nov 10:04")
    assert ours.in_full == "Monday 16 November 2026, 10:04"


def test_a_decision_about_an_email_is_not_that_email_once_more() -> None:
    decision = entry(kind="email_decided", sentence="Tom Hale approved the statement", by="Tom Hale", subject="Your statement")
    assert (decision.side, decision.text) == ("event", "Tom Hale approved the statement")


def test_what_the_customer_said_stands_on_theirs() -> None:
    theirs = entry(kind="promise", sentence="The customer promised to pay on Fri 4 Dec", by="the customer")
    assert (theirs.side, theirs.title) == ("theirs", "Promise")


def test_what_a_colleague_took_by_phone_is_an_event_with_the_name() -> None:
    event = entry(kind="promise", sentence="The customer promised by phone", by="Tom Hale")
    assert (event.side, event.small) == ("event", "Tom Hale · Mon 16 Nov 10:04")


def test_a_name_is_not_said_twice() -> None:
    event = entry(kind="expected_date", sentence="Tom Hale expects INV-1 to be paid on Fri 4 Dec", by="Tom Hale")
    assert event.small == "Mon 16 Nov 10:04"


def test_notes_carry_their_author() -> None:
    assert (entry(kind="note", by="Mia Chen").side, entry(kind="note", by="Mia Chen").title) == ("note", "Mia Chen")


def test_near_days_are_said_by_name() -> None:
    assert say_when(datetime(2026, 11, 30, 9, 5), TODAY) == "today 09:05"
    assert say_when(datetime(2026, 11, 29, 23, 59), TODAY) == "yesterday 23:59"


def test_every_hold_has_a_tone_and_a_label() -> None:
    assert {tone_of(hold) for hold in Hold} == {"", "held", "waiting", "broken"}
    assert all(label_of(hold) for hold in Hold)
    assert (tone_of(""), label_of(""), label_of("unheard of")) == ("", "Next", "Held")


def test_four_weeks_from_a_monday_are_four_rows() -> None:
    tuesday = DaySum(date(2026, 12, 1), 1, Decimal(5))
    rows = weeks([tuesday], TODAY, TODAY, tuesday.on, lambda day: day.weekday() < 5)
    assert (len(rows), {len(row) for row in rows}) == (4, {7})
    assert [cell.on for cell in rows[0] if cell.is_chosen] == [tuesday.on]
    assert [cell.is_chase_day for cell in rows[0]] == [True] * 5 + [False] * 2
    assert all(cell.within for row in rows for cell in row)


def test_from_the_middle_of_a_week_the_days_outside_are_marked() -> None:
    rows = weeks([], date(2026, 12, 2), TODAY, None, lambda _: True)
    assert len(rows) == 5
    assert sum(cell.within for row in rows for cell in row) == 28
    assert [cell.on.day for cell in rows[0] if cell.is_today] == [30]


def test_the_weeks_are_summed_up_in_a_sentence() -> None:
    assert summed_up([], 0) == "Nothing goes out in the next four weeks, as things stand."
    one = [DaySum(TODAY, 1, Decimal(5))]
    assert summed_up(one, 1) == "1 email to 1 customer in the next four weeks, if nothing is paid or said meanwhile."
