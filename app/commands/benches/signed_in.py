"""Somebody who may do everything, for benches that ask for pages."""

from datetime import timedelta

from app import clock
from app.identity import cookies
from app.identity.actions import begin_session
from app.identity.tables import User
from app.organisations.tables import Member


async def signed_in(organisation_id: int) -> dict[str, str]:
    """The headers of their browser."""
    now = clock.now()
    user = User(email="bench@example.com", name="Bench", active=True, created_at=now - timedelta(days=1))
    await user.save()
    await Member(organisation=organisation_id, user=user.id, role="owner", created_at=now).save()
    token = await begin_session(user.id, now, organisation_id=organisation_id)
    return {"cookie": f"{cookies.named(cookies.SESSION, https=False)}={token}"}
