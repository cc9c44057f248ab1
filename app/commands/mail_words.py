"""What is to be translated of the words that placeholders write in emails, as a gettext template (.pot)."""

from io import BytesIO

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from app.settings import ROOT


def mail_words() -> Catalog:
    """In English, by where they stand."""
    catalogue = Catalog(project="tactful", charset="utf-8")
    folder, pattern = "app/email_templates", "**.py"
    for name, line, text, _, _ in extract_from_dir(ROOT / folder, [(pattern, "python")], keywords={"say": None, "self": None}):
        catalogue.add(text, locations=[(f"{folder}/{name}", line)])
    return catalogue


def written() -> str:
    paper = BytesIO()
    write_po(paper, mail_words(), width=120, sort_by_file=True)
    return paper.getvalue().decode()
