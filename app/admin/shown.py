"""How the admin shows each table: under which group, in which words, by which columns. Pure.

Every table of the product stands here (tests/web/admin/test_tables.py), but for stored_file: it holds nothing but bytes.
"""

from app.admin.shown_books import BOOKS
from app.admin.shown_installation import INSTALLATION

SHOWN = INSTALLATION | BOOKS

NAMED = {
    "users": "email", "organisation": "name", "customer": "name", "invoice": "number", "schedule": "name",
    "email_template": "name", "sender": "name", "message": "subject", "reminder": "template_name",
    "xero_grant": "provider", "member": "role",
}  # fmt: skip
"""What stands for a row where another names it; otherwise its number."""
