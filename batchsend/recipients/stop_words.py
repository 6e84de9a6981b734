"""Whether somebody who answers wants no more messages, or wants them again: a short answer that is nothing else.

The English words are those of the carriers and the FCC (stop, stopall, unsubscribe, cancel, end, quit, revoke, opt
out; 47 CFR 64.1200(a)(10)); the others are what senders ask for in their languages. A word inside a sentence is no
wish: "please do not stop" keeps somebody on the list, and a person reads it.
"""

import re
import unicodedata
from enum import StrEnum

_LONGEST = 60


class Wish(StrEnum):
    """What an answer asks for; `sentence` for people."""

    NONE = ""
    STOP = "stop"
    START = "start"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {Wish.NONE: "", Wish.STOP: "opted out", Wish.START: "wants messages again"}


def wish_of(text: str) -> Wish:
    """Case, accents, quotes, punctuation, emoji and a "please" or "thanks" make no difference."""
    if len(text) > _LONGEST:
        return Wish.NONE
    words = _plain(text)
    while words and words[0] in _POLITE:
        words = words[1:]
    while words and words[-1] in _POLITE:
        words = words[:-1]
    if not words:
        return Wish.NONE
    if " ".join(words) in _STOP or _STOP.issuperset(words):
        return Wish.STOP
    return Wish.START if " ".join(words) in _START or _START.issuperset(words) else Wish.NONE


def _plain(text: str) -> list[str]:
    """The words in small letters without accents. A command such as \\start, which chat widgets send, stays one."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold()).replace("ł", "l")
    kept = (_shown(character) for character in folded.replace("ı", "i"))
    return "".join(kept).split()


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf"} or character in _APOSTROPHES:
        return ""
    if character in _COMMANDS:
        return character
    return " " if category[0] in "PSZC" else character


def _table(words: str) -> frozenset[str]:
    return frozenset(" ".join(_plain(word)) for word in re.split(r"[,\n]+", words) if word.strip())


_APOSTROPHES = "'\u2019\u02bc`\u00b4"
_COMMANDS = "\\/#@"
_POLITE = _table("""
    please, pls, plz, thanks, thx, thank, you, va, te, rog, multumesc, mersi, merci, svp, bitte, danke, por, favor
    gracias, per, favore, grazie, obrigado, obrigada
""")
_STOP = _table("""
    stop, stopall, stop all, stopp, stop sms, stop it, stop now, stop messages, stop texting, stop texting me
    unsubscribe, unsubscribe me, unsub, cancel, end, quit, revoke, opt out, optout, opt me out, remove, remove me
    do not text me, don't text me, no more messages, no more texts
    dezabonare, dezaboneaza, dezabonează-mă, dezabonati, dezabonați-mă, vreau sa ma dezabonez, opriti, oprește, opreste
    arrêt, arrêter, arrêtez, stop pub, désabonner, désabonnement, désabonnez-moi, désinscrire, désinscription
    abmelden, abmeldung, abbestellen, bitte abmelden, keine sms, keine sms mehr
    alto, baja, dar de baja, darme de baja, cancelar, detener, parar, salir, no más mensajes
    cancella, cancellami, cancellazione, disiscrivi, disiscrivimi, disiscrizione, basta, annulla
    pare, sair, remover, descadastrar, cancelar subscrição
    stoppen, afmelden, uitschrijven, uit, afmeld
    wypisz, wypisz mnie, rezygnuję, rezygnacja, koniec
    leiratkozás, leiratkozom, leiratkozni, leiratkozas kérem
    odhlásit, odhlásenie, odhlášení, odhlasit se, odjava, odjavi, odjavi me, odjavite
    avregistrera, avregistrering, avsluta, avmeld, frameld, afmelding, lopeta, peruuta
    στοπ, διαγραφή, стоп, отписаться, отписка, отпишите меня, відписатися, відписка, стоп смс, отписване
    dur, ret, iptal, çıkış, إيقاف, الغاء, إلغاء الاشتراك, توقف, הסר, הסירו, הסירו אותי, עצור
    退订, 退訂, td, 停止, 配信停止, 수신거부, 중지
""")
_START = _table("start, unstop, opt in, optin, старт")
