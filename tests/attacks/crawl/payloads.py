"""What is put into every parameter: values that break something where text is taken for more than text. Pure.

Whatever comes back from them is told by MARK (elements, attributes, headers) and by EVIL (addresses)."""

from typing import NamedTuple

MARK = "zq7"
EVIL = "evil.example"


class Payload(NamedTuple):
    family: str
    value: bytes


def _of(family: str, *values: str | bytes) -> list[Payload]:
    return [Payload(family, each if isinstance(each, bytes) else each.encode(errors="surrogatepass")) for each in values]


VALUES = [
    *_of(
        "script",
        f"<script>{MARK}()</script>",
        f"<{MARK} on{MARK}=1>",
        f"</textarea></title></option></script><{MARK}>",
        f"<img src=x onerror={MARK}()>",
        f"<svg/on{MARK}=1><{MARK}>",
        f"&lt;{MARK}&gt;<!--><{MARK}-->",
    ),
    *_of(
        "attribute",
        f'" on{MARK}="1',
        f"' on{MARK}='1",
        f'"><{MARK}>',
        f"'><{MARK}>",
        f"x on{MARK}=1",
        f"`><{MARK}>",
    ),
    *_of("address", f"javascript:{MARK}()", f"data:text/html,<{MARK}>", f"//{EVIL}/", f"https://{EVIL}/", f"/\\{EVIL}"),
    *_of(
        "sql",
        "' OR 1=1 --",
        '") UNION SELECT token_hash FROM user_session --',
        "1; DROP TABLE member",
        "%' ESCAPE '",
        "{}$1?:x",
    ),
    *_of(
        "header",
        f"x\r\nX-{MARK}: 1",
        f"x\nSet-Cookie: {MARK}=1",
        f"x\u560d\u560aX-{MARK}: 1",
        f'x"; filename="{MARK}.exe',
    ),
    *_of(
        "template",
        "{{ 7919*7907 }}",
        "{% for x in range(99999999) %}x{% endfor %}",
        "${7919*7907}",
        "{{ ''.__class__.__mro__ }}",
        "{{ first_name",
        "%(x)s%s%n",
        "{0.__class__}",
    ),
    *_of(
        "path",
        "../../../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "....//....//etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
    ),
    *_of(
        "number",
        "0",
        "-1",
        "2147483647",
        "2147483648",
        "9223372036854775808",
        "1" * 400,
        "1e400",
        "nan",
        "-inf",
        "1.5",
        "0x10",
        "１２",
        "1_000",
        "٣",
        "²",
        "0.00001",
        "99999999999999999.99",
        "1,5",
        "-0",
    ),
    *_of(
        "date",
        "0000-00-00",
        "0001-01-01",
        "9999-12-31",
        "2026-02-30",
        "10000-01-01",
        "-0001-01-01",
        "31/12/9999",
        "2026-11-30T25:61:61Z",
        "2026-W53-1",
        "20261130",
    ),
    *_of("long", "a" * 5000, "é" * 300, "<" * 3000, "a" * 150_000, " " * 3000, "1" * 20 + "@" + "b" * 300 + ".example"),
    *_of("nul", "\x00", "a\x00b", b"\x01\x02\x1b[31m\x7f"),
    *_of("bytes", b"\xff\xfe", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"%zz%", b"\xc0\xae\xc0\xae/"),
    *_of(
        "unicode",
        "\u202etxt.exe",
        "\u0130\u0131\ufb01ss\u1e9e",
        "a\u0300" * 200,
        "\ufeff",
        "\u2028",
        "\U0001f468\u200d\U0001f469",
        "Ｔａｃｔ",
    ),
    *_of("shape", "", " ", "null", "true", "[]", "{}", '{"a": [1]}', "1,2,3", "1 2 x", "on", "undefined", "a&b=c;d"),
]
"""Put into one parameter at a time, everything else as the page has it."""

SHAPES = (
    "missing",
    "twice",
    "array",
    "nested",
    "upload",
    "json",
    "json list",
    "plain text",
    "nothing",
    "broken multipart",
    "xml",
)
"""Other ways to send a form than the one the page has."""

HEADERS: dict[str, tuple[bytes, ...]] = {
    "host": (EVIL.encode(), b"localhost:8000@evil.example", b"localhost:8000\\evil", b'"><zq7>', b"a" * 3000),
    "x-forwarded-for": (b'"><zq7>', b"203.0.113.9, \xff", b"1" * 4000),
    "x-forwarded-host": (EVIL.encode(), b'"><zq7>'),
    "x-forwarded-proto": (b"javascript", b"https,http"),
    "forwarded": (b"for=evil.example;host=evil.example;proto=https",),
    "referer": (b"https://evil.example/", b'"><zq7>', b"javascript:zq7()", b"\xff\xfe"),
    "origin": (b"https://evil.example", b"\xff"),
    "user-agent": (b"<zq7 onzq7=1>", b"\xff" * 500, b"a" * 6000),
    "accept-language": (b"<zq7>", b"de;q=x,\xff", b"xx-" * 1000),
    "accept": (b"application/json", b"\xff"),
    "cookie": (b"tactful_session=x; tactful_session=y", b"tactful_flash=%22%3E%3Czq7%3E", b'a="\xff', b"=;;=;" * 300),
    "hx-request": (b"true", b"<zq7>"),
    "hx-target": (b'"><zq7>', b"a" * 3000),
    "hx-trigger": (b'"><zq7>',),
    "hx-trigger-name": (b'"><zq7>',),
    "hx-current-url": (b"javascript:zq7()", b"https://evil.example/", b"http://["),
    "hx-prompt": (b"<zq7>",),
    "hx-boosted": (b"true",),
    "hx-history-restore-request": (b"true",),
    "content-type": (b"application/json", b"multipart/form-data; boundary=" + b"a" * 500, b"text/html; charset=zq7", b"\xff"),
    "content-encoding": (b"gzip", b"zq7"),
    "range": (b"bytes=0-0,5-1", b"bytes=" + b"0-1," * 500),
    "if-none-match": (b'"\xff"', b"*"),
    "if-modified-since": (b"Thu, 99 Xyz 10000 99:99:99 GMT",),
    "x-http-method-override": (b"DELETE",),
    "x-csrf-token": (b"\xff", b"a.b.c", b"a" * 5000),
}
