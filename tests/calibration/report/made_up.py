"""Made-up findings with everything a report may have to show: no result of any model."""

from __future__ import annotations

from calibration.results import (
    AlternativeRow,
    Conflict,
    CorrelatedPair,
    Direction,
    ExampleRow,
    Findings,
    HistoryMatching,
    HistoryRow,
    OutcomeValue,
    ParameterRow,
    PriorCheck,
    Requirement,
    ScoreRow,
    SensitivityRow,
    Spread,
    TargetRow,
)

LONG = (
    "state media says that the army cleared it & the monitor, a day later, that <several> of its "
    "streets were still fought over, with $50 in prices and a very long sentence to be shortened"
)
DAYS = 103  # 20 June to 30 September 2015


def number_target(
    name: str,
    label: str,
    kind: str,
    reported: str,
    value: float | None,
    prior: tuple[float, ...],
    fitted: tuple[float, ...],
    *,
    role: str = "fit",
    inside: bool = True,
    left_out: tuple[float, ...] | None = None,
    left_out_inside: bool = True,
    limit: str = "",
    word: str | None = None,
) -> TargetRow:
    fit = role == "fit"
    return TargetRow(
        id=name,
        label=label,
        kind=kind,
        role=role,
        unit="days" if kind == "duration" else "fighters",
        reported=reported,
        reported_number=value,
        reported_label=word,
        prior_spread=Spread(*prior),
        posterior_spread=Spread(*fitted),
        truth_spread=Spread(*(1.1 * part for part in fitted[:5])),
        left_out_spread=Spread(*(left_out or fitted)) if fit else None,
        prior_shares={"several": 0.31, "two": 0.2} if word else {},
        posterior_shares={"several": 0.77, "two": 0.08} if word else {},
        left_out_shares={"several": 0.5, "two": 0.12} if word else {},
        inside_prior_90=True,
        inside_posterior_90=inside,
        inside_posterior_50=inside and name != "car_bombs",
        inside_left_out_90=left_out_inside if fit else None,
        width_ratio=(fitted[4] - fitted[0]) / (prior[4] - prior[0]),
        luck_share=0.62,
        why="A count of the monitor, cited by the article of 29 July.",
        model_limit=limit,
    )


def label_target(
    name: str,
    label: str,
    kind: str,
    reported: tuple[str, str],
    prior: dict[str, float],
    fitted: dict[str, float],
    *,
    role: str = "fit",
    inside: bool = True,
) -> TargetRow:
    words, reported_label = reported
    return TargetRow(
        id=name,
        label=label,
        kind=kind,
        role=role,
        unit="district",
        reported=words,
        reported_number=None,
        reported_label=reported_label,
        prior_spread=None,
        posterior_spread=None,
        truth_spread=None,
        left_out_spread=None,
        prior_shares=prior,
        posterior_shares=fitted,
        left_out_shares=prior if role == "fit" else {},
        inside_prior_90=True,
        inside_posterior_90=inside,
        inside_posterior_50=False,
        inside_left_out_90=inside if role == "fit" else None,
        width_ratio=None,
        luck_share=None,
        why="Named by the article.",
        model_limit="",
    )


