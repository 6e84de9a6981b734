"""Cells that are no number to write to, or not surely this one, and the reason that a person should read.

PhoneProblem in place of a member: refused, and any of its reasons would do.
"""

import datetime

import pytest

from batchsend.contacts import Cell
from batchsend.contacts.look import CellProblem
from batchsend.recipients import PhoneProblem, normalize

P = PhoneProblem
Refused = tuple[Cell, str | None, PhoneProblem | type[PhoneProblem], str]

NO_NUMBER: list[Refused] = [
    (None, "RO", P.EMPTY, "an empty cell"),
    ("", "RO", P.EMPTY, "an empty text"),
    ("   ", "RO", P.EMPTY, "spaces"),
    ("\u00a0\u200b\ufeff", "RO", P.EMPTY, "nothing that can be seen"),
    ("'", "RO", P.EMPTY, "a lone apostrophe"),
    (True, "RO", P.NOT_A_NUMBER, "a checkbox"),
    (False, "RO", P.NOT_A_NUMBER, "a checkbox"),
    (0, "RO", P.NOT_A_NUMBER, "P17"),
    (1.0, "RO", P.NOT_A_NUMBER, "a flag"),
    (40.0, "RO", P.NOT_A_NUMBER, "a prefix alone"),
    (0.5, "RO", P.NOT_A_NUMBER, "a fraction"),
    (722123456.5, "RO", P.NOT_A_NUMBER, "a fraction of a number"),
    (-722123456, "RO", P.NOT_A_NUMBER, "a negative number, as =-722123456 gives"),
    (45291.0, "RO", P.NOT_A_NUMBER, "a date that Excel shows as its number"),
    (float("nan"), "RO", P.NOT_A_NUMBER, "not a number"),
    (float("inf"), "RO", P.NOT_A_NUMBER, "infinity"),
    (datetime.date(2024, 3, 20), "RO", P.A_DATE, "a date"),
    (datetime.datetime(2024, 3, 20, 10, 30), "RO", P.A_DATE, "a moment"),  # noqa: DTZ001
    (datetime.time(10, 30), "RO", P.A_DATE, "a time"),
    (datetime.timedelta(hours=30), "RO", P.A_DATE, "a duration"),
    ("26.12.2023", "DK", P.A_DATE, "a date with the eight digits of a Danish number"),
    ("26/12/2023", "DK", P.A_DATE, "the same with slashes"),
    ("2024-03-20", "DK", P.A_DATE, "the same as ISO 8601"),
    ("25.12.2023", "LV", P.A_DATE, "Christmas, with the digits of a Latvian mobile"),
    ("31.12.2023", "SI", P.A_DATE, "the last of December, with the digits of a Slovenian mobile"),
    ("20.03.2024", "RO", PhoneProblem, "a date"),
    ("2024-03-20 10:30", "DK", PhoneProblem, "a moment as text"),
    ("#N/A", "RO", P.EXCEL_ERROR, "an error"),
    ("#REF!", "RO", P.EXCEL_ERROR, "an error"),
    ("#VALUE!", "RO", P.EXCEL_ERROR, "an error"),
    ("#DIV/0!", "RO", P.EXCEL_ERROR, "an error with a digit"),
    (" #NAME? ", "RO", P.EXCEL_ERROR, "an error"),
    (CellProblem.NO_RESULT, "RO", P.NO_RESULT, "a formula without a saved result"),
    ("N/A", "RO", P.NOT_A_NUMBER, "P17"),
    ("n/a", "RO", P.NOT_A_NUMBER, "P17"),
    ("-", "RO", P.NOT_A_NUMBER, "P17"),
    ("—", "RO", P.NOT_A_NUMBER, "P17"),
    ("?", "RO", P.NOT_A_NUMBER, "P17"),
    ("+", "RO", P.NOT_A_NUMBER, "a + alone"),
    ("none", "RO", P.NOT_A_NUMBER, "P17"),
    ("test", "RO", P.NOT_A_NUMBER, "P17"),
    ("nu are", "RO", P.NOT_A_NUMBER, "a note"),
    ("tel", "RO", P.NOT_A_NUMBER, "a label alone"),
    ("ana@example.com", "RO", P.NOT_A_NUMBER, "an address"),
    ("0", "RO", P.NOT_VALID, "P17"),
    ("00000", "RO", PhoneProblem, "P17"),
    ("0000000000", "RO", PhoneProblem, "P17"),
    ("0000000000", "US", PhoneProblem, "P17"),
    ("1111111111", "US", PhoneProblem, "P17"),
    ("1234567890", "US", PhoneProblem, "P17"),
    ("1234567890", "RO", PhoneProblem, "P17"),
    ("0123456789", "RO", PhoneProblem, "P17"),
    ("9999999999", "US", PhoneProblem, "P17"),
    ("+40", "RO", PhoneProblem, "a prefix alone"),
    ("+40 000 000 000", None, P.NOT_A_NUMBER, "P17: one digit all over"),
    ("112", "RO", P.TOO_SHORT, "P18: emergency"),
    (112, "RO", P.NOT_A_NUMBER, "P18: emergency as a number"),
    ("911", "US", P.TOO_SHORT, "P18: emergency"),
    ("999", "GB", P.TOO_SHORT, "P18: emergency"),
    ("110", "DE", P.NOT_VALID, "P18: emergency"),
    ("1850", "RO", PhoneProblem, "P18: a short code"),
    ("118 500", "GB", PhoneProblem, "P18: directory enquiries"),
    ("+40112", None, PhoneProblem, "P18: emergency with a prefix"),
    ("12345", "US", PhoneProblem, "P18: a short code"),
    ("4004-1234", "BR", PhoneProblem, "a service number"),
]

