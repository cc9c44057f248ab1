"""What is held about a customer: to look at, to take out, to erase."""

from datetime import datetime
from urllib.parse import quote

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.queries import customer_for
from app.customers.tables import Customer
from app.organisations.membership import Role, SignedIn
from app.privacy import actions
from app.privacy.exporting import read_me_for, zipped
from app.privacy.forms import is_name
from app.privacy.queries import everything_about, file_content, sealed_name
from app.privacy.words import counts_of
from app.screen import FormData, Screen, needs

OTHER_NAME = "This is not the customer’s name as it stands here"


class CustomerPrivacyController(Controller):
    path = "/customers/{customer_id:int}/privacy"
    guards = [needs(Role.MANAGER)]

    @get()
    async def show(
        self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        return await _page(member, await customer_for(member, customer_id), screen, now)


class ExportController(Controller):
    path = "/customers/{customer_id:int}/export"
    guards = [needs(Role.MANAGER)]

    @post(status_code=200)
    async def create(self, customer_id: FromPath[int], member: Given[SignedIn], now: Given[datetime]) -> Response[bytes]:
        customer = await customer_for(member, customer_id)
        found = await everything_about(member, customer, now)
        files = {f"{number:03} {sealed_name(name)}": digest for number, (digest, name) in enumerate(found.files.items(), 1)}
        contents = {name: await file_content(digest) or b"" for name, digest in files.items()}
        content = zipped(read_me_for(member.organisation, customer.name, now), found.tables, found.mentions, contents)
        name = quote(f"{sealed_name(customer.name)}.zip")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"}
        return Response(content, media_type="application/zip", headers=headers)


class ErasureController(Controller):
    path = "/customers/{customer_id:int}/erasure"
    guards = [needs(Role.OWNER)]

    @post()
    async def create(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer = await customer_for(member, customer_id)
        if not is_name(data.get("name", ""), customer.name):
            return await _page(member, customer, screen, now, {"name": OTHER_NAME})
        await actions.erase(member, customer, now)
        said = "Erased. Invoice numbers and amounts are kept, and no sync brings the rest back."
        return screen.back(f"/customers/{customer.id}", flash=said)


async def _page(
    member: SignedIn, customer: Customer, screen: Screen, now: datetime, errors: dict[str, str] | None = None
) -> Response[str]:
    context = {
        "customer": customer,
        "counts": counts_of(await everything_about(member, customer, now)),
        "may_erase": member.may(Role.OWNER),
        "errors": errors or {},
    }
    return await screen.page("privacy/customer.html", context, status=422 if errors else 200)
