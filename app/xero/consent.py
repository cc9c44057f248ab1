"""What can go wrong on the way to the consent page and back. The first sentence of each docstring is the heading."""

from app.problems import Problem


class ConsentProblem(Problem):
    """Connecting did not work. Nothing was changed."""


class StrangeReturn(ConsentProblem):
    """This answer belongs to no consent of yours. It was started in another session, in another organisation, or not
    here at all. Nothing was connected. Start again from here."""


class UsedReturn(ConsentProblem):
    """This consent has been used already. An answer of Xero works once. If you are not connected yet, start again."""


class LateReturn(ConsentProblem):
    """That took too long. A consent must be given within fifteen minutes. Start again; it takes a moment."""


class NotAllowed(ConsentProblem):
    """Access was not allowed. On Xero's page somebody chose Cancel, or the Xero user may not connect apps: that takes
    the Standard or Adviser role. Ask a user with that role to sign in to Xero, or try again."""


class XeroDeclined(ConsentProblem):
    """Xero declined the request. Whoever runs this installation should check the app's client id, its redirect address
    and its permissions at developer.xero.com (tactful doctor shows them)."""


class NoOrganisation(ConsentProblem):
    """This Xero login reaches no organisation. Choose an organisation on the consent page, then Allow access."""


class AnotherOrganisation(ConsentProblem):
    """That is another Xero organisation. This business is tied to the one it was connected to first, so that customers
    and invoices of two businesses never mix. Choose that one on Xero's page, or open a new business here for the
    other."""

    status = 409

    def __init__(self, chosen: str = "", tied_to: str = "") -> None:
        """Both by the names they have in Xero, where these are known."""
        if not (chosen and tied_to):
            super().__init__()
            return
        super().__init__(
            f"That is another Xero organisation. You chose {chosen}. This business is tied to {tied_to}, to which it was "
            "connected first, so that customers and invoices of two businesses never mix. Choose "
            f"{tied_to} on Xero's page, or open a new business here for {chosen}."
        )


class ConnectedElsewhere(ConsentProblem):
    """This Xero organisation is connected already. Another business on this installation chases its invoices; two would
    chase every customer twice."""

    status = 409


class RoleTooSmall(ConsentProblem):
    """Xero lets this user connect, but not read the books. The Xero user needs the Standard or Adviser role. Have it
    changed in Xero (Settings, Users), or connect with another user."""

    status = 403
