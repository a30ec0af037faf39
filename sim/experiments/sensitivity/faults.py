"""What can go wrong with a sensitivity analysis, each in one sentence."""


class SensitivityError(ValueError):
    """An analysis that cannot be made."""


class MissingLibraryError(SensitivityError):
    """A library that an extra brings is not installed."""
