"""The sheet `Summary`: a page a manager would keep."""

from collections.abc import Iterator, Sequence
from math import ceil

from batchsend.results.chart import ROW_HEIGHT_CM, country_chart, country_height_cm, height_cm, status_chart
from batchsend.results.grid import Grid
from batchsend.results.kinds import utc
from batchsend.results.page import (
    BODY,
    FAINT_LINE,
    NUMBER,
    SHARE,
    STATUS_WORD,
    TOTAL,
    TOTAL_NUMBER,
    TOTAL_SHARE,
    UNBROKEN_NOTE,
    Page,
)
from batchsend.results.row import RunFacts
from batchsend.results.sentences import Step, circumstances, next_steps, opening, title
from batchsend.results.tally import Tally
from batchsend.runs.status import Status

_MOST_REASONS = 25
_MOST_COUNTRIES = 40
_MOST_BARS = 10

_LIVE = (Status.ACCEPTED, Status.REJECTED, Status.NOT_SENT, Status.UNKNOWN, Status.INVALID, Status.SKIPPED)
_DRY = (Status.PLANNED, Status.INVALID, Status.SKIPPED)


def write_summary(grid: Grid, facts: RunFacts, tally: Tally, workbook: str) -> None:
    """workbook: the name of the file this sheet is in."""
    page = Page(grid)
    page.title(title(facts))
    page.paragraph(circumstances(facts), FAINT_LINE)
    page.gap()
    page.lead(opening(facts, tally))
    _statuses(page, facts, tally)
    _next(page, next_steps(facts, tally, workbook))
    _credits(page, facts, tally)
    _reasons(page, tally)
    _countries(page, facts, tally)
    _circumstances(page, facts)
    page.finish()


def _statuses(page: Page, facts: RunFacts, tally: Tally) -> None:
    """A row for each status that this kind of run can end in, and for any other that it did."""
    page.heading("What happened to each row")
    page.columns(("Status",), ("Rows", "Share"), "Meaning")
    usual = _DRY if facts.dry_run else _LIVE
    shown = [status for status in Status if status in usual or tally.by_status[status]]
    first = page.row + 1
    for status in shown:
        count = tally.by_status[status]
        share = count / tally.rows if tally.rows else 0
        page.line((status.value, STATUS_WORD[status]), (count, NUMBER), (share, SHARE), (status.meaning, UNBROKEN_NOTE))
    last = page.row
    page.line(
        ("all rows", TOTAL),
        (tally.rows, TOTAL_NUMBER),
        (1 if tally.rows else 0, TOTAL_SHARE),
        ("", TOTAL),
        ("", TOTAL),
    )
    if tally.rows:
        page.gap()
        page.sheet.add_chart(status_chart(page.sheet, shown, first, last), f"A{page.row + 1}")
        for _ in range(round(height_cm(len(shown)) / ROW_HEIGHT_CM)):
            page.gap()


def _next(page: Page, steps: Sequence[Step]) -> None:
    page.heading("What to do next")
    for step in steps:
        page.paragraph(step.sentence)
        if step.command:
            page.command(step.command)
    if any(step.command for step in steps):
        page.paragraph("Type it in a terminal, in the folder of this workbook.", FAINT_LINE)


def _credits(page: Page, facts: RunFacts, tally: Tally) -> None:
    page.heading("Credits")
    page.columns(("",), ("Credits", "SMS parts"), "Meaning")
    sums = [("estimated", tally.estimated, "every row that a message was meant for")]
    if not facts.dry_run:
        sums.append(("accepted", tally.accepted, "the gateway took these messages"))
        sums.append(("worst case", tally.worst, "accepted, and every unknown row went out as well"))
    for name, (spent, parts), meaning in sums:
        page.line((name, BODY), (spent, NUMBER), (parts, NUMBER), (meaning, UNBROKEN_NOTE))


def _reasons(page: Page, tally: Tally) -> None:
    if not tally.by_reason:
        return
    page.heading("Reasons")
    page.columns(("Status",), ("Rows",), "Reason")
    ranked = tally.by_reason.most_common()
    for (status, code), count in ranked[:_MOST_REASONS]:
        page.explained((status.value, STATUS_WORD[status]), (count, NUMBER), tally.sentence(status, code))
    _rest(page, ranked[_MOST_REASONS:], "reasons")


def _countries(page: Page, facts: RunFacts, tally: Tally) -> None:
    if not tally.by_country:
        return
    page.heading("By country")
    ranked = sorted(tally.by_country.items(), key=lambda item: (not item[0], -item[1], item[0]))
    head = page.row + 1
    page.columns(("Country",), ("Rows", "Credits") if facts.dry_run else ("Rows", "Accepted", "Credits accepted"))
    for country, count in ranked[:_MOST_COUNTRIES]:
        if facts.dry_run:
            numbers = [count, tally.country_credits[country]]
        else:
            numbers = [count, tally.country_accepted[country], tally.country_spent[country]]
        page.line((country or "(not known)", BODY), *((number, NUMBER) for number in numbers))
    _rest(page, ranked[_MOST_COUNTRIES:], "countries")
    if len(ranked) > 1:
        _country_chart(page, head, min(len(ranked), _MOST_BARS), dry_run=facts.dry_run)


def _country_chart(page: Page, head: int, bars: int, *, dry_run: bool) -> None:
    """Beside the table whose headings stand in row `head`."""
    column, title = (2, "Rows") if dry_run else (3, "Accepted")
    page.sheet.add_chart(country_chart(page.sheet, title, column, head + 1, head + bars), f"E{head}")
    for _ in range(head + ceil(country_height_cm(bars) / ROW_HEIGHT_CM) - page.row):
        page.gap()


def _rest(page: Page, left_out: Sequence[tuple[object, int]], what: str) -> None:
    if left_out:
        count = sum(count for _, count in left_out)
        page.line((f"{len(left_out):,} more {what}", BODY), (count, NUMBER), ("see the sheet Results", BODY))


def _circumstances(page: Page, facts: RunFacts) -> None:
    page.heading("When and how")
    for name, value in _facts(facts):
        if value:
            page.fact(name, value)


def _facts(facts: RunFacts) -> Iterator[tuple[str, str]]:
    yield "List", facts.list_name
    yield "Sheet", facts.sheet
    yield "Template", facts.template
    yield "Message", facts.template_text
    yield "Provider", facts.provider
    yield "Account", facts.account
    yield "Run", facts.run
    yield "State", facts.state + (", practice: nobody was texted" if facts.practice else "")
    for name, moment in (("Started (UTC)", facts.created_at), ("Ended (UTC)", facts.ended_at)):
        yield name, f"{utc(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
    yield "Versions", f"batchsend {facts.version}, phonenumbers {facts.phonenumbers_version}"
