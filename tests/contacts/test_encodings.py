"""Which encoding a list is in. The names are those of people, as a list of that language has them."""

from pathlib import Path

import pytest

from batchsend.contacts.encodings import find_encoding
from batchsend.errors import ContactsRefused

NAMES = {
    "German": "Jürgen Köhler, Käthe Weiß, Uwe Schäfer, Rüdiger Böhm, Anna Groß, Sören Jäger, Bärbel Lübke, Götz Vogel",
    "French": "René Lefèvre, Hélène Côté, Chloé Durand, Noël Béranger, François Petit, Gaëlle Forêt, Anaïs Noé",
    "Spanish": "José Muñoz, Ángel Peña, Sofía Núñez, Iván Gómez, Begoña Díaz, Ana Ibáñez, Óscar Güell, Lucía Pérez",
    "Portuguese": "João Simões, Conceição Falcão, Inês Araújo, Sebastião Leitão, Célia Corrêa, Luís Câmara, Ana Galvão",
    "Swedish": "Åsa Öberg, Göran Sjöström, Märta Hägg, Örjan Lind, Pär Ångström, Björn Norén, Håkan Åkesson, Lars Ek",
    "Danish": "Søren Kjær, Åse Møller, Lærke Nørgaard, Kåre Næss, Bjørn Bøe, Mette Ågård, Jørgen Støre, Pål Lund",
    "Icelandic": "Guðrún Jónsdóttir, Þór Ólafsson, Sigríður Pálsdóttir, Björk Örn, Ásdís Þorsteinsdóttir, Davíð Æsir",
    "Polish": "Łukasz Wójcik, Małgorzata Dąbrowska, Paweł Zając, Żaneta Król, Michał Gąsior, Róża Woźniak, Jan Ślęk",
    "Czech": "Jiří Dvořák, Šárka Němcová, Zdeněk Růžička, Ondřej Kříž, Žofie Veselá, Božena Černá, Petr Šťastný",
    "Hungarian": "Győző Szűcs, László Erdős, Zsófia Kovács, Tünde Hegedűs, Ágnes Vörös, Ödön Lőrincz, Péter Bíró",
    "Romanian": "Ștefan Pîrlea, Mădălina Brătianu, Țurcanu Ioniță, Răzvan Mușat, Brândușa Vâlcea, Cătălin Pău, Ion Rîu",
    "Croatian": "Željko Kovačević, Đurđa Šimić, Siniša Knežević, Krešimir Marić, Anđela Žagar, Božo Čović, Luka Đokić",
    "Turkish": "Ayşe Yılmaz, Gülşah Öztürk, İbrahim Çelik, Işıl Şahin, Oğuz Güneş, Çağla Erdoğan, Uğur Kılıç",
    "Lithuanian": "Jūratė Kazlauskienė, Šarūnas Žukauskas, Živilė Balčiūnė, Kęstutis Čepas, Ąžuolas Šimkus, Eglė Bie",
    "Latvian": "Jānis Bērziņš, Līga Ozoliņa, Ģirts Kārkliņš, Kristīne Āboliņa, Ķirsis Šteins, Žanis Kļava, Ēriks Zariņ",
    "Russian": "Пётр Иванов, Наталья Щукина, Фёдор Семёнов, Юлия Попова, Сергей Хохлов, Жанна Цветкова, Эльвира Быкова",
    "capitals": "ПЁТР ИВАНОВ, НАТАЛЬЯ ЩУКИНА, ФЁДОР СЕМЁНОВ, ЮЛИЯ ПОПОВА, СЕРГЕЙ ХОХЛОВ, ЖАННА ЦВЕТКОВА, ОЛЬГА БЫКОВА",
    "Ukrainian": "Олексій Шевченко, Їжак Коваль, Євген Поліщук, Софія Яценюк, Юрій Гнатюк, Ірина Бойко, Ґонта Мельник",
    "Greek": "Γιώργος Παπαδόπουλος, Ελένη Βλάχου, Άννα Ξενάκη, Κώστας Ρήγας, Σοφία Ψαρρά, Χρήστος Μακρής, Ζωή Φωτίου",
    "Hebrew": "דוד כהן, משה לוי, שרה פרץ, יעקב מזרחי, רחל ביטון, אברהם שפירא, מרים גבאי, נועה אזולאי",
    "Arabic": "محمد المصري, فاطمة حسن, خالد الحربي, زينب العلي, يوسف حداد, مريم النجار, إبراهيم صالح, هدى منصور",
    "Japanese": "佐藤太郎, 鈴木花子, 高橋健一, 田中さくら, 渡辺翔太, 山本由美子, 小林ユウコ, 斎藤大輔",
    "Chinese": "王伟, 李娜, 张秀英, 刘洋, 陈建国, 欧阳志强, 赵丽, 黄敏",
    "Taiwanese": "陳怡君, 林志明, 黃雅婷, 張家豪, 李淑芬, 吳承恩, 劉冠宇, 蔡美玲",
    "Korean": "김민준, 이서연, 박지훈, 최수빈, 정현우, 강영희, 윤미영, 한준호",
}
WEST = ("cp1252", "mac-roman", "cp850")
CENTRE = ("cp1250", "iso-8859-2")
USUAL = {
    **dict.fromkeys(("German", "French", "Spanish", "Portuguese"), WEST),
    **dict.fromkeys(("Swedish", "Danish"), WEST[:2]),
    "Icelandic": ("cp1252",),
    **dict.fromkeys(("Polish", "Czech", "Hungarian"), (*CENTRE, "cp852")),
    "Romanian": (*CENTRE, "iso-8859-16"),
    "Croatian": CENTRE,
    "Turkish": ("cp1254",),
    **dict.fromkeys(("Lithuanian", "Latvian"), ("cp1257",)),
    **dict.fromkeys(("Russian", "capitals"), ("cp1251", "koi8-r")),
    "Ukrainian": ("cp1251",),
    "Greek": ("cp1253",),
    "Hebrew": ("cp1255",),
    "Arabic": ("cp1256",),
    "Japanese": ("cp932", "euc-jp"),
    "Chinese": ("gb18030",),
    "Taiwanese": ("big5",),
    "Korean": ("cp949",),
}
CEDILLAS = str.maketrans("ȘșȚț", "ŞşŢţ")


