"""Signed tokens (RS256), so that clients which check id tokens against the published key are content."""

import json
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from .grants import Grant
from .records import Json

KEY_ID = "demo-ledger"


class Signer:
    """Makes access tokens and id tokens; its key lives as long as the process."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def access_token(self, grant: Grant, user: Json, issuer: str, now: datetime, seconds: int) -> str:
        claims = {
            "nbf": _epoch(now),
            "exp": _epoch(now + timedelta(seconds=seconds)),
            "iss": issuer,
            "aud": f"{issuer}/resources",
            "client_id": grant.client,
            "sub": user["UserID"].replace("-", ""),
            "xero_userid": user["UserID"],
            "global_session_id": grant.id,
            "jti": secrets.token_hex(16),
            "authentication_event_id": grant.event,
            "scope": grant.scopes,
        }
        return self._sign(claims, "JWT")

    def id_token(self, grant: Grant, user: Json, issuer: str, now: datetime, access_token: str) -> str:
        digest = sha256(access_token.encode()).digest()[:16]
        claims = {
            "nbf": _epoch(now),
            "iat": _epoch(now),
            "exp": _epoch(now + timedelta(minutes=5)),
            "iss": issuer,
            "aud": grant.client,
            "at_hash": _base64(digest),
            "auth_time": _epoch(now),
            "sub": user["UserID"].replace("-", ""),
            "sid": grant.event,
            "xero_userid": user["UserID"],
            "global_session_id": grant.id,
            "preferred_username": user["EmailAddress"],
            "email": user["EmailAddress"],
            "given_name": user["FirstName"],
            "family_name": user["LastName"],
            **({"nonce": grant.nonce} if grant.nonce else {}),
        }
        return self._sign(claims, "JWT")

    def _sign(self, claims: Json, kind: str) -> str:
        header = {"alg": "RS256", "kid": KEY_ID, "typ": kind}
        signed = f"{_base64(json.dumps(header).encode())}.{_base64(json.dumps(claims).encode())}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{_base64(signature)}"

    def public_keys(self) -> Json:
        numbers = self._key.public_key().public_numbers()
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID, "n": _number(numbers.n), "e": _number(numbers.e)}
        return {"keys": [key]}


def _epoch(instant: datetime) -> int:
    return int(instant.timestamp())


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
