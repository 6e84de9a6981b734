"""How our cells look: fonts, fills, number formats, and a colour for each status.

A colour never speaks alone: the word stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from openpyxl.cell import Cell as SheetCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from batchsend.runs.status import Status

INK = "1F2A37"
FAINT = "6B7280"
LINE = "D0D5DD"


@dataclass(frozen=True, slots=True)
class Look:
    """fill, color: RRGGBB; number_format "@" is text; line: a thin line above ("top") or below ("bottom")."""

    number_format: str = "General"
    fill: str = ""
    color: str = ""
    bold: bool = False
    size: float = 11
    font: str = "Calibri"
    wrap: bool = False
    horizontal: str = ""
    vertical: str = ""
    indent: int = 0
    line: str = ""

    def dress(self, cell: SheetCell) -> SheetCell:
        cell.number_format = self.number_format
        cell.font = Font(name=self.font, size=self.size, bold=self.bold, color=self.color or None)
        if self.fill:
            cell.fill = PatternFill("solid", start_color=self.fill)
        if self.wrap or self.horizontal or self.vertical or self.indent:
            cell.alignment = Alignment(
                horizontal=self.horizontal or ("left" if self.indent else None),
                vertical=self.vertical or None,
                wrap_text=self.wrap or None,
                indent=self.indent,
            )
        if self.line:
            side = Side(style="thin", color=LINE)
            cell.border = Border(top=side) if self.line == "top" else Border(bottom=side)
        return cell


PLAIN = Look(vertical="top")
"""A cell of no kind; at the top, where the eye looks for it when a sentence beside it takes two lines."""
TEXT = Look("@", vertical="top")
SENTENCE = Look("@", wrap=True, vertical="top")
COUNT = Look(vertical="top", indent=1)
"""Left, under its name: at the right edge of a heading stands the filter's button."""
BOOLEAN = Look('"TRUE";"TRUE";"FALSE"', vertical="top")  # some programs show 1 and 0 otherwise
DATE = Look("yyyy-mm-dd", vertical="top")
DATETIME = Look("yyyy-mm-dd hh:mm:ss", vertical="top")
TIME_OF_DAY = Look("hh:mm:ss", vertical="top")
DURATION = Look("[hh]:mm:ss", vertical="top")
MOMENT = Look("yyyy-mm-dd hh:mm:ss", horizontal="left", vertical="top")
HEADER = Look("@", fill="E5E7EB", color=INK, bold=True, vertical="center", line="bottom")
"""Over a column of the list."""
OUR_HEADER = Look("@", fill="1F4E79", color="FFFFFF", bold=True, vertical="center", line="bottom")
"""Over a column of ours."""
ASKING_HEADER = Look("@", fill="FFD966", color=INK, bold=True, vertical="center", line="bottom")
"""Over a column a person is asked to fill in."""
ASKING = Look("@", fill="FFF8E1", vertical="top")

_SOFT = {
    Status.PLANNED: "DCEBF9",
    Status.ACCEPTED: "DDF2E3",
    Status.REJECTED: "F9D9D6",
    Status.NOT_SENT: "E5E7EB",
    Status.UNKNOWN: "FFEFC2",
    Status.INVALID: "FBE3D2",
    Status.SKIPPED: "ECE6F6",
}
STATUS: Mapping[Status, Look] = MappingProxyType(
    {status: Look("@", fill=fill, vertical="top", indent=1) for status, fill in _SOFT.items()}
)
STRONG: Mapping[Status, str] = MappingProxyType(
    {
        Status.PLANNED: "3B82C4",
        Status.ACCEPTED: "3A9D5D",
        Status.REJECTED: "CC4B42",
        Status.NOT_SENT: "9AA3AF",
        Status.UNKNOWN: "E0A100",
        Status.INVALID: "E07B39",
        Status.SKIPPED: "8E79BD",
    }
)
"""The same hues for the chart's bars."""
