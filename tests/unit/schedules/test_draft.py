"""The editor's draft: moved, copied, removed and put back before anything is saved, and what it refuses."""

from decimal import Decimal

import msgspec
import pytest

from app.schedules.book import BookSchedule
from app.schedules.draft import MOST_STEPS, NO_LIMIT, Draft, DraftStep, acted, draft_of
from app.schedules.draft_forms import Errors, KnownTemplate, checked, read_draft
from app.schedules.editor import entries, focused, ladder_in_short, time_line
from app.schedules.shipped import BEST_PRACTICE
from app.schedules.stamps import stamp_of
from app.schedules.words import say_offset, say_papers, say_recipients

TEMPLATES = {step.template_id: KnownTemplate(step.template_id, step.name) for step in BEST_PRACTICE.steps}


def as_posted(draft: Draft) -> dict[str, str]:
    """The form's fields as a browser sends them."""
    fields = {"keys": ",".join(step.key for step in draft.steps), "stamp": draft.stamp, "open": draft.open}
    fields |= {name: getattr(draft, name) for name in ("name", "entry", "minimum", "last_step_minimum")}
    fields |= {"repeat_every": draft.repeat_every, "repeat_limit": draft.repeat_limit}
    for step in draft.steps:
        at = f"step-{step.key}-"
        fields |= {at + name: getattr(step, name) for name in ("days", "side", "template", "sender", "to", "minimum")}
        ticks = {"invoices": step.attach_invoices, "statement": step.attach_statement, "portal": step.link_portal}
        ticks |= {"approval": step.needs_approval, "removed": step.removed, **{f"copies-{kind}": True for kind in step.copies}}
        fields |= {at + name: "1" for name, is_so in ticks.items() if is_so}
    return fields


def offsets(draft: Draft) -> list[int | None]:
    return [step.offset for step in draft.living]


def errors_of(draft: Draft) -> Errors:
    return checked(draft, TEMPLATES)[1]


def with_step(draft: Draft, key: str, **facts: object) -> Draft:
    steps = tuple(msgspec.structs.replace(step, **facts) if step.key == key else step for step in draft.steps)
    return msgspec.structs.replace(draft, steps=steps)


@pytest.fixture
def draft() -> Draft:
    return draft_of(BEST_PRACTICE, stamp_of(BEST_PRACTICE))


def test_a_draft_that_changes_nothing_says_what_is_stored(draft: Draft) -> None:
    schedule, errors = checked(read_draft(as_posted(draft)), TEMPLATES, schedule_id=BEST_PRACTICE.id)
    assert errors == {}
    assert schedule == BEST_PRACTICE
    assert stamp_of(schedule) == draft.stamp


def test_a_removed_step_travels_along_and_can_be_put_back(draft: Draft) -> None:
    without = read_draft(as_posted(acted(draft, "remove:4")))
    assert offsets(without) == [-3, 3, 7, 30]
    assert offsets(acted(without, "restore:4")) == [-3, 3, 7, 14, 30]


def test_a_step_moves_by_a_day_and_past_a_day_that_is_taken(draft: Draft) -> None:
    assert offsets(acted(draft, "later:2")) == [-3, 4, 7, 14, 30]
    near = with_step(draft, "2", days="6")
    assert offsets(acted(near, "later:2")) == [-3, 7, 8, 14, 30]
    assert offsets(acted(with_step(draft, "2", days="1"), "earlier:2"))[1] == 0
    assert acted(with_step(draft, "2", side="on", days=""), "earlier:2").step("2").side == "before"


def test_a_copy_stands_a_week_later_or_on_the_next_free_day_and_is_open(draft: Draft) -> None:
    copied = acted(draft, "copy:3")
    assert offsets(copied) == [-3, 3, 7, 14, 15, 30]
    assert copied.step(copied.open).template == "3"
    assert offsets(acted(copied, "add"))[-1] == 37