def listed(path: Path, names: list[str], encoding: str) -> Path:
    text = "Phone,Name\n" + "".join(f"07221234{n:02},{name}\n" for n, name in enumerate(names))
    if encoding in CENTRE:
        text = text.translate(CEDILLAS)  # these have no letters with a comma below
    path.write_bytes(text.encode(encoding))
    return path


def seen(path: Path, encoding: str) -> str:
    return path.read_bytes().decode(encoding).translate(CEDILLAS)


@pytest.mark.parametrize(("language", "encoding"), [(name, enc) for name, encs in USUAL.items() for enc in encs])
@pytest.mark.parametrize("size", [5, 8])
def test_a_short_list_of_names_is_read_with_its_own_letters(
    tmp_path: Path, language: str, encoding: str, size: int
) -> None:
    path = listed(tmp_path / "list.csv", NAMES[language].split(", ")[:size], encoding)
    found = find_encoding(path)
    assert seen(path, found.name) == seen(path, encoding), found.name
    assert found.sound


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("language", NAMES)
def test_unicode_is_told_by_its_mark_or_its_bytes(tmp_path: Path, language: str, encoding: str) -> None:
    path = listed(tmp_path / "list.csv", NAMES[language].split(", "), encoding)
    found = find_encoding(path)
    assert path.read_bytes()[found.mark :].decode(found.name) == path.read_bytes().decode(encoding).lstrip("\ufeff")
    assert not found.warnings


