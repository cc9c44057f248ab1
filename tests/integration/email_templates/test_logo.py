"""The logo in an email: it travels with it, once it was uploaded; its name stands in the plain text."""

import io

import pytest
from PIL import Image

from app.chasing.letter_queries import business_of
from app.email_templates.facts import facts_of
from app.email_templates.rendering import Rendered, Unrenderable, render
from app.email_templates.sample import sample_letter
from app.mail.picture_queries import pictured_attachments, with_pictures
from app.organisations.logo_actions import keep_logo
from app.organisations.logo_gateway import picture_of
from app.organisations.membership import Role
from app.organisations.tables import Organisation
from app.outbox.tables import Message
from tests.cast import NOW, TODAY, borealis
from tests.unit.email_templates.letters import SENDER

pytestmark = pytest.mark.usefixtures("database")


async def written(organisation_id: int) -> Rendered | Unrenderable:
    organisation = await Organisation.objects().get(Organisation.id == organisation_id)
    assert organisation is not None
    letter = sample_letter(business_of(organisation), SENDER, TODAY, "en_GB", "GBP", 7)
    return render("S", "{{ logo | }}\nHello", facts_of(letter))


async def test_an_uploaded_logo_goes_with_the_email_and_is_shown_on_our_pages() -> None:
    firm = await borealis()
    drawn = io.BytesIO()
    Image.new("RGB", (320, 120), "#0f6456").save(drawn, "PNG")
    await keep_logo(firm.members[Role.OWNER], picture_of(drawn.getvalue()), NOW)
    found = await written(firm.id)
    assert isinstance(found, Rendered)
    assert found.text == "Borealis Studio Ltd\nHello\n"
    [picture] = await pictured_attachments(Message(html=found.html, attachments="[]", sender_id=None)) or ()
    assert f'src="cid:{picture.shown_as}"' in found.html
    assert 'src="data:image/png;base64,' in await with_pictures(found.html, None)


async def test_without_one_its_line_is_left_out() -> None:
    found = await written((await borealis()).id)
    assert isinstance(found, Rendered)
    assert found.text == "Hello\n"
    assert "<img" not in found.html
