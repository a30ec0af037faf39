"""Checks that are not fitted: the model against the record beside the article.

Runs with the posterior and runs with draws from the priors are held against dates, holders,
displaced people and dead that no target of the fit tells, and against naive forecasts of the same.
"""

from calibration.record.rows import sentences, share_better
from calibration.record.scores import record_scores

__all__ = ["record_scores", "sentences", "share_better"]
