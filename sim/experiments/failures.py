"""What is kept of a job that failed, and how a job's own error travels between processes.

An exception is not sent as such: many cannot be pickled, and some that can cannot be read again.
Its type, message and traceback are taken as texts where it was raised, so that they are the same
whichever executor ran the job.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.engine.folders import ResultsError

J = TypeVar("J")

WORKER_DIED = "worker died"
"""Type of a failure without an exception: the process that ran the job went away."""


class ExecutorError(ValueError):
    """No executor can be had, or its workers are not fit to run jobs; one sentence."""


class WorkerDiedError(RuntimeError):
    """The worker that ran a job went away; the executor itself is sound.

    Attributes
    ----------
    attempts : int
        Times that the executor tried the job, each ending so.
    """

    def __init__(self, message: str, attempts: int = 1) -> None:
        super().__init__(message)
        self.attempts = attempts


class Failure(BaseModel):
    """Why a job has no result.

    Attributes
    ----------
    type : str
        Name of the exception, with its module unless it is Python's own; ``worker died`` if there
        was none.
    message : str
    traceback : str
        As Python prints it; empty if there was no exception.
    attempts : int
        Times that the job was begun.
    replay : str
        How to run the job alone, for a person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str
    message: str
    traceback: str
    attempts: int = Field(ge=1)
    replay: str

    def to_json(self) -> bytes:
        """Return the record as indented JSON."""
        return (self.model_dump_json(indent=2) + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes | str, where: str = "The failure record") -> Failure:
        """Return the record that :meth:`to_json` wrote.

        Parameters
        ----------
        content : bytes or str
        where : str
            Name of the file, for the message.

        Raises
        ------
        ResultsError
            If it is no such record.
        """
        try:
            return cls.model_validate_json(content)
        except ValidationError as fault:
            first = fault.errors()[0]
            field = ".".join(map(str, first["loc"])) or "it"
            raise ResultsError(
                f"{where} does not describe a failure: {field}: {first['msg']}."
            ) from None


class Raised(NamedTuple):
    """An exception as texts, fit to be sent anywhere."""

    type: str
    message: str
    traceback: str

    @classmethod
    def by(cls, fault: BaseException) -> Raised:
        """Take the texts of an exception."""
        kind = type(fault)
        own = "" if kind.__module__ == "builtins" else f"{kind.__module__}."
        try:
            message = str(fault)
        except Exception:  # the message is made by code of the exception's own
            message = "(it has no message that can be read)"
        return cls(f"{own}{kind.__qualname__}", message, "".join(traceback.format_exception(fault)))

    def failure(self, attempts: int, replay: str) -> Failure:
        """Return the record to keep."""
        return Failure(**self._asdict(), attempts=attempts, replay=replay)


def caught(work: Callable[[J], bytes], job: J) -> bytes | Raised:
    """Run a job where it is; an exception, or an attempt to leave Python, comes back as texts."""
    try:
        return work(job)
    except (Exception, SystemExit) as fault:
        return Raised.by(fault)
