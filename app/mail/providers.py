"""The mail providers that one signs in to by OAuth: where they are, what is asked of them, and how they name their DNS."""

from typing import Literal

from msgspec import Struct

from app.settings import Settings

Account = Literal["smtp", "google", "microsoft"]
BY_OAUTH: tuple[Account, ...] = ("google", "microsoft")


class MailProvider(Struct, frozen=True, kw_only=True):
    """`extra` goes along to the consent page: without it Google gives no refresh token to whoever consented before."""

    account: Account
    title: str
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str
    scopes: str
    smtp_host: str
    imap_host: str
    needs: str
    """The settings that whoever runs this installation must give first."""
    extra: dict[str, str]

    @property
    def is_set_up(self) -> bool:
        return bool(self.client_id)


def providers_of(chosen: Settings) -> dict[str, MailProvider]:
    """Scopes: developers.google.com/workspace/gmail/imap/xoauth2-protocol and
    learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"""
    google = MailProvider(
        account="google",
        title="Google",
        authorize_url=chosen.google_authorize_url,
        token_url=chosen.google_token_url,
        client_id=chosen.google_client_id,
        client_secret=chosen.google_client_secret,
        scopes="openid email https://mail.google.com/",
        smtp_host="smtp.gmail.com",
        imap_host="imap.gmail.com",
        needs="GOOGLE_CLIENT_ID and GOOGLE_CLIENT_SECRET",
        extra={"access_type": "offline", "prompt": "consent"},
    )
    microsoft = MailProvider(
        account="microsoft",
        title="Microsoft 365",
        authorize_url=chosen.microsoft_authorize_url,
        token_url=chosen.microsoft_token_url,
        client_id=chosen.microsoft_client_id,
        client_secret=chosen.microsoft_client_secret,
        scopes=(
            "openid email offline_access https://outlook.office.com/SMTP.Send https://outlook.office.com/IMAP.AccessAsUser.All"
        ),
        smtp_host="smtp.office365.com",
        imap_host="outlook.office365.com",
        needs="MICROSOFT_CLIENT_ID and MICROSOFT_CLIENT_SECRET",
        extra={"prompt": "select_account"},
    )
    return {"google": google, "microsoft": microsoft}
