"""Results that are worked out once in a process: who asks while another thread works one out waits for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_KEPT = 2  # of each function: a model in use, and one beside it


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Keep the results of a function for the arguments that it was called with last; an exception is not kept."""
    results: OrderedDict[object, T] = OrderedDict()
    lock = Lock()

    @wraps(function)
    def result(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, tuple(kwargs.items()))
        with lock:
            if key not in results:
                results[key] = function(*args, **kwargs)
                while len(results) > _KEPT:
                    results.popitem(last=False)
            results.move_to_end(key)
            return results[key]

    return result
