"""What a calibration found, as plain values that its report and its JSON file show.

Arrays are lists here. Shares lie between 0 and 1; numbers of dates count days from the scenario's
first day, and the day after its last stands for "not by the end".
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spread:
    """Quantiles of a number; ``not_by_end`` is the share in which it is not there by the end."""

    p05: float
    p25: float
    p50: float
    p75: float
    p95: float
    not_by_end: float = 0.0


@dataclass(frozen=True)
class TargetRow:
    """One target: reported, in the prior, in the posterior, and predicted from the others.

    ``*_spread`` are of reports (numbers, dates, durations and words, these as middles of their
    bins), None for labels; ``*_shares`` are of labels (``true``/``false``, districts, words, ``not
    by the end``), empty for numbers. ``inside_*`` say whether what was reported lies within the
    90 (50) percent interval, or among the likeliest labels that together hold that share.
    """

    id: str
    label: str
    kind: str
    role: str
    unit: str
    reported: str  # in words
    reported_number: float | None
    reported_label: str | None
    prior_spread: Spread | None
    posterior_spread: Spread | None
    truth_spread: Spread | None  # of what happened, under the posterior
    left_out_spread: Spread | None  # predicted by a fit to the other targets
    prior_shares: dict[str, float]
    posterior_shares: dict[str, float]
    left_out_shares: dict[str, float]
    inside_prior_90: bool
    inside_posterior_90: bool
    inside_posterior_50: bool
    inside_left_out_90: bool | None  # None where it was not fitted
    width_ratio: float | None  # 90% interval, posterior over prior; None for labels
    luck_share: float | None  # of the posterior's variance, what luck alone makes; None for labels
    why: str
    model_limit: str


@dataclass(frozen=True)
class ParameterRow:
    """One parameter, before and after the fit.

    ``contraction`` is 1 - variance of the posterior over that of the prior, on the prior's
    quantile scale; ``coverage_*`` come from the synthetic data sets.
    """

    id: str
    unit: str
    low: float
    high: float
    p05: float
    p50: float
    p95: float
    contraction: float
    identified: bool
    coverage_50: float | None
    coverage_90: float | None
    rank_p_value: float | None  # uniformity of the ranks
    rank_histogram: list[int]
    recovery_correlation: float | None  # of posterior mean and truth over the synthetic data sets
    calibrated: bool | None
    pool_difference: float | None  # medians of two pools apart, in posterior standard deviations
    source: str


@dataclass(frozen=True)
class Direction:
    """A combination of parameters: ``share`` is posterior over prior variance along it."""

    share: float
    parts: dict[str, float]  # the largest loadings


@dataclass(frozen=True)
class CorrelatedPair:
    """Two parameters that the fit moves together."""

    first: str
    second: str
    correlation: float


@dataclass(frozen=True)
class OutcomeValue:
    """What a target tells: mean contraction of the identified parameters lost without it."""

    target: str
    contraction_lost: float
    most_for: str  # the parameter that loses most
    most_lost: float


@dataclass(frozen=True)
class HistoryRow:
    """History matching of one target: how implausible the pool's vectors are."""

    target: str
    least: float  # smallest implausibility in the pool
    median: float
    ruled_out: float  # share of vectors at 3 or more
    ruled_out_alone: float  # of these, share that no other target rules out


@dataclass(frozen=True)
class Conflict:
    """Two targets whose reports seldom, or often, come true together.

    ``ratio`` is how often they do over how often they would if they had nothing to do with each
    other; ``low`` and ``high`` are its 95% interval.
    """

    first: str
    second: str
    ratio: float
    low: float
    high: float


@dataclass(frozen=True)
class HistoryMatching:
    """The whole of it: ``volume_left`` is the share of the prior not ruled out yet."""

    volume_left: float
    threshold: float
    rows: list[HistoryRow]
    conflicts: list[Conflict]


@dataclass(frozen=True)
class PriorCheck:
    """Whether the prior can produce what was reported of a target."""

    target: str
    inside: bool
    share: float  # of pool reports at least as extreme (numbers) or as reported (labels)
    sentence: str


@dataclass(frozen=True)
class SensitivityRow:
    """A changed assumption: by how many posterior standard deviations medians move."""

    what: str
    largest_shift: float
    parameter: str
    mean_shift: float
    targets_inside: int  # fitted targets still within the 90% interval of the reports
    targets: int


@dataclass(frozen=True)
class AlternativeRow:
    """The same fit to a model with a mechanism switched off.

    ``ratio`` is how often it comes as near to all reports as the full model's nearest do, over how
    often the full model does; ``low`` and ``high`` are its 95% interval.
    """

    id: str
    label: str
    vectors: int
    accepted: int
    ratio: float
    low: float
    high: float
    verdict: str


@dataclass(frozen=True)
class ScoreRow:
    """A check that was not fitted: a score of the model and of a naive forecast.

    Smaller is better. ``prior`` is the score of draws from the priors.
    """

    group: str
    what: str
    score: str  # "CRPS, days", "Brier", ...
    posterior: float
    prior: float | None
    naive: float
    naive_name: str
    better: bool


@dataclass(frozen=True)
class ExampleRow:
    """A run that agrees with the article: an example, not a result."""

    name: str
    seed: int
    replicate: int
    distance: float
    outcomes: dict[str, str]
    command: str


@dataclass(frozen=True)
class Requirement:
    """Something that must hold of a calibration before it may be believed."""

    id: str
    sentence: str
    wanted: str
    measured: str
    holds: bool | None  # None where it was not looked at
    in_the_way: str = ""


@dataclass(frozen=True)
class Findings:
    """All that a calibration found."""

    scenario: str
    title: str
    scenario_hash: str
    targets_file: str
    source: str
    start: str
    end: str
    command: str
    versions: dict[str, str]
    seeds: list[int]
    vectors: int
    neighbours: int
    predictive_replicates: int
    siege_ends: float | None  # share of posterior runs in which the siege ends; None without one
    calibrated: bool | None
    verdict: str  # one paragraph
    requirements: list[Requirement]
    targets: list[TargetRow]
    parameters: list[ParameterRow]
    not_identified: list[str]
    flat_directions: list[Direction]
    identified_directions: list[Direction]
    correlated: list[CorrelatedPair]
    values: list[OutcomeValue]
    prior_checks: list[PriorCheck]
    history: HistoryMatching | None
    sensitivity: list[SensitivityRow] = field(default_factory=list)
    alternatives: list[AlternativeRow] = field(default_factory=list)
    scores: list[ScoreRow] = field(default_factory=list)
    examples: list[ExampleRow] = field(default_factory=list)
    second_opinion: list[dict[str, float | str]] = field(default_factory=list)  # of sbi, if asked
    synthetic_data_sets: int = 0
