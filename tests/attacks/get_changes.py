"""S13: which tables looking at a page may change: sessions that were last seen now, visits, caches, stamps. Nothing else."""

SEEN = frozenset({"user_session", "users"})
"""When they were last seen: any page a member looks at."""
GUESS = frozenset({"attempt"})
"""Counts guesses at links."""
VISIT = GUESS | {"portal_visit", "portal_link", "activity"}
PAPERS = frozenset({"cached_pdf", "stored_file", "xero_call_budget"})
"""Fetched from Xero and kept."""
TAKEN_OUT = frozenset({"audit_entry"})
BY_ROUTE = {
    "/p/{token}": VISIT | {"lease", "sync_run"},  # asks for a sync, so that what was just paid is seen
    "/p/{token}/statement.pdf": VISIT,
    "/p/{token}/invoices/{invoice}": VISIT | PAPERS,
    "/p/{token}/papers.zip": VISIT | PAPERS,
    "/p/{token}/invoices/{invoice}/pay": GUESS | {"xero_call_budget"},
    "/p/{token}/answers/{act_id}": GUESS,
    "/p/{token}/figures": GUESS,
    "/p/{token}/payment": GUESS,
    "/p/{token}/payment/{currency}": GUESS,
    "/p/{token}/{elsewhere}": GUESS,
    "/invitations/{token}": GUESS,
    "/new-password/{token}": GUESS,
    "/sign-in/link/{token}": GUESS,
    "/unsubscribe/{token}": GUESS,
    "/account/email/{token}": GUESS,
    "/invoices/{invoice}": PAPERS,
    "/customers/{customer_id}/portal/invoices/{invoice}": PAPERS,
    "/customers/{customer_id}/portal/invoices/{invoice}/pay": frozenset({"xero_call_budget"}),
    "/customers/{customer_id}/portal/papers.zip": PAPERS,
    "/customers.csv": TAKEN_OUT,
    "/customers.xlsx": TAKEN_OUT,
    "/invoices.csv": TAKEN_OUT,
    "/invoices.xlsx": TAKEN_OUT,
    "/settings/audit.csv": TAKEN_OUT,
    "/settings/audit.xlsx": TAKEN_OUT,
    "/statements/months/{file}": TAKEN_OUT,
    "/xero/callback": frozenset({"xero_authorisation"}),  # bound to the session that asked
}
"""Besides SEEN."""


def may_change(route: str) -> frozenset[str]:
    """`route`: "GET /customers/{customer_id}"."""
    return SEEN | BY_ROUTE.get(route.removeprefix("GET "), frozenset())
