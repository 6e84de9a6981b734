"""The Summary's chart: how many rows ended in each status, a bar in its colour."""

from collections.abc import Sequence

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.marker import DataPoint
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.worksheet.worksheet import Worksheet

from batchsend.results.looks import LINE, STRONG
from batchsend.runs.status import Status

ROW_HEIGHT_CM = 0.53
_WIDTH_CM = 20


def height_cm(bars: int) -> int:
    return round(1.2 + 0.75 * bars)


def status_chart(sheet: Worksheet, statuses: Sequence[Status], first: int, last: int) -> BarChart:
    """Over the words in column A and the counts in column B, rows `first` to `last`."""
    chart = BarChart()
    chart.type = "bar"
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last))
    chart.set_categories(Reference(sheet, min_col=1, min_row=first, max_row=last))
    chart.width, chart.height = _WIDTH_CM, height_cm(len(statuses))
    chart.legend = None
    chart.gapWidth = 45
    chart.roundedCorners = False
    chart.graphical_properties = _without_line()

    chart.x_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"  # the first status on top
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
    for index, status in enumerate(statuses):
        point = DataPoint(idx=index, invertIfNegative=False)
        point.graphicalProperties = GraphicalProperties(solidFill=STRONG[status])
        point.graphicalProperties.line.noFill = True
        series.dPt.append(point)
    return chart


def _without_line() -> GraphicalProperties:
    properties = GraphicalProperties(solidFill="FFFFFF")
    properties.line.noFill = True
    return properties
