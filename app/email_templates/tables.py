"""Users' templates and their versions."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from app.organisations.tables import Organisation


class Template(Table, tablename="email_template"):
    id: Serial
    organisation = ForeignKey(Organisation, null=True, index=True)
    name = Varchar(length=120)
    purpose = Varchar(length=12)
    """reminder, thank_you or statement."""
    shipped_as = Varchar(length=40)
    """The name under which it came with the product; empty for the organisation's own."""
    current_version = Integer(default=1)
    """The number of the text for everybody that is in use; of a language's own text the highest number is."""
    lists_upcoming = Boolean(default=False)
    attaches_invoices = Boolean(default=True)
    """What goes with it unless a step says otherwise: a new step begins with these."""
    attaches_statement = Boolean(default=False)
    links_portal = Boolean(default=True)
    archived_at = Timestamptz(default=None, null=True)


class TemplateVersion(Table, tablename="email_template_version"):
    id: Serial
    template = ForeignKey(Template, null=True, index=True)
    number = Integer(default=1)
    """Counted through all languages of the template."""
    language = Varchar(length=10)
    """Empty: for everybody whose language has no text of its own; `-de`: German, taken out of use."""
    subject = Text()
    body = Text()
    """Text with {{ placeholders | fallback }}; HTML and plain text are both made from it."""
    made_by = Varchar(length=120)
    made_at = Timestamptz(default=None, null=True)
