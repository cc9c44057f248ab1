"""Xero's webhook signatures and what its notifications name."""

import pytest

from app.xero.news_actions import seconds_between
from app.xero.webhooks import is_signed, tenants_in

KEY = "LR+QgKlbRciIPYpi65tTKLaZ3FzLLofCNEQWrRXqWXJeDFrfexzfVI9SmnVuCWDJ4jnjHB9ECtOyxZSofRxwWw=="
BODY = b'{"events":[],"firstEventSequence": 0,"lastEventSequence": 0, "entropy": "LUWDSUDGSWNZVALZXBEV"}'
"""An intent to receive as Xero sent it, from a public thread (XeroWebhooksReceiver, issue 1); its key is long void."""

SIGNATURE = "BjzNbYUfrzg4g8wxm+dKHaZVrKxr2m75E296fUbD1E4="


def test_a_request_that_xero_sent_is_recognised():
    assert is_signed(KEY, BODY, SIGNATURE)


@pytest.mark.parametrize("signature", ["/" + SIGNATURE[1:], "", SIGNATURE[:-1], SIGNATURE.lower(), "é" * 44])
def test_another_signature_is_not(signature):
    """The first is the wrong one that Xero sent on purpose."""
    assert not is_signed(KEY, BODY, signature)


def test_the_same_json_written_differently_is_not():
    assert not is_signed(KEY, BODY.replace(b": 0", b":0"), SIGNATURE)


def test_without_a_key_nothing_is_signed():
    import hmac
    from base64 import b64encode

    assert not is_signed("", BODY, b64encode(hmac.digest(b"", BODY, "sha256")).decode())


def test_tenants_are_named_once():
    event = '{"resourceId":"x","tenantId":"%s","eventCategory":"INVOICE","eventType":"UPDATE","new":{"a":1}}'
    body = f'{{"events":[{event % "AB-1"},{event % "ab-1"},{event % "cd-2"},null,{{"tenantId":null}}],"entropy":"E"}}'
    assert tenants_in(body.encode()) == {"ab-1", "cd-2"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"events":null}', b'{"events":[', b'{"events":[{"tenantId":7}]}', b"\xff", BODY]
)
def test_what_names_no_tenant_marks_nothing(body):
    assert tenants_in(body) == frozenset()


def test_news_are_read_rarer_when_calls_run_low():
    assert [seconds_between(left) for left in (None, 5000, 400, 150, 0)] == [60, 60, 300, 1800, 1800]
