"""How many examples a property test draws: its own number under the default profile and `ci`, ten times that under `nightly`."""

from hypothesis import settings

DEFAULT = settings.get_profile("default").max_examples


def examples(count: int) -> int:
    """``count``, scaled by the Hypothesis profile that the tests run under."""
    return max(1, count * settings.default.max_examples // DEFAULT)