def test_a_schedule_does_not_grow_without_end(draft: Draft) -> None:
    for _ in range(2 * MOST_STEPS):
        draft = acted(draft, "add")
    assert len(draft.living) == MOST_STEPS
    assert len(acted(draft, "copy:2").living) == MOST_STEPS


@pytest.mark.parametrize("act", ["", "preview", "burn:2", "remove:99", "remove:", "later"])
def test_what_is_no_act_changes_nothing(draft: Draft, act: str) -> None:
    assert acted(draft, act) == draft


def test_two_steps_on_one_day_are_refused_in_plain_words(draft: Draft) -> None:
    errors = errors_of(with_step(draft, "2", days="7"))
    assert list(errors.values()) == ["Two steps stand 7 days after the due date: move or remove one of them"]
    assert errors_of(acted(with_step(draft, "2", days="7"), "remove:3")) == {}


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"days": "soon"}, "step-2-days", "number of days from 1 to 730"),
        ({"days": "0"}, "step-2-days", "from 1 to"),
        ({"days": "9999"}, "step-2-days", "from 1 to"),
        ({"days": "91", "side": "before"}, "step-2-days", "from 1 to 90"),
        ({"template": "77"}, "step-2-template", "Choose a template"),
        ({"minimum": "much"}, "step-2-minimum", "Give an amount"),
        ({"minimum": "-5"}, "step-2-minimum", "Give an amount"),
        ({"minimum": "NaN"}, "step-2-minimum", "Give an amount"),
    ],
)
def test_a_wrong_step_is_told_where_it_is_wrong(draft: Draft, facts: dict[str, str], field: str, words: str) -> None:
    assert words in errors_of(with_step(draft, "2", **facts))[field]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": ""}, "name"),
        ({"minimum": "x"}, "minimum"),
        ({"last_step_minimum": "1e99"}, "last_step_minimum"),
        ({"repeat_every": "0", "repeat_limit": "3"}, "repeat_every"),
        ({"repeat_every": "14", "repeat_limit": ""}, "repeat_limit"),
        ({"repeat_every": "14", "repeat_limit": "99"}, "repeat_limit"),
        ({"steps": ()}, "steps"),
    ],
)
def test_a_wrong_rule_is_told(draft: Draft, facts: dict[str, object], field: str) -> None:
    assert set(errors_of(msgspec.structs.replace(draft, **facts))) == {field}


def test_names_are_each_others_own_however_they_are_capitalised(draft: Draft) -> None:
    assert "name of its own" in checked(draft, TEMPLATES, ["BEST practice"])[1]["name"]


def test_the_entry_step_moves_with_its_day_and_the_one_before_takes_its_place(draft: Draft) -> None:
    assert draft.entry == "3"
    moved, _ = checked(acted(draft, "later:3"), TEMPLATES)
    assert moved is not None and moved.entry_offset == 8
    gone = acted(draft, "remove:3")
    assert (gone.entry, acted(gone, "remove:2").entry) == ("2", "4")
    left, _ = checked(gone, TEMPLATES)
    assert left is not None and left.entry_offset == 3
    before, _ = checked(with_step(draft, "3", side="before"), TEMPLATES)
    assert before is not None and before.entry_offset == 0


def test_old_debt_can_begin_anywhere_but_at_the_last_of_several_steps(draft: Draft) -> None:
    assert [key for key, _ in entries(draft, TEMPLATES)] == ["2", "3", "4", NO_LIMIT]
    only = msgspec.structs.replace(draft, steps=(DraftStep(key="n1", days="3", template="2"),))
    assert [key for key, _ in entries(only, TEMPLATES)] == ["n1", NO_LIMIT]


def test_repeats_and_minimums_are_read_as_people_write_them(draft: Draft) -> None:
    typed = msgspec.structs.replace(draft, repeat_every=" 14 ", repeat_limit="2", minimum="1,000", last_step_minimum="")
    schedule, errors = checked(read_draft(as_posted(typed)), TEMPLATES)
    assert errors == {} and schedule is not None
    assert (schedule.repeat_every_days, schedule.repeat_limit) == (14, 2)
    assert (schedule.minimum, schedule.last_step_minimum) == (Decimal(1000), Decimal(0))


