"""Users and their sessions."""

from piccolo.columns import BigInt, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class User(Table, tablename="users"):
    """A person who can sign in; an admin of the installation when `superuser`."""

    id: Serial
    email = Varchar(length=254, unique=True)
    """Lower case."""
    name = Varchar(length=120)
    password_hash = Text(secret=True)
    """Argon2id; empty: this user signs in by a one-time link only."""
    active = Boolean(default=True)
    admin = Boolean(default=False)
    superuser = Boolean(default=False)
    created_at = Timestamptz(default=None, null=True)
    last_seen_at = Timestamptz(default=None, null=True)

    @property
    def username(self) -> str:
        """What Piccolo Admin calls a user by."""
        return str(self.email)


class Session(Table, tablename="user_session"):
    """A sign-in, made anew at each one: an id chosen by the browser is never adopted."""

    id: Serial
    user = ForeignKey(User, null=True, index=True)
    token_hash = Varchar(length=64, unique=True, secret=True)
    organisation_id = Integer(null=True, default=None)
    """The organisation the user is looking at; the switcher changes it."""
    csrf_secret = Varchar(length=64, secret=True)
    user_agent = Varchar(length=200)
    address = Varchar(length=64)
    created_at = Timestamptz(default=None, null=True)
    last_seen_at = Timestamptz(default=None, null=True)
    expires_at = Timestamptz(default=None, null=True)
    awaits_factor = Boolean(default=False)
    """The password was right and the second factor is still to come: until then it opens nothing."""


class OneTimeLink(Table, tablename="one_time_link"):
    """A link that works once: sign-in, password reset, invitation. It shows a button that POSTs."""

    id: Serial
    user = ForeignKey(User, null=True, index=True)
    purpose = Varchar(length=20)
    token_hash = Varchar(length=64, unique=True, secret=True)
    expires_at = Timestamptz(default=None, null=True)
    used_at = Timestamptz(default=None, null=True)
    email = Varchar(length=254)
    """The address that this link proves, where it changes one; lower case."""


class SecondFactor(Table, tablename="second_factor"):
    """The secret that a user's authenticator app makes codes from (RFC 6238); it counts once it is confirmed."""

    id: Serial
    user = ForeignKey(User, null=True)
    secret_sealed = Text(secret=True)
    """Base32."""
    made_at = Timestamptz(default=None, null=True)
    confirmed_at = Timestamptz(default=None, null=True)
    last_step = BigInt(default=0)
    """The time step of the last code taken: no code is taken twice."""


class RecoveryCode(Table, tablename="recovery_code"):
    """Comes in once in place of a code from the app; 80 bits, so that a plain hash tells nothing."""

    id: Serial
    user = ForeignKey(User, null=True, index=True)
    code_hash = Varchar(length=64, secret=True)
    used_at = Timestamptz(default=None, null=True)


class Attempt(Table, tablename="attempt"):
    """A guess at a password or token, counted against a limit."""

    id: Serial
    subject = Varchar(length=160, index=True)
    """What is being guessed at or from where: "sign-in:anna@borealis.example", "address:192.0.2.7"."""
    at = Timestamptz(default=None, null=True, index=True)