def targets() -> list[TargetRow]:
    nobody = "not by the end"
    return [
        number_target(
            "siege_days",
            "length of the siege",
            "duration",
            "33 days",
            33,
            (9, 24, 49, 88, 104, 0.21),
            (17, 26, 34, 46, 78, 0.08),
            left_out=(14, 26, 38, 60, 104, 0.12),
        ),
        number_target(
            "raqa_aleppo_cut",
            "line from Raqa to the Aleppo front cut",
            "date",
            "27 July 2015",
            37,
            (12, 34, 60, 103, 103, 0.34),
            (22, 31, 39, 52, 80, 0.03),
        ),
        number_target(
            "kobane_east",
            "Kobane's eastern villages freed & held <by YPG>",
            "date",
            LONG,
            20,
            (0, 8, 31, 62, 103, 0.06),
            (26, 34, 43, 55, 70, 0.0),
            inside=False,
            left_out_inside=False,
            left_out=(30, 41, 55, 66, 90, 0.01),
            limit="The YPG of the model waits for a whole group before it moves.",
        ),
        number_target(
            "offensive_latakia",
            "offensive on the edge of Latakia begun",
            "date",
            "29 July 2015",
            39,
            (60, 103, 103, 103, 103, 0.9),
            (41, 75, 103, 103, 103, 0.55),
        ),
        number_target(
            "is_killed",
            "Islamic State dead, reported",
            "at_least",
            "at least 287",
            287,
            (61, 190, 402, 790, 1530),
            (206, 259, 301, 352, 447),
            left_out=(110, 240, 380, 610, 1100),
        ),
        number_target(
            "is_children_killed",
            "children among them, reported",
            "at_least",
            "at least 26",
            26,
            (3, 11, 27, 55, 120),
            (14, 20, 25, 31, 44),
        ),
        number_target(
            "car_bombs",
            "car bombs",
            "at_least",
            "at least 21",
            21,
            (4, 13, 24, 39, 71),
            (9, 12, 14, 17, 22),
        ),
        number_target(
            "foot_bombers",
            "bombers on foot",
            "word",
            "several",
            None,
            (0, 1, 5.3, 5.3, 15.2),
            (2, 5.3, 5.3, 5.3, 15.2),
            word="several",
        ),
        number_target(
            "loyalists_killed",
            "government dead, reported",
            "exact",
            "120",
            120,
            (21, 77, 160, 300, 610),
            (74, 101, 124, 150, 201),
        ),
        number_target(
            "days_fought",
            "days on which YPG and government fought each other",
            "exact",
            "0",
            0,
            (0, 0, 0, 2, 9),
            (0, 0, 0, 0, 1),
        ),
        label_target(
            "last_district",
            "last district",
            "category",
            ("Zuhur", "Zuhur"),
            {"Nashwa East": 0.2, "Zuhur": 0.11, "Liliya": 0.09, nobody: 0.21, "other": 0.39},
            {"Zuhur": 0.31, "Nashwa East": 0.24, "Liliya": 0.12, nobody: 0.08, "other": 0.25},
        ),
        label_target(
            "city_divided",
            "city divided afterwards",
            "true_or_false",
            ("true", "true"),
            {"true": 0.55, "false": 0.45},
            {"true": 0.93, "false": 0.07},
        ),
        label_target(
            "cut_before_end",
            "line from Raqa to the Aleppo front cut before: last day of the siege",
            "order",
            ("true", "true"),
            {"true": 0.31, "false": 0.4, nobody: 0.29},
            {"true": 0.03, "false": 0.86, nobody: 0.11},
            inside=False,
        ),
        number_target(
            "siege_end",
            "last day of the siege",
            "date",
            "28 July",
            38,
            (13, 30, 55, 96, 103, 0.21),
            (22, 31, 39, 51, 83, 0.08),
            role="context",
        ),
        label_target(
            "raqa_held",
            "Raqa held by Islamic State",
            "true_or_false",
            ("true", "true"),
            {"true": 0.97, "false": 0.03},
            {"true": 0.999, "false": 0.001},
            role="check",
        ),
    ]


def parameter(
    name: str, span: tuple[float, float], fitted: tuple[float, float, float], contraction: float
) -> ParameterRow:
    known = contraction >= 0.2
    coverage = 0.81 if name.endswith("break_hazard_per_day") else 0.9 - 0.03 * contraction
    ranks = [round(25 + 6 * ((7 * bar + 3 * len(name)) % 5 - 2) / 2) for bar in range(20)]
    if name.endswith("break_hazard_per_day"):
        ranks = [48, 40, 33, 26, 22, 19, 17, 16, 16, 15, 16, 16, 18, 19, 20, 24, 28, 33, 38, 44]
    return ParameterRow(
        id=name,
        unit="1/day" if name.endswith("per_day") else "1",
        low=span[0],
        high=span[1],
        p05=fitted[0],
        p50=fitted[1],
        p95=fitted[2],
        contraction=contraction,
        identified=known,
        coverage_50=0.49 if known else None,
        coverage_90=coverage if known else None,
        rank_p_value=0.0004 if coverage < 0.85 else 0.41,
        rank_histogram=ranks if known else [],
        recovery_correlation=0.4 + 0.5 * contraction if known else None,
        calibrated=(0.85 <= coverage <= 0.95) if known else None,
        pool_difference=0.31 * (1 - contraction) if known else None,
        source="estimate: wide prior",
    )


def parameters() -> list[ParameterRow]:
    known = [
        parameter("siege.reinforcement_fighters_per_day", (10, 70), (16, 23, 34), 0.61),
        parameter("report.completeness", (0.3, 1), (0.44, 0.63, 0.86), 0.34),
        parameter("islamic_state.break_hazard_per_day", (0.1, 0.625), (0.14, 0.2, 0.31), 0.48),
        parameter("islamic_state.car_bombs_per_assault", (0.6, 3), (0.7, 1.0, 1.5), 0.52),
        parameter("islamic_state.child_share_of_recruits", (0.03, 0.12), (0.05, 0.08, 0.1), 0.41),
        parameter("combat.attrition_of_defenders", (0.0031, 0.04), (0.006, 0.011, 0.02), 0.37),
    ]
    groups = ("army", "militia", "ypg", "islamic_state", "combat", "air")
    unknown = [
        parameter(
            f"{groups[index % 6]}.unknown_number_{index}",
            (0, 1 + index),
            (0.1, 0.5 + index / 2, 0.9 + index),
            max(0.0, 0.19 - 0.006 * index),
        )
        for index in range(37)
    ]
    return known + unknown


def requirements() -> list[Requirement]:
    return [
        Requirement(
            "predictive",
            "90% intervals of the reports hold at least nine in ten of the fitted targets",
            "at least 90%",
            "11 of 13 (85%)",
            False,
            "The YPG of the model moves late & in one group: <Kobane's> villages fall too late.",
        ),
        Requirement("width", "They are at most half as wide", "at most 0.50", "0.41", True),
        Requirement("left_out", "Left-out intervals hold eight in ten", "80%", "12 of 13", True),
        Requirement("naive", "Checks beat naive forecasts", "2 of 3", "not scored", None),
    ]


