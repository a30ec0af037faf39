"""Short definitions of the words of the report."""

from __future__ import annotations

GLOSSARY: tuple[tuple[str, str], ...] = (
    (
        "Alternative",
        "The same model with one mechanism switched off, held against the same reports.",
    ),
    (
        "Completeness",
        "The share of what happened that an article's counts hold. All counts of one article "
        "share it, and it is fitted with the other parameters.",
    ),
    (
        "Conflict",
        "Two targets that the model meets together less often than if they had nothing to do "
        "with each other.",
    ),
    (
        "Contraction",
        "1 minus the variance of a parameter after the fit over that before it, on the scale of "
        "the prior's quantiles. 0: nothing was learned. 1: it is known exactly.",
    ),
    (
        "Coverage",
        "The share of synthetic data sets whose true parameter lies inside the interval that the "
        "fit gives. A 90% interval ought to hold it nine times in ten.",
    ),
    (
        "CRPS and Brier score",
        "How far a forecast with its uncertainty lies from what came: of numbers (continuous "
        "ranked probability score, in their unit) and of yes or no. Smaller is better.",
    ),
    (
        "Discrepancy",
        "A stated error of the model itself, that no choice of parameters removes.",
    ),
    (
        "Flat direction",
        "A combination of parameters about which the reports tell next to nothing, though they "
        "may tell something about each parameter in it.",
    ),
    (
        "Identified",
        "Of a parameter: the reports narrow it noticeably. Of the others the fitted spread is "
        "about that of the prior.",
    ),
    (
        "Implausibility",
        "How far what a parameter vector predicts lies from what was reported, in standard "
        "deviations of all that is uncertain. From 3 on the vector is ruled out.",
    ),
    (
        "Interval, 50% and 90%",
        "From the 25% to the 75%, and from the 5% to the 95% quantile. Of labels: the likeliest "
        "ones that together hold that share.",
    ),
    ("Left out", "Predicted by a fit to all other targets, without the one that is predicted."),
    (
        "Luck",
        "What differs between replicates of the same parameters. No fit can remove it.",
    ),
    (
        "Naive forecast",
        "What needs no model: the last known control stays; a rate stays constant.",
    ),
    (
        "Not by the end",
        "It had not happened when the scenario ended. It is a result of its own, neither a date "
        "nor a number.",
    ),
    (
        "Parameter",
        "An unknown number of the model, with a unit, a range and a source.",
    ),
    (
        "Pool",
        "Many parameter vectors drawn from the priors, each with one replicate of its own. "
        "Two pools with two seeds show how much of a result is chance of the drawing.",
    ),
    ("Prior", "What was held possible before looking at the reports."),
    (
        "Posterior, fitted",
        "What is still held possible after the fit, with its weights.",
    ),
    (
        "Rank plot",
        "In how many of the posterior's draws a true parameter is larger, over many synthetic "
        "data sets. Flat bars mean honest uncertainty; a hump: too wide; a bowl: too narrow; "
        "a slope: shifted.",
    ),
    (
        "Recovery",
        "Correlation of the fitted mean with the true value over the synthetic data sets.",
    ),
    (
        "Report and truth",
        "The truth is what the model says happened; the report is what would have been said of "
        "it: seen in part, rounded, worded, sometimes wrong. Reports are compared with reports.",
    ),
    (
        "Synthetic data set",
        "Reports that the model itself made with known parameters, to test the fit.",
    ),
    (
        "Target",
        "One thing that was reported. Fitted targets shape the posterior; checks and context do "
        "not.",
    ),
    (
        "Volume not ruled out",
        "The share of the prior in which no target is implausible.",
    ),
)
