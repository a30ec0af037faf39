"""Checks of parameters: known ones only, with a value that the prior allows."""

from __future__ import annotations

from sim.scenario.draft import Checked, Draft
from sim.scenario.kinds import ANY_KIND, WITHOUT_PRIOR
from sim.scenario.rows import Parameter
from sim.scenario.tables import AMOUNTS


def check(draft: Draft, standard: frozenset[str] | None) -> None:
    """Note parameters that nothing uses and values outside the range of their prior.

    Parameters
    ----------
    draft
        The scenario.
    standard
        Ids of the standard parameters, or None to allow any parameter.
    """
    if draft.raw.broken & {table for table, _ in AMOUNTS}:
        standard = None  # what the broken table refers to is not known
    for checked in draft.rows("parameters"):
        _check_prior(draft, checked)
        if standard is not None:
            _check_is_used(draft, checked, standard)


def _check_is_used(draft: Draft, checked: Checked[Parameter], standard: frozenset[str]) -> None:
    name = checked.row.id
    group, _, rest = name.partition(".")
    if name in standard or name in draft.raw.referred:
        return
    kinds = draft.names["kinds"]
    of_kind = f"{ANY_KIND}.{rest}" in standard
    if of_kind and (group in kinds or "kinds" in draft.raw.broken):
        return
    own = [
        f"{kind}.{other}"
        for kind in kinds
        for a, _, other in (key.partition(".") for key in sorted(standard))
        if a == ANY_KIND
    ]
    known = [*sorted(standard), *sorted(draft.raw.referred), *own]
    near = draft.faults.nearest(name, known)
    checked.raw.fault(
        draft.faults,
        "id",
        f"unknown parameter{near}",
        f"a standard parameter, KIND.x where {ANY_KIND}.x is one, or one that an amount of a"
        " table refers to",
    )


def _check_prior(draft: Draft, checked: Checked[Parameter]) -> None:
    row, faults = checked.row, draft.faults
    if row.prior == "fixed":
        return
    if row.id in WITHOUT_PRIOR:
        message = "the parameter is the same in all replicates"
        checked.raw.fault(faults, "prior", message, "fixed")
        return
    if row.low is None or row.high is None:
        for column in ("low", "high"):
            if getattr(row, column) is None:
                checked.raw.fault(faults, column, f"is missing: the prior is {row.prior}", "number")
        return
    if row.low > row.high:
        checked.raw.fault(faults, "high", "below low", f"{row.low:g} or more")
    elif not row.low <= row.value <= row.high:
        allowed = f"{row.low:g} to {row.high:g}, from low to high"
        checked.raw.fault(faults, "value", "outside the range of its prior", allowed)
    if row.prior == "log_uniform" and row.low <= 0:
        message = "not positive, but the prior is log_uniform"
        checked.raw.fault(faults, "low", message, "a number above 0")
