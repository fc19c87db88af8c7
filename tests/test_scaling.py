"""Memory and cost do not grow with the corpus (slow)."""

from __future__ import annotations

import pytest

from benchmarks import scaling

pytestmark = pytest.mark.acceptance


def test_ten_times_the_articles_take_hardly_more_memory() -> None:
    few, many = scaling.cost(300, 1), scaling.cost(3000, 1)
    assert many.parent <= 1.2 * few.parent, (few, many)


def test_a_second_worker_costs_little() -> None:
    start, one = scaling.cost(scaling.START, 1), scaling.cost(1000, 1)
    start_two, two = scaling.cost(scaling.START, 2), scaling.cost(1000, 2)
    assert two.cpu - start_two.cpu <= 1.25 * (one.cpu - start.cpu), (start, one, start_two, two)
