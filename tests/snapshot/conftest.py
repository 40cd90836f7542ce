"""What the project's own lock does not hold yet is named under the summary."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    return lambda line: record_property("not in the lock", line)
