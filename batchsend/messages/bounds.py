"""Jinja's sandbox with bounds: a template may come from anybody, and may cost neither time nor memory nor a file."""

import time
from collections.abc import Callable
from typing import Any

from jinja2 import StrictUndefined, Template, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from batchsend.errors import TemplateRefused
from batchsend.messages.filters import FILTERS

MOST_CHARACTERS = 10_000
"""Of a rendered message; the longest SMS a phone puts together again has 255 parts of 153 characters."""
_MOST_STEPS = 10_000
_MOST_SECONDS = 1.0
_MOST_POWER = 64
_MOST_RANGE = 1_000
_TEXT_METHODS = frozenset(
    """
    split strip lstrip rstrip replace upper lower title capitalize startswith endswith removeprefix removesuffix
    partition rpartition count find isdigit isalpha swapcase casefold
    """.split()
)
_REFUSED = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block)
_STEP, _JOIN = "_batchsend_step", "_batchsend_join"


class OutOfBoundsError(SecurityError):
    """A template asked for more than a message needs."""


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Counts the steps, the seconds and the characters of one render after another. clock: seconds, monotonic."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(
            undefined=StrictUndefined,
            autoescape=False,
            keep_trailing_newline=True,
            optimized=False,
            finalize=_only_text,
        )
        self._clock = clock
        self._steps = 0
        self._until = 0.0
        self.filters = {name: self._bounded(it) for name, it in FILTERS.items()}
        self.globals = {"range": self._range, _STEP: self._step, _JOIN: self._join}

    def bounded_template(self, text: str, name: str) -> tuple[nodes.Template, Template]:
        """The parsed template, and the one to render. Raises TemplateRefused for what no message needs."""
        tree = self.parse(text)
        for refused in tree.find_all(_REFUSED):
            raise TemplateRefused(
                f"{name}, line {refused.lineno}: {type(refused).__name__.lower()} is not for messages."
            )
        for used in tree.find_all(nodes.Filter):
            if used.name not in self.filters:
                raise TemplateRefused(
                    f"{name}, line {used.lineno}: there is no filter {used.name!r}.",
                    f"The filters are: {', '.join(sorted(self.filters))}.",
                )
        watched = self.parse(text)
        _watch(watched)
        watched.set_environment(self)
        code = self.compile(watched, name, None)
        return tree, Template.from_code(self, code, self.make_globals(None))

    def render_bounded(self, template: Template, values: dict[str, Any]) -> str:
        """Raises OutOfBoundsError where a bound is passed, and whatever rendering raises."""
        self._steps, self._until = 0, self._clock() + _MOST_SECONDS
        pieces, characters = [], 0
        for piece in template.generate(values):
            characters += len(piece)
            if characters > MOST_CHARACTERS:
                raise OutOfBoundsError(f"the message is longer than {MOST_CHARACTERS:,} characters")
            pieces.append(piece)
        return "".join(pieces)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        self._step()
        sized = [len(operand) for operand in (left, right) if isinstance(operand, str | list | tuple)]
        number = next((operand for operand in (left, right) if isinstance(operand, int)), 1)
        if operator == "*" and sized and max(sized) * number > MOST_CHARACTERS:
            raise OutOfBoundsError("a text is repeated too often")
        if operator == "**" and not (isinstance(right, int | float) and abs(right) <= _MOST_POWER):
            raise OutOfBoundsError("a power is too high")
        if operator == "%" and isinstance(left, str):
            raise OutOfBoundsError("text formatting with % is not for messages")
        return self._checked(super().call_binop(context, operator, left, right))

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - jinja2's signature
        __self._step()
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str) and __obj.__name__ not in _TEXT_METHODS:
            raise OutOfBoundsError(f"the method {__obj.__name__} is not for messages")
        return __self._checked(super().call(__context, __obj, *args, **kwargs))

    def _bounded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def bounded(*args: Any, **kwargs: Any) -> Any:
            self._step()
            return self._checked(function(*args, **kwargs))

        for mark in ("jinja_pass_arg",):  # how Jinja knows that a filter wants the environment or its context
            if hasattr(function, mark):
                setattr(bounded, mark, getattr(function, mark))
        return bounded

    def _range(self, *args: int) -> range:
        made = range(*args)
        if len(made) > _MOST_RANGE:
            raise OutOfBoundsError(f"range() of more than {_MOST_RANGE:,}")
        return made

    def _join(self, *parts: Any) -> str:
        self._step()
        return str(self._checked("".join(map(str, parts))))

    def _step(self) -> str:
        self._steps += 1
        if self._steps > _MOST_STEPS or self._clock() > self._until:
            raise OutOfBoundsError("it takes too many steps")
        return ""

    def _checked(self, value: Any) -> Any:
        if isinstance(value, str | list | tuple) and len(value) > MOST_CHARACTERS:
            raise OutOfBoundsError(f"a value of more than {MOST_CHARACTERS:,} characters")
        if isinstance(value, int) and value.bit_length() > 4 * MOST_CHARACTERS:
            raise OutOfBoundsError("a number of more digits than a message has")
        return value


def _only_text(value: Any) -> Any:
    """What a message may print: texts and numbers. Anything else would show people the inside of a program."""
    if isinstance(value, str | int | float | Undefined) and not isinstance(value, bool):
        return value
    raise OutOfBoundsError("the message would print what is neither text nor a number")


def _watch(tree: nodes.Template) -> None:
    """Puts a step into every body that may run again, and makes every ~ a call that is counted."""
    step = nodes.Output([nodes.Call(nodes.Name(_STEP, "load"), [], [], None, None)])
    for loop in tree.find_all(nodes.For):
        loop.body.insert(0, step)
    for macro in tree.find_all(nodes.Macro):
        macro.body.insert(0, step)
    for block in tree.find_all(nodes.CallBlock):
        block.body.insert(0, step)
    _count_joins(tree)


def _count_joins(node: nodes.Node) -> None:
    for name, value in list(node.iter_fields()):
        if isinstance(value, nodes.Node):
            setattr(node, name, _counted(value))
        elif isinstance(value, list):
            setattr(node, name, [_counted(item) if isinstance(item, nodes.Node) else item for item in value])


def _counted(node: nodes.Node) -> nodes.Node:
    _count_joins(node)
    if isinstance(node, nodes.Concat):
        return nodes.Call(nodes.Name(_JOIN, "load"), node.nodes, [], None, None, lineno=node.lineno)
    return node
