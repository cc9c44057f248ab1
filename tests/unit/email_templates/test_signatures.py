"""The signature under a letter: the sender's own, and never nothing."""

from app.email_templates.signing import Business, LetterSender, signature

BOREALIS = Business(name="Borealis Ltd")
PICTURE = '<p><img src="cid:logo.png" alt=""></p>'


def tom(signature_html: str) -> LetterSender:
    return LetterSender(name="Tom Hale", email="tom@borealis.example", phone="01", signature_html=signature_html)


def test_a_signature_of_nothing_but_a_picture_is_signed_in_words_where_no_picture_shows() -> None:
    block = signature(tom(PICTURE), BOREALIS)
    assert block.text == "Tom Hale\nBorealis Ltd\n01"
    assert block.html == f"<div>{PICTURE}</div>", "the HTML stays exactly as it was given"


def test_a_remote_picture_leaves_no_broken_one_behind() -> None:
    block = signature(tom('<p>Tom <img src="https://x.example/logo.png" alt="logo"><img src="cid:a.png"></p>'), BOREALIS)
    assert block.html == '<div><p>Tom <img src="cid:a.png"></p></div>'


def test_words_of_ones_own_stand_alone() -> None:
    block = signature(tom(f"<p>Tom</p>{PICTURE}"), BOREALIS)
    assert block.text == "Tom"
