"""A message template: checked against the list's columns once, then rendered row by row."""

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, meta, nodes

from batchsend.contacts.contact import Contact
from batchsend.contacts.headers import fold
from batchsend.errors import TemplateRefused
from batchsend.messages.bounds import BoundedEnvironment, OutOfBoundsError
from batchsend.messages.cell_text import MissingValueError, value_of

_ROW = "row"
_MOST_BYTES = 64 * 1024
_OTHER_STYLES = re.compile(r"(?<!\{)\{\s*([^\W\d][\w .-]*?)\s*\}(?!\})|<<\s*([^<>]+?)\s*>>|«\s*([^«»]+?)\s*»")


class RenderError(Exception):
    """The template cannot be rendered with the values of a row; the text says what failed."""


class Template:
    """text: the template as it was written. name: its file, or "--message".

    fields: the template name of each column ("" for none), headers: the exact one, both in the list's order.
    ambiguous: names that several columns have. Raises TemplateRefused when the text is no template, asks for a column
    that the list does not have or has twice, or asks for more than a message needs.
    """

    def __init__(
        self, text: str, name: str, fields: Sequence[str], headers: Sequence[str], ambiguous: Collection[str] = ()
    ) -> None:
        self.name = name
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        if not self.text.strip():
            raise TemplateRefused(f"{name}: the message is empty.")
        self._columns = [(i, field) for i, field in enumerate(fields) if field]
        self._headers = [(i, header) for i, header in enumerate(headers) if header]
        self._environment = BoundedEnvironment()
        try:
            tree, self._template = self._environment.bounded_template(self.text, name)
        except TemplateSyntaxError as error:
            raise TemplateRefused(
                f"{name}, line {error.lineno}: {str(error.message).rstrip('.')}.", self._hint()
            ) from None
        except (RecursionError, MemoryError, SyntaxError, ValueError, OverflowError):
            raise TemplateRefused(f"{name}: the template is too complicated.") from None
        self._refuse_unknown_columns(tree, ambiguous)
        self._refuse_other_styles(tree)

    @classmethod
    def read(
        cls, path: Path, fields: Sequence[str], headers: Sequence[str], ambiguous: Collection[str] = ()
    ) -> "Template":
        """Raises TemplateRefused when the file cannot be read as UTF-8 text."""
        try:
            with path.open("rb") as file:
                data = file.read(_MOST_BYTES + 1)
            text = data.decode("utf-8-sig")
        except OSError as error:
            raise TemplateRefused(f"The template {path} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise TemplateRefused(f"The template {path} is not a text file in UTF-8.", "Save it as UTF-8.") from None
        if len(data) > _MOST_BYTES:
            raise TemplateRefused(f"The template {path} is larger than any message (64 KB).")
        return cls(text, str(path), fields, headers, ambiguous)

    def render(self, contact: Contact) -> str:
        """The message for one row; it depends on that row only.

        Raises MissingValueError when it prints an empty cell, RenderError when the template fails on the row's values,
        TemplateRefused when it passes a bound.
        """
        row = {header: value_of(contact.text(i), contact.cells[i], header) for i, header in self._headers}
        values: dict[str, Any] = {
            field: value_of(contact.text(i), contact.cells[i], field) for i, field in self._columns
        }
        try:
            return self._environment.render_bounded(self._template, {**values, _ROW: row})
        except MissingValueError:
            raise
        except OutOfBoundsError as error:
            raise TemplateRefused(f"{self.name}: {error.message} (row {contact.row}).") from None
        except RecursionError:
            raise TemplateRefused(f"{self.name}: the template calls itself without end.") from None
        except (
            TemplateError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            AssertionError,
        ) as error:
            raise RenderError(str(error).rstrip(".")) from None

    def _refuse_unknown_columns(self, tree: nodes.Template, ambiguous: Collection[str]) -> None:
        known = {field for _, field in self._columns}
        asked = meta.find_undeclared_variables(tree) - {_ROW, "range"}
        missing = sorted(asked - known)
        headers = {header for _, header in self._headers}
        missing += sorted({repr(name) for name in _row_names(tree) if name not in headers})
        if missing:
            plural = "s" if len(missing) > 1 else ""
            line = _line_of(tree, missing[0])
            raise TemplateRefused(
                f"{self.name}{line}: the list has no column for the placeholder{plural} {', '.join(missing)}.",
                self._hint(),
            )
        written = [header for _, header in self._headers]
        twice = sorted(asked & set(ambiguous)) + [str(n) for n in _row_names(tree) if written.count(str(n)) > 1]
        if twice:
            raise TemplateRefused(
                f"{self.name}: the list has several columns called {twice[0]}.",
                "Rename one of them in the file, so that it is certain which is meant.",
            )

    def _refuse_other_styles(self, tree: nodes.Template) -> None:
        """`Hi {name}` and `Hi <<name>>` are how other programs write placeholders; here they would be sent as text."""
        for data in tree.find_all(nodes.TemplateData):
            for match in _OTHER_STYLES.finditer(data.data):
                field = fold(match[1] or match[2] or match[3])
                raise TemplateRefused(
                    f"{self.name}, line {data.lineno + data.data[: match.start()].count(chr(10))}: "
                    f"{match[0]} would be sent as it stands.",
                    f"A placeholder is written {{{{ {field} }}}}. {self._hint()}",
                )

    def _hint(self) -> str:
        return f"The placeholders of this list are: {', '.join(field for _, field in self._columns)}."


def _line_of(tree: nodes.Template, name: str) -> str:
    line = next((item.lineno for item in tree.find_all(nodes.Name) if item.name == name), None)
    return f", line {line}" if line else ""


def _row_names(tree: nodes.Template) -> Iterator[object]:
    """What the template asks of `row`: row["Exact Header"] and row.Header."""
    for item in tree.find_all(nodes.Getattr):
        if isinstance(item.node, nodes.Name) and item.node.name == _ROW:
            yield item.attr
    for part in tree.find_all(nodes.Getitem):
        if isinstance(part.node, nodes.Name) and part.node.name == _ROW and isinstance(part.arg, nodes.Const):
            yield part.arg.value
