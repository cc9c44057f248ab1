"""S9: whatever stands in names, subjects and addresses, a real mail server gets no header from it, and the letters that come
after go."""

import pytest

from app.mail.actions import deliver
from app.outbox.states import State
from tests.cast import NOW, borealis
from tests.faults.mail.counting_server import CountingServer
from tests.faults.mail.letters import a_letter, a_mailbox, a_sender, always_same, state_of

BREAKS = ("\r\n", "\n", "\r", "\r\n ", "\x0b", "\x85", "\u2028", "\n\n<p>", "\r\n.\r\n")


@pytest.mark.usefixtures("database")
async def test_no_break_in_a_line_adds_a_header_and_the_batch_goes_on() -> None:
    firm = await borealis()
    with CountingServer() as server:
        sender = await a_sender(firm.id, server.port)
        letters = []
        for each in BREAKS:
            evil = f"{each}Bcc: evil@x.example{each}X-Evil: 1"
            letters.append((await a_letter(sender, subject=f"Invoice{evil}"), State.SENT))
            letters.append((await a_letter(sender, to=(f"ap@harbour.example{evil}",)), None))
            letters.append((await a_letter(sender), State.SENT))
        mailbox = a_mailbox(server.port)
        for letter, _ in letters:
            await deliver(letter, mailbox=mailbox, recheck=always_same, worker="w", now=NOW)
        await mailbox.close()
    states = [(await state_of(letter), wanted) for letter, wanted in letters]
    assert [found for found, wanted in states if wanted and found is not wanted] == []
    assert {found for found, wanted in states if wanted is None} == {State.FAILED}, "what is no address is refused"
    assert len(server.messages) == 2 * len(BREAKS)
    for message in server.messages:
        assert message["To"] == "ap@harbour.example" and "Bcc" not in message and "X-Evil" not in message
        assert message["Subject"].startswith("Invoice")
