"""Messages and their states, on both databases."""

from datetime import timedelta

import pytest

from app.outbox import actions, queries
from app.outbox.file_actions import keep
from app.outbox.messages import MASK, NewMessage, headers_of
from app.outbox.states import Kind, State
from app.outbox.tables import Message, StoredFile
from app.problems import OutOfDate
from tests.cast import NOW

pytestmark = pytest.mark.usefixtures("database")
TOKEN = "p_0123456789abcdefghijklmnopqrstuv"


def new(**facts: object) -> NewMessage:
    standard: dict[str, object] = {
        "organisation_id": 1, "kind": Kind.REMINDER, "to": ("a@b.example",), "subject": "S", "text": "T", "sender_id": 1,
    }  # fmt: skip
    return NewMessage(**{**standard, **facts})  # type: ignore[arg-type]


async def drafted(**facts: object) -> int:
    message = await actions.draft(new(**facts), NOW)
    assert message is not None
    return message


async def row_of(message_id: int) -> Message:
    row = await queries.message(message_id)
    assert row is not None
    return row


async def sent(message_id: int, mime_message_id: str = "<1@b.example>", headers: dict[str, str] | None = None) -> None:
    claimed = await actions.claim(message_id, "w", NOW, headers=headers or {}, mime_message_id=mime_message_id)
    assert claimed is not None
    await actions.settle_sent(claimed, "250 OK", NOW)


async def test_a_key_is_taken_while_it_is_planned_or_sent_and_free_after_a_cancellation() -> None:
    first = await drafted(unique_key="k")
    assert await actions.draft(new(unique_key="k"), NOW) is None
    await actions.cancel(first, "Paid.", NOW)
    second = await drafted(unique_key="k")
    await sent(second)
    assert await actions.draft(new(unique_key="k"), NOW) is None


async def test_a_failed_one_gives_its_key_back_and_can_be_sent_again_only_while_it_is_free() -> None:
    message = await drafted(unique_key="k")
    claimed = await actions.claim(message, "w", NOW)
    assert claimed is not None
    await actions.settle_failed(claimed, "Refused.", "550 no")
    other = await drafted(unique_key="k")
    with pytest.raises(OutOfDate):
        await actions.send_again(message, "Anna", NOW)
    await actions.cancel(other, "Not needed.", NOW)
    await actions.send_again(message, "Anna", NOW)
    assert (await row_of(message)).state == State.APPROVED


async def test_an_approval_dies_with_the_words_it_was_given_for() -> None:
    message = await drafted(needs_approval=True)
    await actions.approve([message], "Anna", NOW)
    await actions.rewrite(message, new(needs_approval=True, text="Other words"))
    row = await row_of(message)
    assert (row.state, row.approved_by, row.text) == (State.PLANNED, "", "Other words")
    assert await actions.claim(message, "w", NOW) is None


async def test_what_is_claimed_cannot_be_rewritten_or_cancelled() -> None:
    message = await drafted()
    await actions.claim(message, "w", NOW)
    assert not await actions.rewrite(message, new(text="Other"))
    assert not await actions.cancel(message, "Paid.", NOW)
    assert (await row_of(message)).text == "T"


@pytest.mark.parametrize(
    ("facts", "leaves"),
    [
        ({}, True),
        ({"not_before_at": NOW + timedelta(seconds=1)}, False),
        ({"not_before_at": NOW}, True),
        ({"not_after_at": NOW - timedelta(seconds=1)}, False),
        ({"not_after_at": NOW}, True),
        ({"needs_approval": True}, False),
    ],
)
async def test_a_message_leaves_within_its_window_and_with_its_approval(facts: dict[str, object], leaves: bool) -> None:
    message = await drafted(**facts)
    assert (await actions.claim(message, "w", NOW) is not None) is leaves


async def test_only_the_holder_of_the_claim_settles_it() -> None:
    message = await drafted()
    claimed = await actions.claim(message, "w1", NOW)
    assert claimed is not None
    claimed.claimed_by = "w2"
    assert not await actions.settle_failed(claimed, "No.", "")
    assert not await actions.settle_sent(claimed, "250", NOW)
    assert (await row_of(message)).state == State.SENDING