def test_letters_that_come_late_are_judged_too(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(
        b"Phone,Name\n" + b"0722123456,Ion\n" * 200_000 + "1,Ştefan Pîrlea\n2,Ţucă Gâlcă\n".encode("cp1250")
    )
    found = find_encoding(path)
    assert (found.name, found.sample) == ("cp1250", "Ştefan Pîrlea, Ţucă Gâlcă")


def test_utf8_with_a_broken_place_is_broken_utf8_and_not_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes("Phone,Name\n1,Ștefan\n2,Țurcanu\n3,Pârvu\n4,Mușat\n5,".encode() + b"\xc8\n")
    found = find_encoding(path)
    assert (found.name, found.sound) == ("utf-8", False)


def test_two_readings_that_are_as_probable_are_both_shown(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Phone,Name\n1,Erd\xf5s\n")
    (warning,) = find_encoding(path).warnings
    assert "'Erdős'" in warning or "'Erdõs'" in warning
    assert "type --encoding " in warning


@pytest.mark.parametrize(
    ("cell", "lost"),
    [
        ("?tefan", True),
        ("Br?ila", True),
        ("Ion?", True),
        ("Pop Ion?", True),
        ("???? ??????", True),  # a Cyrillic name
        ("\ufffdtefan", True),  # somebody's program replaced it already
        ("really?", False),
        ("https://example.org/?a=b", False),
        ("me?you@example.org", False),
        ("?", False),
    ],
)
def test_a_question_mark_in_the_place_of_a_letter_is_pointed_out(tmp_path: Path, cell: str, lost: bool) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Phone,Opted In?\n1,{cell}\n", encoding="utf-8")
    assert any("Letters were lost" in warning for warning in find_encoding(path).warnings) == lost


@pytest.mark.parametrize(
    ("name", "garbled"),
    [
        ("Ștefan André", "È˜tefan AndrÃ©"),  # taken for cp1252
        ("Țurcanu André", "Čšurcanu AndrĂ©"),  # taken for cp1250
        ("Ștefan André", "Č\x98tefan AndrĂ©"),  # cp1250 has nothing at 98
    ],
)
def test_utf8_that_was_read_wrongly_and_saved_again_is_pointed_out_and_left(
    tmp_path: Path, name: str, garbled: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"Phone,Name\n1,{garbled}\n", encoding="utf-8")
    found = find_encoding(path)
    assert found.sample == garbled
    assert f"probably {name!r}" in found.warnings[0]


@pytest.mark.parametrize(
    "name",
    "base64 rot13 zip bz2 hex uu quopri idna punycode unicode_escape raw_unicode_escape utf_7 undefined charmap "
    "klingon ../utf-8 a\0b é".split(" "),
)
def test_what_is_no_encoding_of_text_files_is_unknown(tmp_path: Path, name: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Phone\n1\n")
    with pytest.raises(ContactsRefused, match="no text encoding called") as refused:
        find_encoding(path, name)
    assert "--encoding cp1250" in refused.value.hint


@pytest.mark.parametrize(
    ("wanted", "data", "name", "mark"),
    [
        ("UTF8", "Ș".encode(), "utf-8", 0),
        ("utf-8", "Ș".encode("utf-8-sig"), "utf-8", 3),
        ("utf-8-sig", "Ș".encode(), "utf-8", 0),
        ("utf-16", "Phone,Ș".encode("utf-16-be"), "utf-16-be", 0),
        ("utf-16", "Phone,Ș".encode("utf-16"), "utf-16-le", 2),
        ("Unicode", "Phone,Ș".encode("utf-16"), "utf-16-le", 2),  # as Excel calls it
        ("windows-1250", "ş".encode("cp1250"), "cp1250", 0),
        ("Mac Roman", b"Ren\x8e", "mac-roman", 0),
        ("cp1252", "Ș".encode("utf-8-sig"), "cp1252", 0),  # obeyed, though the mark says otherwise
    ],
)
def test_the_named_encoding_is_obeyed(tmp_path: Path, wanted: str, data: bytes, name: str, mark: int) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    found = find_encoding(path, wanted)
    assert (found.name, found.mark, found.sound) == (name, mark, True)


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        bytes(range(256)) * 4,
        b"\x7fELF\x02\x01\x01" + b"\0" * 50,
        b"Phone\n" + b"\0" * 4096,  # a file whose blocks never reached the disk
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(data)
    with pytest.raises(ContactsRefused, match="neither a text file nor"):
        find_encoding(path)


def test_a_line_without_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"Phone\n1\n" + b"7" * 9_000_000)
    with pytest.raises(ContactsRefused, match="row 3 has more than 4,000,000 characters"):
        find_encoding(path)
