"""Whether members are mailed in the evening what goes the next day."""

from litestar import Controller, Response, post
from litestar.di import NamedDependency as Given

from app.chasing import digest_actions
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs


class DigestController(Controller):
    path = "/senders/digest"

    @post(guards=[needs(Role.MANAGER)])
    async def update(self, data: FormData, member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        sends = bool(data.get("sends"))
        await digest_actions.switch(member.organisation_id, sends)
        said = "The evening email is switched on." if sends else "The evening email is switched off."
        return screen.back("/senders", flash=said)
