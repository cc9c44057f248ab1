"""Where httpx and Authlib are met, so that the move to httpx's successor is made in one place."""

import warnings

import httpx
from authlib.deprecate import AuthlibDeprecationWarning

with warnings.catch_warnings():
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)  # authlib asks for a successor of httpx
    from authlib.integrations.base_client.errors import OAuthError
    from authlib.integrations.httpx_client import AsyncOAuth2Client

from authlib.oauth2.rfc7636 import create_s256_code_challenge

__all__ = ["AsyncOAuth2Client", "OAuthError", "create_s256_code_challenge", "httpx"]
