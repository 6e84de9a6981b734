"""Whether a text says how to opt out, in the languages of our users."""

import re
import unicodedata


def _folded(text: str) -> str:
    """In small letters without accents."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower().replace("ł", "l")


_MARKS = re.compile("[\u0300-\u036f]+")

# Stems of words that mean nothing else, without accents: en, ro, de, fr, es, it, pt, nl, pl, hu, then others.
_OPT_OUT = (
    "unsub", "opt out", "opt-out", "optout", "dezabon", "abmeld", "abbestell", "desabonn", "desinscri",
    "rse de baja", "rte de baja", "ate de baja", "ame de baja", "dar de baja", "desuscri", "cancelar sus",
    "disiscri", "cancellarti", "annulla iscr", "para cancelar", "cancelar a sub", "cancelar sub", "descadastr",
    "afmeld", "uitschrijv", "wypisz", "wypisa", "rezygn", "leiratkoz", "avregistr", "avmeld", "odhlas", "odjav",
    "отпис", "відпис", "διαγραφ", "الغاء", "退订", "退訂", "配信停止",
)  # fmt: skip
_KEYWORDS = ("stop", "стоп", "cancel", "quit", " end", '"end', "revoke", "baja", "sair", "remover", " uit", "arret")
_ASKED = re.compile(
    r"\b(?:reply|respond|answer|text|txt|send|sms|raspund\w*|trimite\w*|antwort\w*|sende\w*|schreib\w*|repond\w*|envoy\w*"
    r"|envi[aeo]\w*|rispond\w*|invia\w*|scriv\w*|manda\w*|stuur|antwoord|odpisz|odpowiedz|wyslij|valasz\w*|kuld\w*|irj\w*)"
    r"\W{1,5}(?:(?:with|by|back|the|word|us|sie|mit|par|avec|con|cu|com|met|z|la|a|o|il)\W{1,5}){0,2}"
    r"(?:stop|stopall|cancel|cancelar|quit|end|revoke|baja|sair|remover|uit|arret)\b(?!-)"
    r"|(?<![\w-])(?:stop|стоп)(?: ?sms)?\W{0,3}(?:(?:to|at|la|an|au|al|a|ao|naar|na|do|auf|på|на)\W{1,3})?\+?[0-9]{3}"
    r"|[\"'„“”«‘’](?:stop|стоп|baja|sair)[\"'“”»’]"
)
_AROUND = 40
_SHOUTED = [
    re.compile(rf"{word}(?![\w!-])(?<![\w-]{word})(?<!(?i:non) {word})(?<!(?i:one) {word})")
    for word in ("STOP", "BAJA", "SAIR", "СТОП")
]


class OptOut:
    """Whether texts say how to opt out. Most say it as the one before did, which is looked for first.

    STOP counts where it is an instruction (reply stop, stop to 1234, "stop") or in capitals, not in NON-STOP.
    """

    def __init__(self) -> None:
        self._said = ""

    def is_said(self, text: str) -> bool:
        folded = f" {_folded(text)} "
        if self._said and self._said in folded:
            return True
        said = _stem(folded) or _asked(folded)
        self._said = said or self._said
        return bool(said) or (not text.isupper() and any(shouted.search(text) for shouted in _SHOUTED))


def _stem(folded: str) -> str:
    for stem in _OPT_OUT:
        if stem in folded:
            return stem
    return ""


def _asked(folded: str) -> str:
    """The instruction, with what stands right before and after it: wherever this stands, it is one, too."""
    for keyword in _KEYWORDS:
        at = folded.find(keyword)
        while at >= 0:
            if match := _ASKED.search(folded, max(0, at - _AROUND), at + _AROUND):
                return folded[match.start() - 1 : match.end() + 1]
            at = folded.find(keyword, at + 1)
    return ""