ROUNDED: list[Refused] = [
    ("4.07221E+10", "RO", P.ROUNDED, "P3"),
    ("4,07221E+10", "RO", P.ROUNDED, "P3, decimal comma"),
    ("4.07E+10", "RO", P.ROUNDED, "P3, two decimals"),
    ("4E+10", "RO", P.ROUNDED, "P3, none"),
    ("4.07221e10", "RO", P.ROUNDED, "P3, as programs write it"),
    ("4.072212345E+10", "RO", P.ROUNDED, "P3, one digit short"),
    ("7.22123E+08", "RO", P.ROUNDED, "P3, the zero lost as well"),
    ("2.12555E+09", "US", P.ROUNDED, "P3"),
    (722123000.0, "RO", P.ROUNDED, "P3, the zero lost as well, read again as a number"),
    (40722100000.0, "RO", P.ROUNDED, "P3, six digits and zeros"),
    ("40722100000", "RO", P.ROUNDED, "P3, saved again as text"),
    ("40722100000.0", "RO", P.ROUNDED, "P3, saved again as a float"),
    (4072210000000000000.0, "RO", P.ROUNDED, "P4"),
    (1e15, "RO", P.ROUNDED, "P4: sixteen digits"),
    (1234567890123456, "RO", P.ROUNDED, "P4: sixteen digits"),
]

LETTERS: list[Refused] = [
    ("O722123456", "RO", P.LETTERS, "P16"),
    ("0722l23456", "RO", P.LETTERS, "P16"),
    ("0722I23456", "RO", P.LETTERS, "P16"),
    ("07221234S6", "RO", P.LETTERS, "P16: S for 5"),
    ("\u041e722123456", "RO", P.LETTERS, "P16: a Cyrillic О"),
    ("\u039f722123456", "RO", P.LETTERS, "P16: a Greek Ο"),
    ("072212З456", "RO", P.LETTERS, "P16: a Cyrillic З for 3"),
    ("+40721eeasd0", None, P.LETTERS, "P15: a stranger by keypad"),
    ("0722123456xyz", "RO", P.LETTERS, "P15"),
    ("1-800-FLOWERS", "US", P.LETTERS, "P15"),
    ("1-212-555-CALL", "US", P.LETTERS, "P15"),
    ("070 123 45 67 (Axel)", "SE", P.LETTERS, "P15"),
    ("0722 123 456 (mobil Ana)", "RO", P.LETTERS, "P15"),
    ("0722 123 456 Ana", "RO", P.LETTERS, "P15"),
    ("Ana 0722 123 456", "RO", P.LETTERS, "P15"),
    ("06 6X XX XX 83", "FR", P.LETTERS, "P15: masked"),
    ("07xx xxx xxx", "RO", P.LETTERS, "P15: masked"),
    ("0722 *** 456", "RO", PhoneProblem, "masked"),
    ("0722…456", "RO", PhoneProblem, "cut short"),
    ("0722 123 456 acasă", "RO", P.LETTERS, "P15: at home"),
    ("0722123456 - do not call", "RO", P.LETTERS, "P15: and not to be called"),
    ("not 0722123456", "RO", P.LETTERS, "P15"),
    ("https://wa.me/40722123456", "RO", P.LETTERS, "an address, not a number"),
    ("0722 123 45²", "RO", PhoneProblem, "a footnote for a digit"),
    ("0664 123456²", "AT", PhoneProblem, "a footnote is no digit"),
    ("① 0664 123456", "AT", PhoneProblem, "a circled count is no digit"),
    ("0722 123 456?", "RO", PhoneProblem, "a doubt"),
    ("0722 123 45?", "RO", PhoneProblem, "a digit unknown"),
    ("0722:123:456", "RO", PhoneProblem, "a time, or an address of a network"),
]

