"""In which older encoding a few names were most likely written: every encoding is read, and the letters judged.

A reading is a pair of an encoding and a language. Its score is the logarithm of how probable the letters beyond
ASCII are in that language: frequent letters of its alphabet cost little, foreign letters more, symbols inside a
word, capitals after small letters and control characters a lot. Every reading accounts for the same bytes, so the
scores can be compared; a difference of 5 means about 150 times as probable.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

_LETTERS: Mapping[str, str] = {
    "German": "üöäßé",
    "French": "éèçëïôêâîàœûüùÿ",
    "Spanish": "áéíóñúü",
    "Portuguese": "ãéáçíóêõâúôà",
    "Italian": "àèìòùé",
    "Catalan": "àèíòéóçúïü",
    "Swedish": "öäåé",
    "Danish": "øåæéöäü",
    "Icelandic": "óáíðúéþæöý",
    "Estonian": "äõöüšž",
    "Western": "éüáöíóãçäñèøåúàßëâêôïîæìòùõœûð",
    "Polish": "łńśóżąęćź",
    "Czech": "áéíčřýžěšůúňťďó",
    "Slovak": "áíéčýžšúľťňôďóäĺŕ",
    "Hungarian": "áéóíöőúüű",
    "Romanian": "ăâîșțşţ",
    "Croatian": "ćčšžđ",
    "Albanian": "ëç",
    "Central": "áéíčćšžłóöüúńśőăýřęąňěżșțđäşţâîťďľß",
    "Turkish": "ışğüöçİâî",
    "Lithuanian": "ėšžųčąęįū",
    "Latvian": "āšņīēžļķūčģ",
    "Russian": "аеоинрвлктсмдгбйупяеьюзшыхчжцщэфёъ",
    "Ukrainian": "аоиренкілвтсмдйуякпгюьбзчшхїцєжщґф",
    "Bulgarian": "аиоевнрткслдмгпбяйуъзцчшхжюфщь",
    "Serbian": "аиоевнрјктслмдубпгћзжшчљњђцхфџ",
    "Greek": "αςσηοιντρκλεμπυγδίάόθήχύέφβωώζξψϊΐϋ",
    "Hebrew": "יולהמרנאבתשדקכחעםפטגסןזצךףץ",
    "Arabic": "اميلدنرحعبسةهفقوكىشجطزتخصءأإئؤآثذضغظ",
}
"""The letters beyond ASCII, roughly by how often they stand in names."""

_RARE = {"Icelandic": 2.5, "Estonian": 2.0, "Albanian": 1.5, "Catalan": 2.0, "Western": 1.0, "Central": 1.0}
"""What a language costs because few lists are in it, or because a mixture explains everything a little."""

_TYPICAL = {"Portuguese": ("ão", "ãe", "õe")}
"""Pairs that settle what single letters leave open: João or Joăo."""

_WESTERN = "German French Spanish Portuguese Italian Catalan Swedish Danish Icelandic Estonian Western".split()
_CENTRAL = "Polish Czech Slovak Hungarian Romanian Croatian Albanian German Central".split()
_CYRILLIC = "Russian Ukrainian Bulgarian Serbian".split()

_SINGLE_BYTE: Mapping[str, tuple[float, Sequence[str]]] = {
    "cp1252": (0.0, _WESTERN),
    "cp1250": (0.2, _CENTRAL),
    "cp1251": (0.2, _CYRILLIC),
    "cp1253": (0.5, ["Greek"]),
    "cp1254": (0.5, ["Turkish"]),
    "cp1255": (0.5, ["Hebrew"]),
    "cp1256": (0.5, ["Arabic"]),
    "cp1257": (0.5, ["Lithuanian", "Latvian", "Estonian"]),
    "iso-8859-2": (1.0, _CENTRAL),
    "mac-roman": (1.5, _WESTERN),
    "koi8-r": (1.5, _CYRILLIC[:1]),
    "iso-8859-16": (2.0, ["Romanian", "Hungarian", "Croatian", "French", "German"]),
    "iso-8859-5": (2.0, _CYRILLIC[:1]),
    "iso-8859-7": (1.5, ["Greek"]),
    "iso-8859-15": (2.0, _WESTERN),
    "cp866": (2.5, _CYRILLIC[:1]),
    "cp852": (3.0, _CENTRAL),
    "cp850": (3.0, _WESTERN),
    "cp437": (3.5, _WESTERN),
}
"""What an encoding costs because few files are in it, and the languages written in it."""

_HANZI = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤伟芳娜敏静秀丽强磊军洋勇艳"
    "杰娟涛明超兰霞平刚桂英华玉萍红建文国志海小春梅晓宇浩欣怡子涵梓轩雨佳思琪俊峰鹏辉飞斌波宁云燕玲淑珍凤琴香月慧健鑫博"
    "学生新光天永成东立北京上海广州深圳南西安市区省路姓名电话手机号码先女士客户地址备注中山大"
)
_HANZI_TRADITIONAL = (
    "陳林黃張李王吳劉蔡楊許鄭謝郭洪邱曾廖賴徐周葉蘇莊呂江何蕭羅高簡朱鍾施游詹沈彭胡余盧潘顏梁柯翁魏孫戴方宋范鄧杜傅侯曹"
    "溫薛丁馬蔣唐卓藍馮姚石董紀歐程連古汪湯姜田康鄒白家豪志明淑芬美玲雅婷俊傑怡君建宏宗翰冠宇佳穎惠雯欣怡文雄麗華秀英玉"
    "珍玲月娥子涵承恩詠晴品妍宜蓁心瑜詩芳慧娟素貞金龍國榮春嬌天成信義正德中大小姓名電話手機號碼臺台北高雄新竹南市區縣路段"
    "先生女士客戶地址備註香港"
)
_KANJI = (
    "佐藤鈴木高橋田中伊渡辺山本村小林加吉口松井上清水斎崎森池阿部石川原島前後岡長谷近坂遠青福西太三和野竹内金子中野安大塚"
    "増菊市古柴工今横宮河久保平丸千葉菅新関桜浜杉谷浅一二郎美恵介子真由健直樹翔陽翼拓也裕優香愛奈々花菜結衣葵凛蓮悠斗蒼大"
    "輝雄夫幸正博明隆誠浩洋智哲純綾沙紀理絵佳代千尋彩春夏秋冬実之助東京都府県区町丁目番号電話氏名携帯様株式会社住所備考姓"
)
_HANGUL = (
    "김이박최정강조윤장임한오서신권황안송류유홍전고문손양배백허남심노하곽성차주우구나민진지엄원채천방공현함변염여추도소석선설"
    "마길연위표명기반왕금옥육인맹제수영희미경은혜숙자순호준철석훈동상재용태병광종규승찬건빈윤예린아라가다보람슬별하늘솔나래"
    "시서도율후빛결온담새봄해든누리이름전화번호휴대폰고객주소비고님씨울부산대구광세종북남충청"
)

_EAST_ASIAN: Mapping[str, tuple[float, str, str, tuple[tuple[int, int], ...]]] = {
    "gb18030": (0.5, "gb2312", _HANZI, ((0xB0, 0xD7),)),
    "cp932": (0.5, "euc_jp", _KANJI, ((0xB0, 0xCF),)),
    "euc-jp": (2.0, "euc_jp", _KANJI, ((0xB0, 0xCF),)),
    "big5": (0.5, "big5", _HANZI_TRADITIONAL, ((0xA4, 0xC6),)),
    "cp949": (0.5, "euc_kr", _HANGUL, ((0xB0, 0xC8),)),
}
"""What an encoding costs, its frequent characters, and where a standard keeps the characters of the first level."""

_FINAL = set("ךםןףץς")
"""Letters that only end a word."""

_LOOSE = {",", ".", "'", "’", "‘", "“", "”", "„", "–", "—", "«", "»", "…", "\u00a0", "€", "´", "·", "°", "№"}


@dataclass(frozen=True, slots=True)
class Reading:
    """score: the logarithm of a probability; closer to 0 is better."""

    encoding: str
    language: str
    score: float


def readings(pieces: Sequence[bytes]) -> list[Reading]:
    """What the pieces may be, the most probable first; one reading for each encoding."""
    found = [_in_alphabets(pieces, encoding) for encoding in _SINGLE_BYTE]
    found += [_in_characters(pieces, encoding) for encoding in _EAST_ASIAN]
    return sorted(found, key=lambda reading: -reading.score)


def _in_alphabets(pieces: Sequence[bytes], encoding: str) -> Reading:
    cost, languages = _SINGLE_BYTE[encoding]
    texts = [piece.decode(encoding, "replace") for piece in pieces]
    letters, context = _look(texts)
    scores = {
        language: sum(n * _weights(language).get(c, _outside(c, language)) for c, n in letters.items())
        + 1.5 * sum(text.count(pair) for pair in _TYPICAL.get(language, ()) for text in texts)
        - _RARE.get(language, 0.0)
        for language in languages
    }
    language = max(scores, key=lambda name: scores[name])
    return Reading(encoding, language, scores[language] + context - cost)


def _in_characters(pieces: Sequence[bytes], encoding: str) -> Reading:
    cost = _EAST_ASIAN[encoding][0]
    letters, context = _look(piece.decode(encoding, "replace") for piece in pieces)
    return Reading(
        encoding, "East Asian", context - cost + sum(n * _character(c, encoding) for c, n in letters.items())
    )


def _look(texts: Iterable[str]) -> tuple[Counter[str], float]:
    """How often each small letter or sign beyond ASCII occurs, and what its place in the words costs."""
    letters: Counter[str] = Counter()
    context = 0.0
    for text in texts:
        before, kind_before = "", ""
        for i, c in enumerate(text):
            kind = _kind(c)
            if c > "\x7f" or before > "\x7f":
                context += _place(kind_before, kind, text[i + 1 : i + 2], first=not _kind(text[i - 2 : i - 1] or " "))
                if before in _FINAL and kind:
                    context -= 3.0
            if c > "\x7f":
                letters[_small(c)] += 1
            before, kind_before = c, kind
    return letters, context


@cache
def _kind(c: str) -> str:
    """ "" for what ends a word, "?" for a sign that has no place inside one, else script and case: "Lu" is Ä."""
    if c.isascii():
        return ("Lu" if c.isupper() else "Ll") if c.isalpha() else "9" if c.isdigit() else ""
    if c in _LOOSE:
        return ""
    if not c.isalpha() or c in "ªº" or "ʰ" <= c <= "˿":
        return "?"
    script = next((name for start, name in _SCRIPTS if ord(c) >= start), "L")
    return script + ("u" if c.isupper() else "l" if c.islower() else "o")


_SCRIPTS = (
    (0xFF00, "E"), (0xFB00, "A"), (0xAC00, "E"), (0x2E80, "E"), (0x1F00, "G"), (0x1E00, "L"), (0x0600, "A"),
    (0x0590, "H"), (0x0400, "C"), (0x0370, "G"),
)  # fmt: skip


def _place(before: str, kind: str, after: str, *, first: bool) -> float:
    """The cost of a character after another. first: the one before begins its word."""
    if kind == "?":
        if after.isalpha() and before:  # a sign between letters
            return -4.0
        return -2.5 if after.isalpha() or before not in ("", "9") else 0.0
    if not kind or kind == "9" or before in ("?", "9"):
        return 0.0
    if not before:
        return {"u": -0.3, "l": -1.4}.get(kind[1], -0.5)
    if before[0] != kind[0]:
        return -5.0  # two scripts in a word
    if kind[1] == "o" or before[1] == "o":
        return 0.0
    if before[1] == "l":
        return -5.0 if kind[1] == "u" else 0.0
    if first:
        return -1.2 if kind[1] == "u" else -0.3
    return 0.0 if kind[1] == "u" else -2.5


@cache
def _small(c: str) -> str:
    small = c.lower()
    return small if len(small) == 1 else c


@cache
def _weights(language: str) -> Mapping[str, float]:
    letters = _LETTERS[language]
    whole = sum(1 / (rank + 3) for rank in range(len(letters)))
    return {c: log(0.95 / (rank + 3) / whole) for rank, c in reversed(list(enumerate(letters)))}


@cache
def _outside(c: str, language: str) -> float:
    """A character that is none of the language's letters: a foreign letter, a sign, nonsense."""
    if c in _LOOSE:
        return log(0.002)
    if c == "\ufffd" or unicodedata.category(c) in {"Cc", "Co", "Cn"}:
        return -16.0
    if not c.isalpha():
        return log(0.0003)
    same_script = _kind(c)[0] == _kind(_LETTERS[language][0])[0]
    return log(0.0008 if same_script else 0.0001)


@cache
def _character(c: str, encoding: str) -> float:
    _, standard, frequent, first_level = _EAST_ASIAN[encoding]
    if c == "\ufffd" or unicodedata.category(c) in {"Cc", "Co", "Cn"}:
        return -16.0
    if c in frequent:
        return log(0.55 / len(set(frequent)))
    if standard == "euc_jp" and "\u3040" <= c <= "\u30ff":
        return log(0.2 / 170)
    if "\uff61" <= c <= "\uff9f":
        return log(0.15 / 63)
    lead = (c.encode(standard, "ignore") or b"\0")[0]
    if any(low <= lead <= high for low, high in first_level):
        return log(0.35 / 3500)
    return log(0.02 / 10_000) if c.isalpha() else log(0.01 / 500)
