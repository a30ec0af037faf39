"""A call that is made in another process: how it is sent and how it is answered, as bytes.

Only bytes of one's own workers are unpickled: of processes that this one started, or of the cluster
that the user names. Nothing that lies on a disk is.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import Any


def pickled_call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> bytes:
    """Return what :func:`answer` takes.

    Raises
    ------
    Exception
        Of any type, if something cannot be pickled.
    """
    return pickle.dumps((function, args, kwargs), pickle.HIGHEST_PROTOCOL)


def answer(call: bytes) -> bytes:
    """Make a call; return whether it succeeded with its value or its exception, pickled."""
    try:
        function, args, kwargs = pickle.loads(call)
        return pickle.dumps((True, function(*args, **kwargs)), pickle.HIGHEST_PROTOCOL)
    except BaseException as fault:
        return _sendable(fault)


def value_of(answered: bytes) -> Any:
    """Return the value of a call that was answered, or raise its exception."""
    succeeded, value = pickle.loads(answered)
    if not succeeded:
        raise value
    return value


def _sendable(fault: BaseException) -> bytes:
    """Return an exception, pickled; its texts if it cannot be sent and read again."""
    try:
        answered = pickle.dumps((False, fault), pickle.HIGHEST_PROTOCOL)
        pickle.loads(answered)
    except Exception:
        return pickle.dumps((False, RuntimeError(f"{type(fault).__name__}: {fault}")))
    return answered
