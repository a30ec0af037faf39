"""A network that learns how parameters are distributed given reports, trained with ``sbi``.

``sbi`` and ``torch`` are an optional extra. They are imported only where they are used, keep their
words to themselves, and leave no state behind.
"""

from __future__ import annotations

import io
import random
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from calibration.fit.ridge import expit, logit
from calibration.structures import Float64
from sim.console.guard import BadInputError

EPOCHS = 500
"""At most so many passes over the pool; training ends before, when the tenth of the pool that is
held back has not become likelier for 20 passes (after 60 to 90 on the siege's pool)."""

_PATIENCE = 20
_HELD_BACK = 0.1
_LARGEST_BATCH, _SMALLEST_BATCH, _BATCHES = 1000, 50, 50
_LEARNING_RATE = 1e-3
"""sbi's usual batch of 200 vectors at half the rate takes over half as long again on the siege's
pool, and moves no median by more than 0.12 posterior standard deviations."""


def check_sbi() -> None:
    """Check that ``sbi`` can be imported; worth doing before an hour of simulation.

    Raises
    ------
    BadInputError
        If it cannot, with the command that installs it.
    """
    try:
        with _quiet():
            import_module("sbi.inference")  # which imports torch
    except ImportError as fault:
        raise BadInputError(
            f"--second-opinion: sbi cannot be imported ({fault}); "
            "it comes with: pip install 'khabur[sbi]'."
        ) from None


@dataclass(frozen=True)
class Network:
    """A density of parameters given the columns of reports.

    Attributes
    ----------
    estimator : sbi ConditionalDensityEstimator
        Of the logits of the unit scale.
    epochs : int
        Passes over the pool that its training took.
    """

    estimator: Any
    epochs: int

    def draws(self, columns: Float64, number: int, *, seed: int) -> Float64:
        """Draw from the posteriors of some data sets.

        Parameters
        ----------
        columns : float64 array, shape ``[n, C]``
        number : int
            Draws of each.
        seed : int

        Returns
        -------
        float64 array, shape ``[n, number, k]``
            On the unit scale.
        """
        import torch

        with _own_luck(seed), _quiet(), torch.no_grad():
            condition = torch.as_tensor(columns, dtype=torch.float32)
            logits = self.estimator.sample((number,), condition=condition)
        return expit(logits.numpy().astype(np.float64).transpose(1, 0, 2))


def learn(columns: Float64, unit: Float64, *, seed: int, epochs: int = EPOCHS) -> Network:
    """Train a network.

    Logits have no bounds, so that no draw has to be thrown away for lying outside the prior and the
    network's own density is the posterior.

    Parameters
    ----------
    columns : float64 array, shape ``[n, C]``
        Standardised columns of reports.
    unit : float64 array, shape ``[n, k]``
        Parameters on the unit scale, drawn from their priors.
    seed : int
        Of the network's start, of the part held back and of the order of training. torch's
        generator and number of threads are afterwards what they were.
    epochs : int
        At the most, at least 1.

    Raises
    ------
    BadInputError
        If ``sbi`` cannot be imported.
    ValueError
        If ``epochs`` is below 1.
    """
    if epochs < 1:
        raise ValueError(f"{epochs} passes over the pool")
    check_sbi()
    import torch
    from sbi.inference import NPE

    with _own_luck(seed), _quiet():
        trainer = NPE(
            density_estimator="maf", device="cpu", tracker=_NoTracker(), show_progress_bars=False
        )
        trainer.append_simulations(
            torch.as_tensor(logit(unit), dtype=torch.float32),
            torch.as_tensor(columns, dtype=torch.float32),
        )
        estimator = trainer.train(
            training_batch_size=min(max(len(unit) // _BATCHES, _SMALLEST_BATCH), _LARGEST_BATCH),
            learning_rate=_LEARNING_RATE,
            validation_fraction=_HELD_BACK,
            stop_after_epochs=_PATIENCE,
            max_num_epochs=epochs - 1,  # sbi makes one pass more than it is allowed
        )
    estimator.eval()
    return Network(estimator, int(trainer.summary["epochs_trained"][-1]))


@contextmanager
def _own_luck(seed: int) -> Iterator[None]:
    """Seed torch within, on one thread, so that cores change no sum; then put all of it back."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        # torch.manual_seed would seed graphics cards too, which nothing puts back.
        torch.default_generator.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep sbi's words off standard output, where a command's own may be read by a machine.

    Importing it for the first time also draws from Python's own generator, which is put back.
    """
    state = random.getstate()
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(state)


class _NoTracker:
    """Keeps nothing; sbi's own would leave a folder of logs where the command is given."""

    log_dir = None

    def log_metric(self, name: str, value: float, step: int | None = None) -> None:
        """Let a number go."""

    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
        """Let numbers go."""

    def log_params(self, params: dict[str, Any]) -> None:
        """Let settings go."""

    def add_figure(self, name: str, figure: Any, step: int | None = None) -> None:
        """Let a figure go."""

    def flush(self) -> None:
        """Have nothing to write."""