async def test_the_mail_servers_answer_counts_even_after_a_sweep_took_the_claim_for_abandoned() -> None:
    message = await drafted()
    claimed = await actions.claim(message, "elsewhere:1:1", NOW)
    assert claimed is not None
    assert await actions.park_abandoned(NOW + timedelta(minutes=10)) == (message,)
    assert await actions.settle_sent(claimed, "250 OK", NOW)
    assert (await row_of(message)).state == State.SENT


async def test_what_was_put_off_lapses_when_its_window_is_over_and_what_was_never_tried_does_not() -> None:
    tried = await drafted(not_after_at=NOW + timedelta(hours=1))
    untried = await drafted(not_after_at=NOW + timedelta(hours=1))
    claimed = await actions.claim(tried, "w", NOW)
    assert claimed is not None
    await actions.settle_retry(claimed, "450 later", NOW)
    assert await actions.lapse(NOW + timedelta(minutes=30)) == ()
    assert await actions.lapse(NOW + timedelta(hours=2)) == (tried,)
    assert (await row_of(untried)).state == State.PLANNED


async def test_whoever_listens_is_told_in_the_same_transaction_when_a_step_is_free_again() -> None:
    told = list[int]()

    async def listen(message_id: int) -> None:
        told.append(message_id)
        if len(told) == 2:
            raise RuntimeError

    actions.on_freed.append(listen)
    try:
        first, second = await drafted(), await drafted()
        await actions.cancel(first, "Paid.", NOW)
        with pytest.raises(RuntimeError):
            await actions.cancel(second, "Paid.", NOW)
    finally:
        actions.on_freed.remove(listen)
    assert told == [first, second]
    assert (await row_of(second)).state == State.PLANNED, "what the listener could not do undoes the cancellation"


async def test_the_portal_token_is_masked_before_it_is_stored() -> None:
    message = await drafted(text=f"x/p/{TOKEN}", html=f"<a href='x/p/{TOKEN}#promises'>", portal_token=TOKEN)
    row = await Message.select().where(Message.id == message).first()
    assert row is not None
    assert TOKEN not in repr(row)
    assert MASK in row["text"]
    assert f"{MASK}#promises" in row["html"]


async def test_a_thread_goes_on_from_the_same_mailbox_and_not_from_another() -> None:
    first = await drafted()
    await sent(first, "<1@b.example>")
    second = await drafted(continues=first)
    headers = headers_of((await row_of(second)).headers)
    assert headers == {"In-Reply-To": "<1@b.example>", "References": "<1@b.example>"}
    await sent(second, "<2@b.example>", headers)
    third = headers_of((await row_of(await drafted(continues=second))).headers)
    assert third == {"In-Reply-To": "<2@b.example>", "References": "<1@b.example> <2@b.example>"}
    elsewhere = await drafted(continues=first, sender_id=2)
    assert headers_of((await row_of(elsewhere)).headers) == {}


async def test_a_thread_does_not_go_on_from_what_never_went() -> None:
    first = await drafted()
    assert headers_of((await row_of(await drafted(continues=first))).headers) == {}


async def test_a_file_is_stored_once_per_content() -> None:
    one, again, other = [await keep(content, "application/pdf", NOW) for content in (b"a", b"a", b"b")]
    assert one == again != other
    assert await StoredFile.count() == 2
    assert await queries.files([one, other, "unknown"]) == {one: b"a", other: b"b"}


async def test_what_was_planned_anew_at_the_same_moment_is_out_of_date_and_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look comes first, the other draft second, the change last: the unique index decides."""
    failed = await drafted(unique_key="invoice:1:step:3:1")
    await actions.claim(failed, "w", NOW)
    await actions.settle_failed(await row_of(failed), "refused", "550")

    async def not_yet(_: Message) -> bool:
        return False

    monkeypatch.setattr(queries, "is_key_taken", not_yet)
    again = await drafted(unique_key="invoice:1:step:3:1")
    with pytest.raises(OutOfDate):
        await actions.send_again(failed, "Anna", NOW)
    assert [(await row_of(each)).state for each in (failed, again)] == [State.FAILED, State.PLANNED]
