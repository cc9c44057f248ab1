"""The logo of a business, by its content's name: whoever knows the name may see it, as on any letter."""

from base64 import b64encode

from app.organisations.tables import Logo
from app.problems import NotFound


def logo_url(name: str) -> str:
    """Where its picture is; '' for none. `name` is organisation.logo."""
    return f"/logos/{name}.png" if name else ""


async def logo_on_paper(organisation_id: int) -> str:
    """The picture itself, as a data address for a document that may fetch nothing; '' for none."""
    row = await Logo.select(Logo.content).where(Logo.organisation == organisation_id).first()
    return "data:image/png;base64," + b64encode(bytes(row["content"])).decode() if row else ""


async def logo_content(name: str) -> bytes:
    """The PNG. Raise NotFound for a name that no business uses any more."""
    row = await Logo.select(Logo.content).where(Logo.hash == name).first()
    if row is None:
        raise NotFound
    return bytes(row["content"])
