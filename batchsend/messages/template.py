"""A message template: checked against the list's columns once, then rendered row by row."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, Undefined, UndefinedError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from batchsend.contacts.contact import Contact
from batchsend.errors import TemplateRefused

_ROW = "row"


class MissingValueError(UndefinedError):
    """The template prints a cell that is empty in this row. field: the placeholder's name."""

    @property
    def field(self) -> str:
        return self.message or ""


class RenderError(Exception):
    """The template cannot be rendered with the values of a row; the text says what failed."""


class _EmptyCell(Undefined):
    """Stands for an empty cell: `default` and `if` see nothing there, printing it is refused."""

    __slots__ = ()

    def __init__(self, field: str) -> None:
        super().__init__(hint=field, name=field, exc=MissingValueError)

    def __str__(self) -> str:
        self._fail_with_undefined_error()

    def __repr__(self) -> str:
        self._fail_with_undefined_error()

    def __iter__(self) -> Iterator[Any]:
        self._fail_with_undefined_error()

    def __len__(self) -> int:
        self._fail_with_undefined_error()


class Template:
    """text: the template as it was written. name: its file, or "--message".

    fields: the template name of each column ("" for none), headers: the exact one, both in the list's order.
    Raises TemplateRefused when the text is no template or asks for a column that the list does not have.
    """

    def __init__(self, text: str, name: str, fields: Sequence[str], headers: Sequence[str]) -> None:
        self.name = name
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        if not self.text.strip():
            raise TemplateRefused(f"{name}: the message is empty.")
        self._columns = [(i, field) for i, field in enumerate(fields) if field]
        self._headers = [(i, header) for i, header in enumerate(headers) if header]
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
        )
        try:
            tree = environment.parse(self.text)
            self._refuse_unknown_columns(tree)
            self._template = environment.from_string(self.text)
        except TemplateSyntaxError as error:
            raise TemplateRefused(f"{name}, line {error.lineno}: {str(error.message).rstrip('.')}.") from None

    @classmethod
    def read(cls, path: Path, fields: Sequence[str], headers: Sequence[str]) -> "Template":
        """Raises TemplateRefused when the file cannot be read as UTF-8 text."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise TemplateRefused(f"The template {path} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise TemplateRefused(f"The template {path} is not a text file in UTF-8.", "Save it as UTF-8.") from None
        return cls(text, str(path), fields, headers)

    def render(self, contact: Contact) -> str:
        """The message for one row. Raises MissingValueError when it prints an empty cell, RenderError when the template
        fails on the row's values.
        """
        row = {header: _value(contact.text(i), header) for i, header in self._headers}
        values: dict[str, Any] = {field: _value(contact.text(i), field) for i, field in self._columns}
        try:
            return self._template.render({**values, _ROW: row})
        except MissingValueError:
            raise
        except (
            TemplateError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            RuntimeError,
        ) as error:
            raise RenderError(str(error)) from None

    def _refuse_unknown_columns(self, tree: nodes.Template) -> None:
        known = {field for _, field in self._columns}
        missing = sorted(meta.find_undeclared_variables(tree) - known - {_ROW})
        headers = {header for _, header in self._headers}
        missing += sorted({repr(name) for name in _row_names(tree) if name not in headers})
        if missing:
            plural = "s" if len(missing) > 1 else ""
            raise TemplateRefused(
                f"{self.name}: the list has no column for the placeholder{plural} {', '.join(missing)}.",
                f"The placeholders of this list are: {', '.join(field for _, field in self._columns)}.",
            )


def _row_names(tree: nodes.Template) -> Iterator[object]:
    """What the template asks of `row`: row["Exact Header"] and row.Header."""
    for item in tree.find_all(nodes.Getattr):
        if isinstance(item.node, nodes.Name) and item.node.name == _ROW:
            yield item.attr
    for part in tree.find_all(nodes.Getitem):
        if isinstance(part.node, nodes.Name) and part.node.name == _ROW and isinstance(part.arg, nodes.Const):
            yield part.arg.value


def _value(text: str, name: str) -> str | _EmptyCell:
    return text or _EmptyCell(name)
