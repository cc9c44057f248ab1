"""What the environment (or `.env` beside this repository) says about this installation, read once."""

import os
import secrets
from functools import lru_cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[1]

XERO_LOGIN = "https://login.xero.com"
XERO_IDENTITY = "https://identity.xero.com"
XERO_API = "https://api.xero.com"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field per setting; its environment variable is the same word in capitals."""

    database_url: str = ""
    """`postgres://user:password@host/name`, or `sqlite:///path`; empty: `tactful.sqlite` in `var_dir`."""

    broker_url: str = ""
    """`redis://…` or `amqp://…`; empty: the work is done inside the web process."""

    var_dir: Path = ROOT / "var"
    """Where SQLite, generated secrets and caches live; made on first use, never in version control."""

    secret_key: str = ""
    """Seals tokens and passwords at rest. Several, comma-separated: the first seals, all unseal (key rotation).
    Empty: generated once into `var_dir/secret_key`."""

    base_url: str = "http://localhost:8000"
    """The address under which users and customers reach this installation; links in mail begin with it."""

    host: str = "127.0.0.1"
    """The address the web server listens on."""

    port: int = 8000
    """The port the web server listens on; `tactful run` takes the next free one if it is taken."""

    xero_client_id: str = ""
    """The app's id from developer.xero.com; empty: only the demo ledger can be connected."""

    xero_client_secret: str = ""
    """The app's secret; empty for a PKCE app."""

    xero_login_url: str = XERO_LOGIN
    """Where a Xero user consents (authorize endpoint's host)."""

    xero_identity_url: str = XERO_IDENTITY
    """Where tokens are issued, refreshed and revoked."""

    xero_api_url: str = XERO_API
    """Where /connections and the Accounting API are."""

    xero_webhook_key: str = ""
    """The webhook signing key from developer.xero.com; empty: /webhooks/xero refuses everything."""

    demo_ledger_url: str = ""
    """The bundled demo ledger's address; set by `tactful run`. Empty: it is not offered."""

    smtp_url: str = ""
    """Where the product's own mail goes: `smtp://user:password@host:587?tls=starttls`
    (tls is starttls, tls or none). Empty: such mail waits in the outbox."""

    smtp_from: str = "Tactful <tactful@localhost>"
    """The sender of the product's own mail: password resets, notices, confirmations to customers without a sender."""

    google_client_id: str = ""
    """The OAuth client of console.cloud.google.com (Gmail API, redirect address `BASE_URL/senders/callback`); empty:
    mailboxes at Google are added by SMTP with an app password."""

    google_client_secret: str = ""

    google_authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"

    google_token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  an address

    microsoft_client_id: str = ""
    """The app registration of entra.microsoft.com (delegated SMTP.Send and IMAP.AccessAsUser.All, redirect address
    `BASE_URL/senders/callback`); empty: mailboxes at Microsoft 365 cannot be signed in to."""

    microsoft_client_secret: str = ""

    microsoft_authorize_url: str = "https://login.microsoftonline.com/common/oauth2/v2.0/authorize"
    """For one company's accounts only, its tenant id stands in place of `common`."""

    microsoft_token_url: str = "https://login.microsoftonline.com/common/oauth2/v2.0/token"  # noqa: S105  an address

    dns_servers: str = ""
    """Comma-separated name servers, `address` or `address:port`, that are asked for SPF, DKIM and DMARC; empty: the
    system's."""

    sign_up_open: bool = True
    """Whether anyone who reaches the sign-up page may open an account; false: by invitation only."""

    trusted_proxies: str = ""
    """Comma-separated addresses of reverse proxies whose X-Forwarded-For and -Proto are believed; empty: none."""

    render_processes: int = 2
    """How many statements are rendered at once, by each web process and worker; a process more takes about 80 MB, and
    is started only when it is needed."""

    support_email: str = ""
    """Shown under Help as whom to ask; empty: nobody is named."""

    support_url: str = ""
    """A page of support, shown beside it; http or https."""

    tactful_now: str = ""
    """An ISO instant from which the clock starts, for demonstrations and tests; refused with a real Xero connection."""

    log_level: str = "info"
    """debug, info, warning or error."""

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The sealing keys, the current one first; generated and kept in `var_dir` when none is configured."""
        configured = tuple(key.strip() for key in self.secret_key.split(",") if key.strip())
        return configured or (_generated_key(self.var_dir),)

    @property
    def is_https(self) -> bool:
        return self.base_url.startswith("https://")


@lru_cache(maxsize=8)
def _generated_key(var_dir: Path) -> str:
    path = var_dir / "secret_key"
    var_dir.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _dotenv(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text().splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip().strip("'\"") for key, value in pairs}


def read_settings(environment: dict[str, str]) -> Settings:
    """Raise `msgspec.ValidationError` naming the setting when one cannot be read."""
    values = {name: environment[name.upper()] for name in Settings.__struct_fields__ if name.upper() in environment}
    return msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))


@lru_cache(maxsize=1)
def settings() -> Settings:
    return read_settings({**_dotenv(ROOT / ".env"), **os.environ})


def reload_settings() -> Settings:
    """Read the environment anew, after a command has put its own values there."""
    settings.cache_clear()
    return settings()
