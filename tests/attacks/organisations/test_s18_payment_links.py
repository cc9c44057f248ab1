"""S18: a business's own payment link cannot be turned against its customers or its own network."""

import pytest

from app.portal.leaving import fault_of_payment_link

REFUSED = [
    "javascript:alert(1)",
    "JavaScript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "http://pay.example.com/?a={amount}",
    "//pay.example.com/",
    "/pay",
    "https://",
    "https://localhost/pay",
    "https://localhost./pay",
    "https://intranet/pay",
    "https://printer.local/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://10.1.2.3/pay",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://metadata.google.internal/",
    "https://user:secret@pay.example.com/",
    "https://pay.example.com\\@evil.example/",
    "https://pay.example.com/\nLocation: https://evil.example",
    "https://{number}.example.com/",
    "https://pay.example.com/{portal_link}",
]


@pytest.mark.parametrize("link", REFUSED)
def test_s18_a_payment_link_that_leads_astray_is_refused_with_what_to_do(link: str) -> None:
    assert len(fault_of_payment_link(link)) > 20


@pytest.mark.parametrize(
    "link",
    ["", "https://pay.example.com/?amount={amount}&currency={currency}&for={number}", "https://pay.example.com:8443/borealis"],
)
def test_an_ordinary_payment_page_is_taken(link: str) -> None:
    assert fault_of_payment_link(link) == ""
