from decimal import Decimal

from msgspec import structs

from app.reports.home import Ageing, Done, Line, Waiting, checklist, reachable, waiting_lines


def test_only_what_waits_is_told_and_the_most_urgent_first() -> None:
    lines = waiting_lines(Waiting(approvals=12, unknown=1))
    assert [line.text for line in lines] == ["1 email may or may not have gone", "12 emails wait for approval"]


def test_replies_that_wait_too_long_stand_out_and_are_not_counted_twice() -> None:
    lines = waiting_lines(Waiting(replies=3, late_replies=1, approvals=2))
    assert [(line.text, line.stands_out) for line in lines] == [
        ("1 reply has waited two working days or more", True),
        ("2 emails wait for approval", False),
        ("2 customers replied", False),
    ]
    assert [line.text for line in waiting_lines(Waiting(replies=2, late_replies=2))] == [
        "2 replies have waited two working days or more"
    ]


def test_the_quick_start_goes_away_when_everything_is_done() -> None:
    everything = Done(**dict.fromkeys(Done.__struct_fields__, True))
    assert checklist(everything) == ()
    steps = checklist(structs.replace(everything, mailbox=False, proved=False))
    assert [step.text for step in steps if not step.done] == ["Add the mailbox that sends", "Send yourself a test"]


def test_whom_to_chase_is_asked_once_there_are_customers() -> None:
    nothing = Done(**{**dict.fromkeys(Done.__struct_fields__, False), "connected": True})
    assert [step.url for step in checklist(nothing) if step.text == "Choose whom to chase"] == [""]
    read = structs.replace(nothing, synced=True)
    assert [step.url for step in checklist(read) if step.text == "Choose whom to chase"] == ["/set-up/customers"]


def test_lines_lead_only_where_there_is_a_page() -> None:
    lines = (Line("here", "/approvals"), Line("there", "/nowhere"), Line("filtered", "/approvals?state=x"))
    assert [line.url for line in reachable(lines, frozenset({"/approvals"}))] == ["/approvals", "", "/approvals?state=x"]


def test_the_ageing_bar_says_its_sums_in_words() -> None:
    bar = Ageing(tuple(Decimal(n) for n in (100, 50, 0, 0, 25))).bar("GBP", "en_GB")
    assert "Not due £100.00" in bar.sentence
    assert "Older £25.00" in bar.sentence
