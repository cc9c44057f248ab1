"""/customers/{id}/language: in which language a customer is written to."""

from datetime import datetime

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from app.customers.language_actions import set_language
from app.customers.page_controllers import changed
from app.customers.queries import customer_for
from app.customers.tables import Customer
from app.email_templates.languages import CODES, language_name, offered
from app.email_templates.queries import languages_of, templates_of
from app.organisations.membership import Role, SignedIn
from app.screen import FormData, Screen, needs


class CustomerLanguageController(Controller):
    path = "/customers/{customer_id:int}/language"
    guards = [needs(Role.CONTROLLER)]

    @get()
    async def edit(self, customer_id: FromPath[int], member: Given[SignedIn], screen: Given[Screen]) -> Response[str]:
        return await _form(screen, member, await customer_for(member, customer_id))

    @post()
    async def update(
        self, customer_id: FromPath[int], data: FormData, member: Given[SignedIn], screen: Given[Screen], now: Given[datetime]
    ) -> Response[str]:
        customer, language = await customer_for(member, customer_id), data.get("language", "")
        if language and language not in CODES:
            return await _form(screen, member, customer, {"language": "Choose a language from the list"})
        await set_language(member, customer, language, now)
        said = f"{customer.name} is written to " + (f"in {language_name(language)}." if language else "as everybody.")
        return await changed(member, customer.id, screen, now, said)


async def _form(screen: Screen, member: SignedIn, customer: Customer, errors: dict[str, str] | None = None) -> Response[str]:
    templates = await templates_of(member.organisation_id)
    own = await languages_of([each.id for each in templates])
    lacking = [each.name for each in templates if customer.language and customer.language not in own[each.id]]
    context = {
        "customer": customer,
        "offered": (("", "As everybody"), *offered()),
        "lacking": lacking,
        "errors": errors or {},
    }
    return await screen.page("email_templates/customer_language.html", context, status=422 if errors else 200)