def history() -> HistoryMatching:
    rows = [
        HistoryRow("is_killed", 0.0, 1.4, 0.22, 0.03),
        HistoryRow("siege_days", 0.0, 1.1, 0.17, 0.09),
        HistoryRow("kobane_east", 0.02, 2.6, 0.43, 0.31),
    ]
    conflicts = [
        Conflict("siege_days", "kobane_east", 0.41, 0.3, 0.56),
        Conflict("is_killed", "loyalists_killed", 1.6, 1.3, 1.9),
    ]
    return HistoryMatching(0.31, 3.0, rows, conflicts)


def scores() -> list[ScoreRow]:
    days, last = "CRPS, days", "last known control stays"
    found = [
        ScoreRow("dates of places", f"Place {place}", days, 4.0 + place, 21.0, 9.0, last, place < 6)
        for place in range(9)
    ]
    found += [
        ScoreRow("places that never changed", "Qamishli", "Brier", 0.0, 0.02, 0.0, last, True),
        ScoreRow("places that never changed", "Al-Hawl", "Brier", 0.3, None, 0.0, last, False),
        ScoreRow("displaced people", "July", "CRPS, people", 41_000, 60_000, 52_300, "flat", True),
        ScoreRow("Kobane 2014", "dead, IS", "CRPS, dead", 91.5, 220.0, 88.1, "flat rate", False),
    ]
    return found


def made_up_findings() -> Findings:
    everything = parameters()
    return Findings(
        scenario="hasakeh-2015",
        title="The siege of Hasakeh, summer 2015 <&>",
        scenario_hash="9f2c" * 16,
        targets_file="calibration/targets/hasakeh-2015.toml",
        source="news agency report of 29 July 2015",
        start="2015-06-20",
        end="2015-09-30",
        command="khabur calibrate hasakeh-2015 --out fitted --vectors 50000 --seed 1",
        versions={"khabur": "0.1.0", "numpy": "2.4.6", "scipy": "1.17.1"},
        seeds=[1, 2],
        vectors=50_000,
        neighbours=1000,
        predictive_replicates=2000,
        siege_ends=0.92,
        calibrated=False,
        verdict=(
            "Made up for a test. The model is not calibrated: its 90% intervals hold 11 of the 13 "
            "fitted targets and coverage of one identified parameter lies outside the gate. What "
            "stands in the way is that the YPG of the model moves late & in one group."
        ),
        requirements=requirements(),
        targets=targets(),
        parameters=everything,
        not_identified=[row.id for row in everything if not row.identified],
        flat_directions=[
            Direction(0.98, {"army.unknown_number_0": 0.71, "militia.unknown_number_1": -0.66}),
        ],
        identified_directions=[
            Direction(0.11, {"siege.reinforcement_fighters_per_day": -0.6, "air.x": 0.5}),
        ],
        correlated=[
            CorrelatedPair("report.completeness", "siege.reinforcement_fighters_per_day", -0.66),
        ],
        values=[
            OutcomeValue("is_killed", 0.12, "report.completeness", 0.21),
            OutcomeValue("siege_days", 0.07, "islamic_state.break_hazard_per_day", 0.3),
            OutcomeValue("foot_bombers", -0.004, "report.completeness", 0.01),
        ],
        prior_checks=[
            PriorCheck("is_killed", True, 0.3, "287 lies between 61 and 1,530."),
            PriorCheck("kobane_east", True, 0.002, "Few reports are as early."),
        ],
        history=history(),
        sensitivity=[
            SensitivityRow("discrepancy twice as large", 0.62, "report.completeness", 0.11, 12, 13),
            SensitivityRow("detection prior Beta(2, 2)", 1.31, "report.completeness", 0.2, 11, 13),
        ],
        alternatives=[
            AlternativeRow("no-air", "no air strikes", 10_000, 3, 0.02, 0.004, 0.06, "far worse"),
            AlternativeRow("no-bombs", "no car bombs", 10_000, 0, 0.0, 0.0, 0.01, "never as near"),
            AlternativeRow("neutral", "YPG stays out", 10_000, 180, 0.9, 0.7, 1.2, "no worse"),
        ],
        scores=scores(),
        examples=[
            ExampleRow(
                "example 1",
                1,
                40_217,
                0.83,
                {"siege_days": "33 days", "last_district": "Zuhur"},
                "khabur run hasakeh-2015 --seed 1 --replicate 40217 --set a.b=1 --out example-1",
            )
        ],
        second_opinion=[
            {
                "parameter": "report.completeness",
                "median": 0.61,
                "p05": 0.45,
                "p95": 0.77,
                "sbi_median": 0.62,
                "sbi_p05": 0.44,
                "sbi_p95": 0.78,
                "difference_sd": 0.1,
                "width_ratio": 1.04,
                "sbi_spread_sd": 0.05,
                "sbi_coverage_90": 0.89,
            }
        ],
        synthetic_data_sets=500,
    )