def test_a_form_of_nonsense_is_read_without_harm() -> None:
    found = read_draft({"keys": "1,1,x,-5,n2,../..", "step-1-side": "sideways", "step-1-to": "everyone", "step-n2-sender": "x"})
    assert [step.key for step in found.steps] == ["1", "n2"]
    assert (found.step("1").side, found.step("1").to, found.step("n2").sender) == ("after", "normal", "normal")
    assert len(read_draft({"keys": ",".join(map(str, range(5000)))}).steps) == 3 * MOST_STEPS


def test_one_goes_on_where_the_last_button_leads(draft: Draft) -> None:
    assert focused(acted(draft, "remove:4"), "remove:4") == "restore-4"
    assert focused(acted(draft, "restore:4"), "restore:4") == "open-4"
    assert focused(acted(draft, "copy:4"), "copy:4") == "field-step-n1-days"
    assert acted(acted(draft, "open:4"), "close:4").open == ""
    assert focused(draft, "preview") == focused(draft, "later:4") == ""


def test_the_time_line_parts_at_the_due_date_and_says_what_sets_a_step_apart(draft: Draft) -> None:
    shown = time_line(acted(msgspec.structs.replace(draft, repeat_every="14"), "remove:2"), TEMPLATES, {"step-4-days": "!"})
    assert [card.when for card in shown.before] == ["3 days before"]
    assert [card.is_removed for card in shown.after] == [True, False, False, False]
    assert shown.after[1].notes == ("old debt begins here",)
    assert shown.after[2].is_wrong
    assert shown.after[3].notes == ("escalated mailbox", "asks for approval", "statement", "again every 14 days")


def test_stamps_tell_versions_apart_and_care_for_content_only() -> None:
    renumbered = tuple(msgspec.structs.replace(step, id=step.id + 90) for step in BEST_PRACTICE.steps)
    same = msgspec.structs.replace(BEST_PRACTICE, id=9, steps=renumbered, paused=True)
    assert stamp_of(same) == stamp_of(BEST_PRACTICE)
    seen = {stamp_of(BEST_PRACTICE)}
    for facts in ({"name": "x"}, {"entry_offset": 3}, {"minimum": Decimal(6)}, {"repeat_every_days": 7}, {"steps": ()}):
        seen.add(stamp_of(msgspec.structs.replace(BEST_PRACTICE, **facts)))
    first, *rest = BEST_PRACTICE.steps
    for changes in (
        {"offset": -4},
        {"link_portal": False},
        {"attach_invoices": False},
        {"needs_approval": True},
        {"minimum": Decimal(1)},
    ):
        steps = (msgspec.structs.replace(first, **changes), *rest)
        seen.add(stamp_of(msgspec.structs.replace(BEST_PRACTICE, steps=steps)))
    assert len(seen) == 11


def test_steps_are_said_as_people_say_them() -> None:
    assert (say_offset(-1), say_offset(0), say_offset(14)) == (
        "1 day before the due date",
        "on the due date",
        "14 days after the due date",
    )
    firm, final = BEST_PRACTICE.steps[3:]
    assert say_recipients(firm) == "normal recipients, copies to escalated and copy recipients"
    assert say_recipients(final) == "escalated recipients, copies to copy recipients"
    assert say_papers(final) == "invoice PDFs, statement, portal link"
    bare = msgspec.structs.replace(firm, attach_invoices=False, link_portal=False)
    assert say_papers(bare) == "nothing"
    assert ladder_in_short(BEST_PRACTICE) == "−3 · 3 · 7 · 14 · 30"
    assert ladder_in_short(BookSchedule(id=1, name="x", steps=(), entry_offset=None)) == ""
