"""A real IMAP server, Dovecot, on a free port: `with Dovecot() as server:`. Every user has the password "secret"."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType

from tests.cast import NOW

PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else "")
CAN_RUN = bool(PROGRAM) and os.geteuid() == 0
PASSWORD = "secret"

CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login {mechanisms}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
auth_failure_delay = 0
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
  {sent}
}}
{passdb}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
"""
SENT = "mailbox Sent {\n    special_use = \\Sent\n    auto = subscribe\n  }"
BY_PASSWORD = "passdb {\n  driver = static\n  args = password=secret\n}"
BY_TOKEN = "passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {conf}\n}}\n"
OAUTH = """
tokeninfo_url = {url}
username_attribute = email
"""


class Dovecot:
    """`tokeninfo`: where it asks whose an access token is; empty: it knows passwords only."""

    def __init__(self, *, has_sent: bool = True, tokeninfo: str = "") -> None:
        """In a folder of its own: pytest closes its own to everybody else, and Dovecot reads mail as `nobody`."""
        folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
        self.folder, self.port = folder, _free_port()
        folder.chmod(0o755)
        owner = pwd.getpwnam("nobody")
        for name in ("run", "mail"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
        passdb = BY_PASSWORD
        if tokeninfo:
            (folder / "oauth2.conf").write_text(OAUTH.format(url=tokeninfo))
            passdb = BY_TOKEN.format(conf=folder / "oauth2.conf") + BY_PASSWORD
        config = CONFIG.format(
            folder=folder, port=self.port, user=owner.pw_uid, group=owner.pw_gid, sent=SENT if has_sent else "",
            passdb=passdb, mechanisms="xoauth2" if tokeninfo else "",
        )  # fmt: skip
        (folder / "dovecot.conf").write_text(config)

    def __enter__(self) -> "Dovecot":
        command = [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")]
        self._process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as found:
                    if found.recv(4):
                        return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text() if (self.folder / "log").exists() else "no log")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def open(self, user: str) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(user, PASSWORD)
        return client

    def deliver(self, user: str, *mails: EmailMessage | bytes, at: datetime = NOW) -> None:
        """Put mails into the user's inbox, unread. Dovecot lets none arrive later than it is by the machine's own clock."""
        client = self.open(user)
        for mail in mails:
            content = mail if isinstance(mail, bytes) else mail.as_bytes()
            lines = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            answer = client.append("INBOX", "", imaplib.Time2Internaldate(at), lines)
            assert answer[0] == "OK", answer
        client.logout()

    def folder_of(self, user: str, name: str = "INBOX") -> list[tuple[bytes, bytes]]:
        """Flags and bytes of each mail in a folder."""
        client = self.open(user)
        client.select(name, readonly=True)
        numbers = client.search(None, "ALL")[1][0].split()
        found = []
        for number in numbers:
            _, answer = client.fetch(number.decode(), "(FLAGS BODY.PEEK[])")
            head, body = answer[0]  # type: ignore[misc]
            found.append((head + (answer[1] if isinstance(answer[1], bytes) else b""), body))
        client.logout()
        return found


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
