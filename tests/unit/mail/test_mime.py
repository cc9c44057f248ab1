"""Messages as bytes, read back by an independent parser; nothing anybody is called adds a header (S9)."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.mime import FilePart, Letter, UnusableAddressError, mailbox, mime, one_line, own_headers, usable

AT = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
MESSAGE_ID = "<7.abc@borealis.example>"
KNOWN = {
    "from", "to", "cc", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "mime-version",
    "content-type", "content-transfer-encoding",
}  # fmt: skip
NASTY = [
    "Ann\r\nBcc: evil@x.example", "Ann\nX-Evil: 1", "Ann\rX: 1", "Ann\x00", "\"Quoted\" O'Neill", "Ünïcödé Ltd",
    "株式会社", "ال شركة",
    "=?utf-8?q?Bcc:_evil=40x.example?=", "a" * 500, "Ann <evil@x.example>", "Ann, Bob; Carl", "(comment)", "\\", "\"", "",
    "👩‍💼 Ltd", "<script>", "Łódź & Sønner", "A\u2028Bcc: x@x.example", "A\u0085Bcc: x@x.example", "\t\tTab", ".",
    "to:", "Ann@Bob",
]  # fmt: skip


def a_letter(**changes: object) -> Letter:
    headers = own_headers("Anna Berg", "anna@borealis.example", "", MESSAGE_ID, AT)
    standard: dict[str, object] = {
        "to": ("ap@harbour.example",), "cc": (), "subject": "Invoice", "text": "Hello\n", "html": "<p>Hello</p>",
        "headers": headers, "files": (),
    }  # fmt: skip
    return Letter(**{**standard, **changes})  # type: ignore[arg-type]


def read(content: bytes) -> EmailMessage:
    found = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_name_is_only_ever_a_name(name: str) -> None:
    headers = own_headers(name, "anna@borealis.example", "", MESSAGE_ID, AT)
    content = mime(a_letter(headers=headers, subject=f"For {name}", files=(FilePart(name or "x", "application/pdf", b"%PDF"),)))
    message = read(content)
    assert {key.lower() for key in message} <= KNOWN
    assert len(message["From"].addresses) == 1
    assert message["From"].addresses[0].addr_spec == "anna@borealis.example"
    assert message["From"].addresses[0].display_name in (one_line(name), "Bcc: evil@x.example")
    assert [str(address) for address in message["To"].addresses] == ["ap@harbour.example"]
    assert b"evil@x.example" not in b"".join(line for line in content.splitlines() if line.lower().startswith(b"bcc"))
    assert content.isascii()


@pytest.mark.parametrize(
    "address",
    ["a@b.example\r\nBcc: evil@x.example", "a@b.example, evil@x.example", "a@b.example>\n", "a b@c.example", "@b.example", "a@",
     "a", "", "a@@b.example", "a@b..example", "ü@b.example", ".a@b.example", "a..b@c.example", "a@b.example;c", "<a@b.example>",
     "\"a b\"@c.example", "a" * 65 + "@b.example", "a@" + "b" * 64 + ".example", "a\x00@b.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused_before_anything_is_sent(address: str) -> None:
    with pytest.raises(UnusableAddressError):
        mime(a_letter(to=(address,)))
    with pytest.raises(UnusableAddressError):
        mailbox(address)


def test_a_domain_in_another_script_is_written_in_ascii() -> None:
    assert usable("ap@müller.example") == "ap@xn--mller-kva.example"
    assert usable(" O'Neill+ap@harbour.example ") == "O'Neill+ap@harbour.example"


def test_the_same_letter_is_the_same_bytes() -> None:
    letter = a_letter(files=(FilePart("a.pdf", "application/pdf", b"%PDF" * 5000),))
    assert mime(letter) == mime(letter)


def test_every_part_arrives_as_it_was() -> None:
    text = "Grüße €\n.\n.. a line of one dot\nFrom the top\n" + "long " * 400 + "\n"
    html = "<p>Grüße €</p>" + "<b>x</b>" * 300
    files = (FilePart("Rechnung Ä/1.pdf", "application/pdf", bytes(range(256)) * 40), FilePart("x", "text/csv", b"a,b\r\n"))
    message = read(mime(a_letter(text=text, html=html, files=files, cc=("cc@harbour.example",))))
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().replace("\r\n", "\n") == text
    assert rich.get_content().strip() == html
    attachments = list(message.iter_attachments())
    assert [part.get_filename() for part in attachments] == ["Rechnung Ä-1.pdf", "x"]
    assert [part.get_payload(decode=True) for part in attachments] == [file.content for file in files]
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == MESSAGE_ID


def test_no_line_is_longer_than_the_standard_allows() -> None:
    content = mime(a_letter(subject="S" * 3000, text="x" * 5000, html="<p>" + "y" * 5000))
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_letter_without_html_is_plain_text() -> None:
    assert read(mime(a_letter(html=""))).get_content_type() == "text/plain"


@given(st.text(max_size=120), st.text(max_size=300), st.text(max_size=300))
@settings(deadline=None, max_examples=40)
def test_whatever_is_written_it_is_one_message_without_foreign_headers(name: str, subject: str, text: str) -> None:
    headers = own_headers(name, "anna@borealis.example", "", MESSAGE_ID, AT)
    for html in ("", f"<p>{text}</p>"):
        message = read(mime(a_letter(headers=headers, subject=subject, text=text, html=html)))
        assert {key.lower() for key in message} <= KNOWN


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=200), st.text("=.- Fromé£\t", max_size=400))
@settings(deadline=None, max_examples=60)
def test_text_and_html_arrive_as_they_were_written(first: str, second: str) -> None:
    text, html = f"{first}\n\n{second}.\n", f"<p>{second}</p>\n\n<p>{first}</p>\n"
    content = mime(a_letter(text=text, html=html, cc=("cc@harbour.example",)))
    plain, rich = read(content).iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(rich, EmailMessage)
    assert [plain.get_content_type(), rich.get_content_type()] == ["text/plain", "text/html"]
    assert [part.get_content().replace("\r\n", "\n") for part in (plain, rich)] == [text, html]
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    assert max(len(line) for line in content.splitlines()) <= 78


LONG_ID = f"<{'AM0PR04MB1234' * 5}@AM0PR04MB1234.eurprd04.prod.outlook.example>"
LONG_URL = f"<https://credit-control.a-rather-long-name.example/unsubscribe/{'1' * 9}-{'a' * 32}>"


def test_headers_are_folded_as_the_standard_library_does_it() -> None:
    """It writes the letters that have files; those without are written here."""
    many = [f"accounts.payable.{number}@harbour-foods.example" for number in range(5)]
    headers = {**a_letter().headers, "References": f"<a@b.example> {LONG_ID}", "List-Unsubscribe": LONG_URL}
    letters = [
        a_letter(to=many, cc=many[:2], headers=headers, files=files)
        for files in ((), (FilePart("a.pdf", "application/pdf", b"%PDF"),))
    ]
    ours, theirs = (mime(letter).partition(b"\r\nSubject: Invoice\r\n")[0] for letter in letters)
    assert ours == theirs
    assert ours.count(b"\r\n ") == len(many) - 1 + 1 + 1


def test_ids_and_addresses_of_pages_longer_than_a_line_are_never_encoded() -> None:
    """Exchange's Message-IDs are; encoded, no mail program would find the thread."""
    letter = a_letter()
    headers = {**letter.headers, "In-Reply-To": LONG_ID, "References": f"<a@b.example> {LONG_ID}", "List-Unsubscribe": LONG_URL}
    content = mime(a_letter(headers=headers)).decode()
    assert f"In-Reply-To: {LONG_ID}\r\n" in content
    assert f"References: <a@b.example>\r\n {LONG_ID}\r\n" in content
    assert f"List-Unsubscribe: {LONG_URL}\r\n" in content


def test_an_address_beyond_ascii_is_refused_in_words() -> None:
    with pytest.raises(UnusableAddressError, match="SMTPUTF8"):
        usable("jörg@harbour.example")
    assert usable("joerg@hafen-küche.example") == "joerg@xn--hafen-kche-geb.example"
