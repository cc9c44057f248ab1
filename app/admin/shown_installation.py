"""How the admin shows people, organisations, the audit trail and what keeps everything running. Pure."""

from app.admin.showing import Shown

PEOPLE, BUSINESS, AUDIT, RUNNING = "People", "Organisations", "Audit trail", "Running"

INSTALLATION = {
    "users": Shown(
        PEOPLE,
        "Somebody who can sign in. Here you can change the name, lock an account (active: false ends its sessions) and make"
        " somebody an admin of this installation (superuser). For a lost second factor and for signing somebody out there"
        " are forms.",
        "id email name active superuser last_seen_at created_at",
        frozenset({"name", "active", "superuser"}),
    ),
    "user_session": Shown(
        PEOPLE,
        "A browser that is signed in, or waits for its second factor. To end them, use the form Sign somebody out.",
        "id user organisation_id address user_agent awaits_factor created_at last_seen_at expires_at",
    ),
    "one_time_link": Shown(
        PEOPLE,
        "A link that works once: sign-in, new password, new email address. Only a digest of it is kept.",
        "id user purpose email expires_at used_at",
    ),
    "second_factor": Shown(
        PEOPLE,
        "Whose sign-in asks for a code. To remove a lost one, use the form Remove a lost second factor.",
        "id user made_at confirmed_at",
    ),
    "recovery_code": Shown(PEOPLE, "Stands in once for a code of the app. Only a digest of it is kept.", "id user used_at"),
    "attempt": Shown(PEOPLE, "A guess at a password or a link, counted against a limit for a day.", "id subject at"),
    "organisation": Shown(
        BUSINESS,
        "A business whose receivables are chased, and its settings. Its owners and managers change them; to pause or resume"
        " its chasing, use the forms.",
        "id name country currency timezone review_mode paused paused_until_on pause_reason restored set_up_at created_at",
    ),
    "member": Shown(
        BUSINESS,
        "A user in an organisation: owner, manager, controller or viewer. Its owners invite and remove; one without an owner"
        " gets one with the form Invite an owner.",
        "id organisation user role created_at",
    ),
    "invitation": Shown(
        BUSINESS,
        "Somebody asked by mail to become a member.",
        "id organisation email role invited_by sent_at expires_at ended_at",
    ),
    "bank_details_change": Shown(
        BUSINESS,
        "A change of where customers pay to, and who consented to it.",
        "id organisation asked_by_name asked_at outcome decided_by_name decided_at",
    ),
    "logo": Shown(
        BUSINESS, "The logo that stands on statements and in the portal.", "id organisation width height uploaded_at"
    ),
    "saved_view": Shown(
        BUSINESS, "A list as somebody wants to find it again.", "id organisation list_name name member_id is_shared created_at"
    ),
    "column_choice": Shown(BUSINESS, "In which columns a member reads a list.", "id member list_name columns view_id"),
    "audit_entry": Shown(
        AUDIT,
        "Who did what, when (UTC) and from where. Append-only: the database itself refuses changes. Without an organisation:"
        " what concerns the whole installation.",
        "id acted_at organisation_id user_id act subject fields is_by_admin address",
    ),
    "audit_value": Shown(
        AUDIT,
        "What a field was before and after an act, apart from the trail so that a customer's can be erased.",
        "id entry_id organisation_id customer_id field before after",
    ),
    "activity": Shown(
        AUDIT,
        "The timeline of customers and invoices: whatever happened to them.",
        "id happened_at organisation_id customer_id kind sentence by",
    ),
    "failed_job": Shown(
        RUNNING,
        "Work in the background that went wrong, one row for the same work until it goes well (ended at). Most of it is"
        " tried again by itself; the form Try failed jobs again does so at once.",
        "id job times error place first_failed_at last_failed_at retried_at ended_at",
    ),
    "lease": Shown(RUNNING, "Which process is doing what only one may do at a time.", "id name holder until_at"),
    "notice": Shown(
        RUNNING,
        "What an organisation must know until it no longer holds: shown on its pages.",
        "id organisation_id kind sentence raised_at cleared_at",
    ),
    "task": Shown(
        RUNNING,
        "Something a member is asked to do.",
        "id organisation_id customer_id kind sentence assigned_to due_on done_at",
        frozenset({"done_at", "assigned_to", "due_on"}),
    ),
}
