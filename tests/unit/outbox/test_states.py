"""Which state may follow which."""

from datetime import timedelta

from app.outbox.states import DONE, FREED, LEGAL, WAITING, State, backoff, may_follow


def test_every_state_is_either_waiting_done_or_freed() -> None:
    assert set(State) == WAITING | DONE | FREED
    assert len(WAITING) + len(DONE) + len(FREED) == len(State)


def test_nothing_leads_out_of_sent_or_cancelled() -> None:
    assert not any(may_follow(ended, state) for ended in (State.SENT, State.CANCELLED) for state in State)


def test_only_a_claim_leads_to_sent_failed_or_unknown_save_that_a_person_may_say_sent() -> None:
    leading = {after: {before for before, follows in LEGAL.items() if after in follows} for after in State}
    assert leading[State.FAILED] == leading[State.UNKNOWN] == {State.SENDING}
    assert leading[State.SENT] == {State.SENDING, State.UNKNOWN}


def test_unknown_never_becomes_planned_by_itself() -> None:
    assert not may_follow(State.UNKNOWN, State.PLANNED)
    assert not may_follow(State.UNKNOWN, State.SENDING)


def test_each_wait_is_longer_until_half_an_hour() -> None:
    waits = [backoff(attempt) for attempt in range(1, 8)]
    assert waits[:6] == sorted(set(waits))
    assert waits[-1] == waits[-2] == timedelta(minutes=30)
