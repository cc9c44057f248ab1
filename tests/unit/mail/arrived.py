"""Mails as they arrive: replies, notes of absence, reports of servers. `OURS` is the Message-ID of what we sent."""

OURS = "<7.abcdef@borealis.example>"


def a_mail(text: str = "Hello", *, kind: str = "text/plain; charset=utf-8", **headers: str) -> bytes:
    """Header names with _ for -; `From` is spelt From_."""
    standard = {"From": "Ann Lee <ap@harbour.example>", "To": "accounts@borealis.example", "Message-ID": "<r1@harbour.example>"}
    named = {name.strip("_").replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in {**standard, "Subject": "Re: Invoice INV-1", **named}.items() if value]
    return ("\n".join([*lines, "MIME-Version: 1.0", f"Content-Type: {kind}", "", text, ""])).encode()


def a_report(
    *, action: str = "failed", status: str = "5.1.1", answer: str = "smtp; 550 5.1.1 User unknown",
    address: str = "ap@harbour.example",
    original: str = f"Message-ID: {OURS}\nSubject: Invoice INV-1", subject: str = "Undelivered Mail Returned to Sender",
    message_id: str = "<d1@mx.example>",
) -> bytes:  # fmt: skip
    """As Postfix writes it (RFC 3464)."""
    parts = f"""This is a MIME-encapsulated message.

--b1
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example. I'm sorry to have to inform you that your message could not be delivered.

<{address}>: {answer}

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4F1
Arrival-Date: Mon, 30 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: {answer}

--b1
Content-Type: text/rfc822-headers

{original}

--b1--"""
    kind = 'multipart/report; report-type=delivery-status; boundary="b1"'
    return a_mail(
        parts, kind=kind, From_="MAILER-DAEMON@mx.example (Mail Delivery System)", Subject=subject,
        Auto_Submitted="auto-replied", Message_ID=message_id, Return_Path="<>",
    )  # fmt: skip


def a_complaint(message_id: str = "<f1@isp.example>") -> bytes:
    """RFC 5965, appendix B."""
    parts = f"""--b2
Content-Type: text/plain

This is an email abuse report.

--b2
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <ap@harbour.example>

--b2
Content-Type: message/rfc822

From: accounts@borealis.example
To: ap@harbour.example
Subject: Invoice INV-1
Message-ID: {OURS}

Hello
--b2--"""
    kind = 'multipart/report; report-type=feedback-report; boundary="b2"'
    return a_mail(parts, kind=kind, From_="abuse@isp.example", Subject="FW: Invoice INV-1", Message_ID=message_id)


QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ap@harbour.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Message-ID: <7.abcdef@borealis.example>
From: accounts@borealis.example
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ap@harbour.example
    host mx.harbour.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ap@harbour.example>:
    550 no such user

------ This is a copy of the message, including all the headers. ------

Message-ID: <7.abcdef@borealis.example>
"""
EXCHANGE = """Delivery has failed to these recipients or groups:

ap@harbour.example
The email address you entered couldn't be found. Please check the recipient's email address and try to resend the message.

Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'

Original message headers:

Message-ID: <7.abcdef@borealis.example>
"""
PLAIN = {
    "qmail": a_mail(QMAIL, From_="MAILER-DAEMON@mx.example", Subject="failure notice", Return_Path="<>"),
    "exim": a_mail(EXIM, From_="Mail Delivery System <Mailer-Daemon@mx.example>", X_Failed_Recipients="ap@harbour.example",
                   Subject="Mail delivery failed: returning message to sender"),
    "exchange": a_mail(EXCHANGE, From_="postmaster@harbour.example", Subject="Undeliverable: Invoice INV-1"),
}  # fmt: skip