SEVERAL: list[Refused] = [
    ("0722123456 / 0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456/0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456,0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456, 0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456;0733123456", "RO", P.TWO_NUMBERS, "P13: a semicolon would make it an extension"),
    ("0722123456\n0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456\r\n0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456 | 0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456 & 0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456 sau 0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("0722123456 și 0733123456", "RO", P.TWO_NUMBERS, "P13"),
    ("07400 123456 or 07400 123457", "GB", P.TWO_NUMBERS, "P13"),
    ("0171 1234567 oder 0171 7654321", "DE", P.TWO_NUMBERS, "P13"),
    ("06 12 34 56 78 ou 06 12 34 56 79", "FR", P.TWO_NUMBERS, "P13"),
    ("612 345 678 y 612 345 679", "ES", P.TWO_NUMBERS, "P13"),
    ("+40722123456+40733123456", None, P.TWO_NUMBERS, "P13: nothing between them"),
    ("+40722123456 +40733123456", None, P.TWO_NUMBERS, "P13: a space"),
    ("+40 722 123 456 / 0733 123 456", None, P.TWO_NUMBERS, "P13: one with its prefix"),
    ("tel: 0722123456 / mob: 0733123456", "RO", P.TWO_NUMBERS, "P13: labels"),
    ("0722123456 (0733123456)", "RO", PhoneProblem, "P13: the second in brackets"),
    ("0722123456 0733123456", "RO", PhoneProblem, "P13: a space"),
    ("07221234560733123456", "RO", PhoneProblem, "P13: nothing between them"),
    ("0722123456 - 0733123456", "RO", PhoneProblem, "P13: a dash"),
    ("0722123456\t0733123456", "RO", PhoneProblem, "P13: a tab"),
    ("0722123456\x0b0733123456", "RO", PhoneProblem, "P13: a vertical tab"),
    ("0722123456\u20280733123456", "RO", PhoneProblem, "P13: a line separator"),
    ("2012 3456 2012 3457", "DK", PhoneProblem, "P13: two short ones"),
    ("8123 4567 / 68", "SG", PhoneProblem, "the ending of a second number"),
    ("0722 123 456 / 457", "RO", PhoneProblem, "the ending of a second number"),
    ("0664 123456/57", "AT", PhoneProblem, "the ending of a second number, not two more digits"),
    ("0664 123456 / 7", "AT", PhoneProblem, "the ending of a second number, not one more digit"),
    ("0664 123456, 7", "AT", PhoneProblem, "the ending of a second number, not one more digit"),
    ("0664 123456\n12", "AT", PhoneProblem, "something on a second line, not two more digits"),
    ("0664 123456 (2)", "AT", PhoneProblem, "a count, not one more digit"),
    ("041 2345678 (2)", "FI", PhoneProblem, "a count, not one more digit"),
    ("2) 021 123 456", "NZ", PhoneProblem, "numbered: +64 20 21123456 would be somebody else's"),
    ("2. 021 123 456", "NZ", PhoneProblem, "numbered: +64 20 21123456 would be somebody else's"),
    ("1. 0722 123 456", "RO", PhoneProblem, "numbered"),
    ("0722123456 12", "RO", P.TOO_LONG, "more digits than a number has"),
    ("0722 123 456 x12", "RO", P.EXTENSION, "P12"),
    ("0722123456x12", "RO", P.EXTENSION, "P12"),
    ("0722 123 456 ext 12", "RO", P.EXTENSION, "P12"),
    ("0722 123 456 ext. 12", "RO", P.EXTENSION, "P12"),
    ("0722 123 456 (ext. 12)", "RO", P.EXTENSION, "P12"),
    ("0722 123 456 #12", "RO", P.EXTENSION, "P12"),
    ("0722123456;ext=12", "RO", P.EXTENSION, "P12: RFC 3966"),
    ("tel:+40722123456;ext=12", None, P.EXTENSION, "P12: RFC 3966"),
    ("0722123456;12", "RO", PhoneProblem, "P12"),
    ("0722123456p12", "RO", P.EXTENSION, "P12: a pause"),
    ("0722 123 456 int. 12", "RO", P.EXTENSION, "P12: Romanian"),
    ("06 12 34 56 78 poste 12", "FR", P.EXTENSION, "P12: French"),
    ("0171 1234567 Durchwahl 12", "DE", P.EXTENSION, "P12: German"),
    ("0664 123456 DW 12", "AT", PhoneProblem, "P12: Austrian"),
    ("+43 664 123456-12", None, PhoneProblem, "P12: an Austrian extension, or two more digits"),
    ("+1 212 555 0123 extension 12", None, P.EXTENSION, "P12"),
    ("(212) 555-0123, ext. 12", "US", P.EXTENSION, "P12"),
]

NOT_THIS_COUNTRY: list[Refused] = [
    ("0722123456", None, P.NO_COUNTRY, "no country at all"),
    ("722123456", None, P.NO_COUNTRY, "no country at all"),
    ("40722123456", None, P.NO_COUNTRY, "a prefix without its + is only believed for the country of the row"),
    ("01140722123456", None, P.NO_COUNTRY, "011 means nothing without a country"),
    ("tel:0722123456;phone-context=example.com", "RO", PhoneProblem, "a context that is no prefix"),
    ("0722123456", "GB", P.NOT_VALID, "a Romanian number in Britain"),
    ("0722123456", "FR", P.NOT_VALID, "072 is not given out in France"),
    ("0722123456", "AQ", PhoneProblem, "Antarctica has no plan"),
    ("40722123456", "US", PhoneProblem, "P11: a foreign number without its +"),
    ("447400123456", "RO", PhoneProblem, "P11: a foreign number without its +"),
    ("4915123456789", "US", PhoneProblem, "P11: a foreign number without its +"),
    ("9609123456", "IN", P.AMBIGUOUS, "P11: an Indian mobile, or one in the Maldives"),
    ("13123456789", "CN", P.AMBIGUOUS, "P11: a Chinese mobile, or one in Chicago"),
    (13123456789.0, "CN", P.AMBIGUOUS, "P11: the same as a number"),
    (15123456789.0, "DE", P.AMBIGUOUS, "P11: a German mobile without its 0, or one in Texas"),
    ("+0722 123 456", None, P.NO_COUNTRY, "a + before a national number, and no country"),
    ("+999123456789", None, P.NOT_VALID, "no such prefix"),
    ("+0", None, PhoneProblem, "nothing"),
    ("5+40722123456", None, PhoneProblem, "a digit before the +"),
    ("0722+123456", "RO", PhoneProblem, "a + in the middle"),
    ("+40722+123456", None, PhoneProblem, "a + in the middle"),
    ("+40 722 123 45", None, P.NOT_VALID, "a digit short, though other Romanian numbers are shorter"),
    ("0722 123 45", "RO", P.NOT_VALID, "a digit short, though other Romanian numbers are shorter"),
    ("+40 722 123 4567", None, P.TOO_LONG, "a digit too many"),
    ("0722 123 4567", "RO", P.TOO_LONG, "a digit too many"),
    ("+4072212345612345678", None, P.TOO_LONG, "longer than any number"),
    ("07700 900123", "GB", P.NOT_VALID, "P21: a number of films"),
    ("+44 7700 900123", None, P.NOT_VALID, "P21: a number of films"),
    ("555-0123", "US", P.NOT_VALID, "without its area code"),
    ("123-456-7890", "US", P.NOT_VALID, "no area code begins with 1"),
    ("(11) 6123-4567", "BR", P.NOT_VALID, "P20: without the ninth digit"),
    ("96123-4567", "BR", PhoneProblem, "without its area code"),
    ("15 2345 6789", "AR", PhoneProblem, "P20: without its area code"),
    ("+52 1 55 1234 5678", None, PhoneProblem, "P20: the 1 of before 2019"),
    ("+225 46 12 34 56", None, PhoneProblem, "P20: eight digits, of before 2021"),
    ("46 12 34 56", "CI", PhoneProblem, "P20: eight digits, of before 2021"),
    ("95 12 34 56", "BJ", PhoneProblem, "P20: eight digits, of before 2024"),
    (195123456.0, "BJ", PhoneProblem, "P1: 01 belongs to the number, and its 0 is gone"),
    (746123456.0, "CI", PhoneProblem, "P1: the 0 belongs to the number"),
    (61234567.0, "CG", PhoneProblem, "P1: the 0 belongs to the number"),
    ("6201234567", "HU", PhoneProblem, "P1: the trunk prefix is 06, and half of it is gone"),
    ("6031234", "GA", PhoneProblem, "P1: 06 03 12 34 without its 0 is somebody else's"),
    (6031234.0, "GA", PhoneProblem, "P1: 06 03 12 34 without its 0 is somebody else's"),
    ("+8 (912) 345-67-89", "RU", PhoneProblem, "a + before the trunk prefix"),
    ("1850101123456", "RO", PhoneProblem, "a personal number, not a phone"),
]

NO_MOBILE: list[Refused] = [
    ("021 312 3456", "RO", P.LANDLINE, "Bucharest"),
    ("020 7946 0018", "GB", P.LANDLINE, "London"),
    ("030 123456", "DE", P.LANDLINE, "Berlin"),
    ("01 23 45 67 89", "FR", P.LANDLINE, "Paris"),
    ("06 6982 1234", "IT", P.LANDLINE, "Rome"),
    ("+39 (0)6 6982 1234", None, P.LANDLINE, "Rome: the 0 belongs to the number"),
    ("06 1 234 5678", "HU", P.LANDLINE, "Budapest"),
    ("044 668 18 00", "CH", P.LANDLINE, "Zürich"),
    ("(11) 2345-6789", "BR", P.LANDLINE, "São Paulo"),
    ("6234 5678", "SG", P.LANDLINE, "Singapore"),
    ("022 212 345", "MD", P.LANDLINE, "Chișinău"),
    ("+44 1624 756789", None, P.LANDLINE, "Isle of Man"),
    ("0800 123 456", "RO", P.TOLL_FREE, "P19"),
    ("0800 123 4567", "GB", P.TOLL_FREE, "P19"),
    ("800-234-5678", "US", P.TOLL_FREE, "P19"),
    ("1-888-234-5678", "US", P.TOLL_FREE, "P19"),
    ("0800 1234567", "DE", P.TOLL_FREE, "P19"),
    ("900 123 456", "ES", P.TOLL_FREE, "P19: free, although it is 900"),
    ("800 123456", "IT", P.TOLL_FREE, "P19"),
    ("1800 123 456", "AU", P.TOLL_FREE, "P19"),
    ("0800 123 456", "CH", P.TOLL_FREE, "P19"),
    ("0900 000 130", "RO", P.PREMIUM, "P19"),
    ("0909 879 0123", "GB", P.PREMIUM, "P19"),
    ("1-900-234-5678", "US", P.PREMIUM, "P19"),
    ("0900 1 234567", "DE", P.PREMIUM, "P19"),
    ("0899 12 34 56", "FR", P.PREMIUM, "P19"),
    ("803 123 456", "ES", P.PREMIUM, "P19"),
    ("0900 123 456", "CH", P.PREMIUM, "P19"),
    ("0900 123456", "AT", P.PREMIUM, "P19"),
    ("1900 123 456", "AU", P.PREMIUM, "P19"),
    ("070 1234 5678", "GB", P.SPECIAL, "P19: follows a person and costs like premium, and looks like a mobile"),
    ("07640 123456", "GB", P.SPECIAL, "P19: a pager, and looks like a mobile"),
    ("0300 123 4567", "GB", P.SPECIAL, "P19: of an organisation"),
    ("056 1234 5678", "GB", P.SPECIAL, "P19: over the internet"),
    ("0700 12345678", "DE", P.SPECIAL, "P19: follows a person"),
    ("09 72 12 34 56", "FR", P.SPECIAL, "P19: over the internet"),
    ("701 234 567", "ES", P.SPECIAL, "P19: follows a person"),
    ("1300 123 456", "AU", PhoneProblem, "P19: of an organisation"),
    ("+881 6 1234 5678", None, P.SATELLITE, "P19: Iridium"),
    ("+870 301 234 567", None, P.SATELLITE, "P19: Inmarsat"),
    ("+800 1234 5678", None, P.SATELLITE, "P19: free from everywhere"),
    ("00 800 1234 5678", "RO", P.SATELLITE, "P19: the same after 00"),
    ("+808 1234 5678", None, P.SATELLITE, "P19: shared cost everywhere"),
    ("+979 123 456 789", None, PhoneProblem, "P19: premium everywhere"),
    ("+882 16 12 345 678", None, PhoneProblem, "P19: Thuraya and other networks"),
]

STILL_REFUSED: list[Refused] = [
    ("0900 000 130", "RO", P.PREMIUM, "premium-rate, never"),
    ("1-900-234-5678", "US", P.PREMIUM, "premium-rate, never"),
    ("0800 123 456", "RO", P.TOLL_FREE, "toll-free"),
    ("+881 6 1234 5678", None, P.SATELLITE, "satellite"),
    ("070 1234 5678", "GB", P.SPECIAL, "follows a person"),
    ("112", "RO", P.TOO_SHORT, "emergency"),
    ("021 312 3456; 021 312 3457", "RO", P.TWO_NUMBERS, "two landlines"),
    ("021 312 3456 ext 12", "RO", P.EXTENSION, "an extension"),
]
PLACEHOLDERS: list[Refused] = [
    ("9999999999", "IN", PhoneProblem, "P17: valid, and what is typed into a form that insists"),
    ("07777777777", "GB", PhoneProblem, "P17: valid, and what is typed into a form that insists"),
    ("666666666", "ES", PhoneProblem, "P17: valid, and what is typed into a form that insists"),
    ("0777777777", "RO", PhoneProblem, "P17: valid, and what is typed into a form that insists"),
]
TABLE = NO_NUMBER + ROUNDED + LETTERS + SEVERAL + NOT_THIS_COUNTRY + NO_MOBILE + PLACEHOLDERS


@pytest.mark.parametrize(("cell", "region", "problem", "why"), TABLE)
def test_a_cell_that_is_no_certain_mobile_is_refused_with_its_reason(
    cell: Cell, region: str | None, problem: PhoneProblem | type[PhoneProblem], why: str
) -> None:
    found = normalize(cell, region)
    assert isinstance(found, PhoneProblem) if problem is PhoneProblem else found is problem, (why, found)


@pytest.mark.parametrize(("cell", "region", "problem", "why"), STILL_REFUSED)
def test_allowing_landlines_allows_nothing_else(
    cell: Cell, region: str | None, problem: PhoneProblem | type[PhoneProblem], why: str
) -> None:
    found = normalize(cell, region, allow_landline=True)
    assert isinstance(found, PhoneProblem) if problem is PhoneProblem else found is problem, (why, found)


def test_the_table_is_as_long_as_it_should_be() -> None:
    assert len(TABLE) == len({(repr(cell), region) for cell, region, _, _ in TABLE}) > 200


@pytest.mark.parametrize("problem", PhoneProblem)
def test_every_reason_is_a_plain_sentence(problem: PhoneProblem) -> None:
    assert problem.sentence[-1] not in ".!"
    assert "_" not in problem.sentence
