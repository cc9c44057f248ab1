"""The forms of Piccolo Admin: the few jobs an installation's admins have. It draws them from these models."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from app import clock
from app.admin import job_actions, key_actions, mail_actions, organisation_actions, user_actions
from app.admin.failures import counted
from app.admin.gateway import Admin, Form
from app.admin.queries import organisation_called, user_called
from app.identity.forms import is_email
from app.piccolo_app import TABLES
from app.problems import Problem
from components.format import counted as so_many
from components.format import day_in_full
from workers import chasing, timetable
from workers.broker import ring
from workers.mail import deliver

del timetable  # importing it declares every actor, so that any of them can be rung
OPTIONAL: dict[str, Any] = {"extra": {"nullable": True}}


class NotAnAddress(Problem):
    """Give an email address, such as anna@borealis.example."""


class SayEverythingRestarted(Problem):
    """First restart every server and worker with the new key in front. Then come back and answer True."""


def _line(value: Any) -> Any:
    """One line of text, without what nobody can see."""
    return "".join(c for c in " ".join(value.split()) if c.isprintable()) if isinstance(value, str) else value


Line = Annotated[str, BeforeValidator(_line), Field(min_length=1, max_length=200)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class NewOrganisation(BaseModel):
    business: Line = Field(title="Name of the business")
    email: Line = Field(title="Email address of its owner")


class NewOwner(BaseModel):
    organisation: Line = Field(title="Organisation: its number or exact name")
    email: Line = Field(title="Email address of the owner to be")


class Pause(BaseModel):
    organisation: Line = Field(title="Organisation: its number or exact name")
    until: date | None = Field(None, title="Until this day (empty: until it is resumed)", json_schema_extra=OPTIONAL)
    reason: Line = Field(title="Reason: its members and owners read it")


class Resume(BaseModel):
    organisation: Line = Field(title="Organisation: its number or exact name")


class Somebody(BaseModel):
    email: Line = Field(title="Email address of the user")


class LostFactor(BaseModel):
    email: Line = Field(title="Email address of the user")
    how: Line = Field(title="How you made sure that it is really them who asked")


class Jobs(BaseModel):
    number: Number | None = Field(None, title="Number of the failed job (empty: all of them)", json_schema_extra=OPTIONAL)


class Mail(BaseModel):
    number: Number = Field(title="Number of the message")


class NewKey(BaseModel):
    restarted: bool = Field(False, title="Every server and worker was restarted with the new key in front")


def _address(text: str) -> str:
    if not is_email(text.lower()):
        raise NotAnAddress
    return text.lower()


async def create_organisation(admin: Admin, data: NewOrganisation) -> str:
    email = _address(data.email)
    number, letter = await organisation_actions.open_for(admin.user_id, admin.name, data.business, email, clock.now())
    _ring(letter)
    return f"{data.business} is organisation {number}. An invitation to own it is on its way to {email}; it lasts a week."


async def invite_owner(admin: Admin, data: NewOwner) -> str:
    email, found = _address(data.email), await organisation_called(data.organisation)
    _ring(await organisation_actions.invite_owner(admin.user_id, admin.name, found.id, found.name, email, clock.now()))
    return f"An invitation to own {found.name} is on its way to {email}; it lasts a week."


async def pause(admin: Admin, data: Pause) -> str:
    found = await organisation_called(data.organisation)
    _ring(*await organisation_actions.pause(admin.user_id, found, data.until, data.reason, clock.now()))
    chasing.reconsider.send()
    until = f"until {day_in_full(data.until)}" if data.until else "until it is resumed"
    return f"Chasing of {found.name} is paused {until}. Its owners are told by mail."


async def resume(admin: Admin, data: Resume) -> str:
    found = await organisation_called(data.organisation)
    await organisation_actions.resume(admin.user_id, found, clock.now())
    chasing.reconsider.send()
    return f"Chasing of {found.name} goes on where it stopped."


async def sign_out(admin: Admin, data: Somebody) -> str:
    whom = await user_called(data.email)
    await user_actions.sign_out_everywhere(admin.user_id, whom, clock.now())
    return f"{whom.name} is signed out in every browser."


async def remove_factor(admin: Admin, data: LostFactor) -> str:
    whom = await user_called(data.email)
    _ring(await user_actions.remove_factor(admin.user_id, whom, data.how, clock.now()))
    return f"{whom.name} signs in with the password alone now, is signed out everywhere, and is told by mail."


async def try_again(admin: Admin, data: Jobs) -> str:
    rung = await job_actions.try_again(ring, admin.user_id, admin.name, clock.now(), number=data.number)
    if not rung:
        return "There is no such failed job." if data.number else "No job is waiting: nothing has failed."
    jobs = so_many(rung.total(), "job is", "jobs are")
    return f"{jobs} being tried again: {counted(rung)}. What goes well leaves the list of open ones by itself."


async def send_again(admin: Admin, data: Mail) -> str:
    await mail_actions.send_again(admin.user_id, admin.name, data.number, clock.now())
    _ring(data.number)
    return f"Message {data.number} is on its way again."


async def change_key(admin: Admin, data: NewKey) -> str:
    if not data.restarted:
        raise SayEverythingRestarted
    done = await key_actions.change_over(TABLES, admin.user_id, clock.now())
    return (
        f"{so_many(done, 'secret is', 'secrets are')} sealed with the first key of SECRET_KEY; the others can be thrown away."
    )


def _ring(*letters: int | None) -> None:
    for message_id in letters:
        if message_id is not None:
            deliver.send(message_id)


BUSINESS, PEOPLE, RUNNING = "Organisations", "People", "Running"
FORMS = (
    Form(
        "Create an organisation", BUSINESS,
        "A new business in review mode, with the shipped templates and schedule. Its owner gets an invitation by mail and"
        " connects Xero.", NewOrganisation, create_organisation,
    ),
    Form(
        "Invite an owner", BUSINESS,
        "For an organisation whose owner is gone, or whose invitation has lapsed. An earlier invitation to the same address"
        " dies.", NewOwner, invite_owner,
    ),
    Form(
        "Pause chasing", BUSINESS,
        "Nothing goes to this organisation's customers until that day. Its members read why, its owners get a mail, and its"
        " managers can resume it.", Pause, pause,
    ),
    Form("Resume chasing", BUSINESS, "Chasing goes on where it stopped; nothing leaps.", Resume, resume),
    Form("Sign somebody out", PEOPLE, "Ends every session of a user, in every browser.", Somebody, sign_out),
    Form(
        "Remove a lost second factor", PEOPLE,
        "For somebody without their app and recovery codes. Make sure first that it is really them: call a number you know,"
        " or see them. They are told by mail, and your words stand in the audit trail. You must have signed in within the"
        " last quarter of an hour.", LostFactor, remove_factor,
    ),
    Form(
        "Try failed jobs again", RUNNING,
        "Rings work in the background once more that is open in the table failed job. Doing it twice does nothing twice.",
        Jobs, try_again,
    ),
    Form(
        "Send product mail again", RUNNING,
        "A mail of the product itself (kind system in the table message: invitations, notices) that failed, or of which"
        " nobody knows whether it left. If it did leave, it goes twice.", Mail, send_again,
    ),
    Form(
        "Change the sealing key", RUNNING,
        "After a new key was put in front (SECRET_KEY=new,old) and every server and worker was restarted: seals every secret"
        " in the database with the new one, so that the old one can be thrown away.", NewKey, change_key,
    ),
)  # fmt: skip
