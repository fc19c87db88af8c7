"""Union-find over numbers: who leads the group of each, in any container of numbers by number."""

from __future__ import annotations

from typing import Protocol


class Parents(Protocol):
    """A list, array or dict of numbers: the parent of each; a leader is its own."""

    def __getitem__(self, i: int, /) -> int: ...

    def __setitem__(self, i: int, parent: int, /) -> None: ...


def root(parent: Parents, i: int) -> int:
    """The leader of the group of `i`; the way there is halved for the next who asks.

    >>> root([0, 0, 1, 2], 3)
    0
    """
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
