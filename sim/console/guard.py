"""What a command does when it cannot go on: a sentence on standard error, and an exit status."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec

import typer

DONE, OUR_FAULT, BAD_INPUT, STOPPED = 0, 1, 2, 130

REPORT_TO = "Please report it with the command that you gave"

Parameters = ParamSpec("Parameters")


class BadInputError(ValueError):
    """Bad input, one sentence a fault."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


def complain(*sentences: str) -> None:
    """Print sentences on standard error."""
    for sentence in sentences:
        print(sentence, file=sys.stderr)


def sentences_of(fault: Exception) -> tuple[str, ...] | None:
    """Return what to say of bad input; None if the fault is Khabur's own."""
    if isinstance(fault, BadInputError):
        return fault.sentences
    # Modules that were never imported cannot have raised.
    for module, name in (
        ("sim.scenario.faults", "ScenarioError"),
        ("sim.outcomes.registry", "OutcomeError"),
        ("sim.engine.folders", "ResultsError"),
        ("sim.experiments.battles_table", "BattlesError"),
        ("sim.experiments.compare", "ComparisonError"),
        ("sim.experiments.failures", "ExecutorError"),
        ("sim.experiments.sensitivity.faults", "SensitivityError"),
    ):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(fault, kind):
            faults = getattr(fault, "faults", None) or (fault,)
            return tuple(str(each) for each in faults)
    return None


def guarded(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Turn whatever a command raises into a sentence and an exit status."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except typer.Exit:
            raise
        except KeyboardInterrupt:
            stop()
        except BrokenPipeError:
            # Whoever read our output has seen enough. Python would complain at its own exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except Exception as fault:
            sentences = sentences_of(fault)
            if sentences is None:
                raise typer.Exit(our_fault(fault)) from None
            complain(*sentences)
            raise typer.Exit(BAD_INPUT) from None

    return run


def stop() -> NoReturn:
    """Leave after Ctrl-C."""
    complain("Stopped; nothing was left half written.")
    raise typer.Exit(STOPPED)


def our_fault(fault: Exception) -> int:
    """Say that Khabur failed; the traceback is for those who ask."""
    what = " ".join(f"{type(fault).__name__}: {fault}".split())
    complain(f"Khabur failed with {what[:300]!r}. {REPORT_TO}.")
    if wants_traceback():
        import traceback

        traceback.print_exception(fault)
    else:
        complain("Set KHABUR_TRACEBACK=1, or say khabur --traceback, to see where.")
    return OUR_FAULT


def wants_traceback() -> bool:
    """Tell whether the user asked for tracebacks."""
    return os.environ.get("KHABUR_TRACEBACK", "") not in ("", "0")
