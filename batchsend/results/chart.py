"""The Summary's charts: rows by status, a bar in its colour each, and rows by country."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RegularTextRun
from openpyxl.worksheet.worksheet import Worksheet

from batchsend.results.looks import FAINT, LINE, STRONG
from batchsend.runs.status import Status

ROW_HEIGHT_CM = 0.53
_WIDTH_CM = 20
_NARROW_CM = 8


def height_cm(bars: int) -> int:
    return round(0.8 + 0.62 * bars)


def country_height_cm(bars: int) -> int:
    return round(1.4 + 0.5 * bars)


def status_chart(sheet: Worksheet, statuses: Sequence[Status], first: int, last: int) -> BarChart:
    """Over the words in column A and the counts in column B, rows `first` to `last`."""
    chart = _bars(sheet, 2, first, last)
    chart.width, chart.height = _WIDTH_CM, height_cm(len(statuses))
    for index, status in enumerate(statuses):
        point = DataPoint(idx=index, invertIfNegative=False)
        point.graphicalProperties = GraphicalProperties(solidFill=STRONG[status])
        point.graphicalProperties.line.noFill = True
        chart.series[0].dPt.append(point)
    return chart


def country_chart(sheet: Worksheet, title: str, column: int, first: int, last: int) -> BarChart:
    """Over the countries in column A and the counts in `column` (from 1), rows `first` to `last`."""
    chart = _bars(sheet, column, first, last)
    chart.width, chart.height = _NARROW_CM, country_height_cm(last - first + 1)
    chart.title = _title(title)
    chart.series[0].graphicalProperties = GraphicalProperties(
        solidFill=STRONG[Status.PLANNED if title == "Rows" else Status.ACCEPTED]
    )
    return chart


def _bars(sheet: Worksheet, column: int, first: int, last: int) -> BarChart:
    chart = BarChart()
    chart.type = "bar"
    chart.add_data(Reference(sheet, min_col=column, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    chart.legend = None
    chart.gapWidth = 45
    chart.roundedCorners = False
    chart.graphical_properties = _without_line()

    chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"  # the first one on top
    chart.x_axis.majorTickMark = "none"
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=LINE))
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    chart.y_axis.scaling.min = 0

    series = chart.series[0]
    series.dLbls = DataLabelList()
    series.dLbls.showVal = True
    series.dLbls.showSerName = series.dLbls.showCatName = False
    series.dLbls.showLegendKey = series.dLbls.showPercent = False
    return chart


def _title(text: str) -> Title:
    small = CharacterProperties(sz=1000, b=False, solidFill=FAINT)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=small), r=[RegularTextRun(rPr=small, t=text)])
    title = Title(overlay=False)
    title.tx = Text(rich=RichText(p=[paragraph]))
    return title


def _without_line() -> GraphicalProperties:
    properties = GraphicalProperties(solidFill="FFFFFF")
    properties.line.noFill = True
    return properties
