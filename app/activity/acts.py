"""The privileged acts: what each is called in the audit trail, and in people's words. Pure."""

from msgspec import Struct


class Act(Struct, frozen=True):
    """`code` stands in the trail. `about` is what it changes (recording.LOOKS): looked at before and after; empty: nothing
    that can be compared, the act itself is what is told."""

    code: str
    about: str = ""


WORDS = {
    "sign in": "Signed in",
    "sign out": "Signed out",
    "sign out others": "Signed out the other browsers",
    "join": "Joined the organisation",
    "leave": "Left the organisation",
    "change name": "Changed their name",
    "change email": "Changed their email address",
    "begin second factor": "Began to set up a second factor",
    "switch second factor on": "Switched their second factor on",
    "switch second factor off": "Switched their second factor off",
    "renew recovery codes": "Renewed their recovery codes",
    "create organisation": "Created an organisation",
    "invite member": "Invited somebody",
    "invite member again": "Sent an invitation again",
    "take invitation back": "Took an invitation back",
    "change role": "Changed a member’s role",
    "remove member": "Removed a member",
    "hand over ownership": "Handed over ownership",
    "require second factor": "Chose whether a second factor is required",
    "ask to change bank details": "Asked to change where customers pay to",
    "consent to bank details": "Consented to where customers pay to",
    "refuse bank details": "Refused a change of where customers pay to",
    "withdraw bank details": "Withdrew a change of where customers pay to",
    "change password": "Changed the password",
    "set up": "Set the organisation up",
    "connect xero": "Connected Xero",
    "disconnect xero": "Disconnected Xero",
    "change facts": "Changed facts about the business",
    "change chasing": "Changed when and how chasing goes",
    "add closed days": "Added closed days",
    "remove closed day": "Removed a closed day",
    "review mode": "Switched review mode",
    "change bank details": "Changed where customers pay to",
    "change portal": "Changed the customers' pages",
    "change logo": "Changed the logo",
    "remove logo": "Removed the logo",
    "make portal link": "Made a portal link",
    "revoke portal link": "Revoked a portal link",
    "renew portal link": "Renewed a portal link",
    "change recipients": "Changed a customer's recipients",
    "create sender": "Added a sender",
    "change sender": "Changed a sender",
    "remove sender": "Removed a sender",
    "resume sender": "Let a stopped sender go on",
    "test sender": "Sent a test from a sender",
    "sign in to sender": "Signed in to a mailbox",
    "begin sign in to sender": "Went to a mailbox's sign-in",
    "change settings": "Changed settings",
    "create template": "Created a template",
    "change template": "Changed a template",
    "archive template": "Archived a template",
    "restore template": "Restored a template",
    "try template": "Sent a template to themselves",
    "create schedule": "Created a schedule",
    "change schedule": "Changed a schedule",
    "archive schedule": "Archived a schedule",
    "restore schedule": "Restored a schedule",
    "pause schedule": "Paused a schedule",
    "resume schedule": "Resumed a schedule",
    "default schedule": "Made a schedule the default",
    "approve_reminder": "Approved a reminder",
    "approve_reminders": "Approved reminders",
    "take_back_approvals": "Took approvals back",
    "approved statements": "Approved statements",
    "approve statement": "Approved a statement",
    "sent statements": "Had statements written",
    "settled statements": "Changed the statement settings",
    "settled a customer's statements": "Chose whether a customer gets statements",
    "choose first customers": "Chose the first customers to chase",
    "export list": "Took a list out",
    "export audit": "Took the audit trail out",
    "export customer": "Took everything about a customer out",
    "erase customer": "Erased a customer",
    "change retention": "Changed how long things are kept",
    "restore copy": "Restored a backup",
    "confirm restored copy": "Confirmed a restored copy",
    "admin change": "Changed a row as admin of the installation",
    "rotate key": "Sealed every secret with a new key",
}


def words_of(code: str) -> str:
    """What the trail calls an act; one without words of its own is told by its code."""
    return WORDS.get(code) or code.replace("_", " ").capitalize()
