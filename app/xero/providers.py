"""The accounting softwares that this installation can connect to, as its settings say."""

import msgspec

from app.settings import Settings


class Provider(msgspec.Struct, frozen=True):
    """Where one accounting software is; `api` also serves /connections."""

    name: str
    title: str
    login: str
    identity: str
    api: str
    client_id: str
    client_secret: str


def providers_of(chosen: Settings) -> list[Provider]:
    found = []
    if chosen.xero_client_id:
        hosts = (chosen.xero_login_url, chosen.xero_identity_url, chosen.xero_api_url)
        found.append(Provider("xero", "Xero", *hosts, chosen.xero_client_id, chosen.xero_client_secret))
    if chosen.demo_ledger_url:
        ledger = chosen.demo_ledger_url
        found.append(Provider("demo", "Demo ledger", ledger, ledger, ledger, "tactful", "demo"))
    return found
