"""Telling two versions of a schedule apart, so that nobody saves over what somebody else saved meanwhile."""

from hashlib import blake2b

import msgspec

from app.schedules.book import BookSchedule, BookStep


def stamp_of(schedule: BookSchedule) -> str:
    """The same for the same content, whatever its ids; whether it is paused is no part of it."""
    steps = [_facts(step) for step in sorted(schedule.steps, key=lambda step: step.offset)]
    minimums = [f"{schedule.minimum:.4f}", f"{schedule.last_step_minimum:.4f}"]
    repeat = [schedule.repeat_every_days, schedule.repeat_limit]
    content = [schedule.name, schedule.entry_offset, minimums, repeat, steps]
    return blake2b(msgspec.json.encode(content), digest_size=12).hexdigest()


def _facts(step: BookStep) -> list[object]:
    papers = [step.attach_invoices, step.attach_statement, step.link_portal]
    people = [step.sender, step.recipient_kinds, step.needs_approval]
    return [step.offset, step.template_id, people, papers, f"{step.minimum:.4f}"]
