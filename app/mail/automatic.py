"""Whether a machine wrote a mail, and whether it says that somebody is no longer there."""

import re
from email.message import Message

from app.mail.envelopes import header

_WORDS = (
    "out of office", "out of the office", "automatic reply", "automatic response", "auto reply", "auto-reply", "autoreply",
    "auto response", "autoresponse", "on annual leave", "away from my desk",
    "abwesenheit", "abwesend", "automatische antwort", "automatische rückmeldung", "nicht im büro",
    "réponse automatique", "reponse automatique", "absence du bureau", "absent du bureau",
    "risposta automatica", "fuori sede", "fuori ufficio", "respuesta automática", "respuesta automatica",
    "fuera de la oficina", "resposta automática", "resposta automatica", "ausência do escritório",
    "automatisch antwoord", "afwezig", "autosvar", "frånvaro", "automatiskt svar", "automatisk svar", "fravær",
    "automaattinen vastaus", "poissa", "odpowiedź automatyczna", "automatyczna odpowiedź", "nieobecność",
    "automatická odpověď", "automatické odpovědi", "automatikus válasz", "răspuns automat", "αυτόματη απάντηση",
    "otomatik yanıt", "автоответ", "автоматический ответ", "自动回复", "自動返信", "自動回覆", "자동 회신",
)  # fmt: skip
_OUT_OF_OFFICE = re.compile(
    rf"^\W*(?:(?:re|aw|antw|sv|vs|odp|fw|fwd|r|rif|tr)\s*:\s*)*\W*(?:{'|'.join(_WORDS)})", re.IGNORECASE
)

_GONE = re.compile(
    r"\b(?:no longer (?:with|works?|working|employed|part of|at) |(?:has|have) (?:now )?left (?:the |our )?"
    r"(?:company|business|organi[sz]ation|firm|employment)|left the (?:company|business|organi[sz]ation|firm)\b"
    r"|(?:this|my|the) (?:mailbox|email address|e-mail address|address) is no longer (?:in use|monitored|active|valid)"
    r"|nicht mehr (?:im unternehmen|bei uns|für uns|in unserem|für die firma|bei der)|aus dem unternehmen ausgeschieden"
    r"|ne (?:fait|fais) plus partie|a quitté (?:la société|l.entreprise|ses fonctions)|ne travaille plus"
    r"|ya no (?:trabaja|forma parte)|non (?:lavora|fa) più|non è più in azienda|niet (?:meer|langer) (?:werkzaam|in dienst)"
    r"|não (?:trabalha mais|faz mais parte)|har slutat|arbetar inte längre|er ikke længere ansat|jobber ikke lenger"
    r"|nie pracuje już|już nie pracuje|ei enää työskentele|již nepracuje)",
    re.IGNORECASE,
)


def is_automatic(mail: Message) -> bool:
    """RFC 3834's Auto-Submitted, what older servers write instead, mailing lists, and the subjects of absence notes."""
    submitted = header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        return True
    if header(mail, "Precedence").lower() in ("auto_reply", "auto-reply", "bulk", "junk", "list"):
        return True
    if any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply", "List-Id")):
        return True
    return bool(_OUT_OF_OFFICE.match(header(mail, "Subject")))


def says_gone(text: str) -> bool:
    """Whether the note of a machine says that the person is not there any more, rather than away."""
    return bool(_GONE.search(" ".join(text.split())[:5_000]))
