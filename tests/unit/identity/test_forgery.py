from app.identity.forgery import is_foreign, is_genuine, is_visitor, issue, new_visitor


def test_a_token_fits_the_secret_it_was_issued_for_and_no_other() -> None:
    token = issue("ours")
    assert is_genuine("ours", token)
    assert not is_genuine("theirs", token)


def test_nothing_fits_an_empty_secret() -> None:
    assert not is_genuine("", issue(""))


def test_a_tampered_token_fits_nothing() -> None:
    token = issue("ours")
    assert not is_genuine("ours", token[:-1] + ("0" if token[-1] != "0" else "1"))
    assert not is_genuine("ours", "f" * 16 + token[16:])
    assert not any(is_genuine("ours", rubbish) for rubbish in ("", ".", "é.é", "x" * 1000, token.replace(".", "")))


def test_a_visitors_cookie_is_known_by_its_key() -> None:
    cookie = new_visitor("key")
    assert is_visitor("key", cookie)
    assert not is_visitor("another key", cookie)
    assert not is_visitor("key", "chosen.by-somebody")


def test_what_the_browser_says_of_the_requests_origin_counts() -> None:
    assert is_foreign("cross-site", "", "tactful.example")
    assert is_foreign("same-site", "https://tactful.example", "tactful.example")
    assert is_foreign("", "https://evil.example", "tactful.example")
    assert is_foreign("", "https://tactful.example.evil.example", "tactful.example")
    assert not is_foreign("same-origin", "null", "tactful.example")
    assert not is_foreign("none", "", "tactful.example")
    assert not is_foreign("", "https://tactful.example", "tactful.example")
    assert not is_foreign("", "", "tactful.example")
