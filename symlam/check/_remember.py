"""Verdicts remembered within a process, so that `--watch` decides again only the lines that changed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any

from symlam.algebra import Assumptions

_LIMIT = 1024
_KNOWN: OrderedDict[Any, Any] = OrderedDict()


def _key(x: Any) -> Any:
    if isinstance(x, Assumptions):
        return tuple((a, a.text) for a in x)  # the text too: verdicts name assumptions as they are written
    if isinstance(x, dict):
        return tuple((_key(k), _key(v)) for k, v in x.items())
    if isinstance(x, list | tuple):
        return tuple(map(_key, x))
    return type(x), x


def remember(question: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the answers of a question whose arguments are values and assumptions; errors are not kept."""

    @wraps(question)
    def asked(*arguments: Any, **options: Any) -> Any:
        try:
            key = (question.__name__, _key(arguments), _key(options))
            if key in _KNOWN:
                _KNOWN.move_to_end(key)
                return _KNOWN[key]
        except TypeError:  # an argument that cannot be hashed
            return question(*arguments, **options)
        answer = _KNOWN[key] = question(*arguments, **options)
        if len(_KNOWN) > _LIMIT:
            _KNOWN.popitem(last=False)
        return answer

    return asked


def forget() -> None:
    """Forget every answer."""
    _KNOWN.clear()
