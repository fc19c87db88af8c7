"""Events put together, in a few numbers an event.

An event is told by its rank among the sorted event ids, so that the root of a group is the event that names it. The
group of "a.txt#e1" and "b.txt#e7" has the root "a.txt#e1".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from pipeline.linking.unions import root

LARGE = 32
"""Events of a group from which on its documents are kept as a set."""


class Groups:
    """A group never holds two events of one document, nor days that do not meet, unless forced.

    Two that lie a day apart may join it together. `days` of a group are its latest first day and its earliest last
    day; `told` are the days of single events. Events dated by their publication alone have none (0).
    """

    def __init__(self, documents: array[int]):
        """`documents` are the documents of the events, as numbers."""
        count = len(documents)
        self._doc = documents
        self._parent = array("i", range(count))
        self._next = array("i", range(count))
        self._told = array("i", [0]) * count, array("i", [0]) * count
        self._days = array("i", [0]) * count, array("i", [0]) * count
        self._large: dict[int, set[int]] = {}

    def __len__(self) -> int:
        return len(self._parent)

    def date(self, i: int, first: int, last: int) -> None:
        """Note the days of an event, as ordinals."""
        for days in (self._told, self._days):
            days[0][i], days[1][i] = first, last

    def root(self, i: int) -> int:
        return root(self._parent, i)

    def members(self, i: int) -> Iterator[int]:
        """The events of the group of an event."""
        yield i
        j = self._next[i]
        while j != i:
            yield j
            j = self._next[j]

    def _documents(self, root: int) -> set[int]:
        known = self._large.get(root)
        return known if known is not None else {self._doc[i] for i in self.members(root)}

    def join(self, i: int, j: int, force: bool = False, any_day: bool = False) -> bool:
        """Put the groups of two events together, if they may; True when that was done."""
        slack = 1 if _gap(self._told, i, j) == 1 else 0
        i, j = sorted((self.root(i), self.root(j)))
        if i == j:
            return False
        if not force and _gap(self._days, i, j) > slack and not any_day:
            return False
        mine, theirs = self._documents(i), self._documents(j)
        if not force and mine & theirs:
            return False
        first, last = self._days
        if first[j]:
            first[i], last[i] = (max(first[i], first[j]), min(last[i], last[j])) if first[i] else (first[j], last[j])
        self._large.pop(j, None)
        if len(mine) + len(theirs) > LARGE:
            self._large[i] = mine | theirs
        self._next[i], self._next[j] = self._next[j], self._next[i]
        self._parent[j] = i
        return True

    def split(self, i: int, document: int) -> bool:
        """Take the events of one document out of the group of an event; False when it holds none, or no other."""
        members = sorted(self.members(i))
        mine = [j for j in members if self._doc[j] == document]
        others = [j for j in members if self._doc[j] != document]
        self._large.pop(self.root(i), None)
        for part in filter(None, (mine, others)):
            for j, following in zip(part, [*part[1:], part[0]], strict=True):
                self._parent[j], self._next[j] = part[0], following
        return bool(mine and others)


def _gap(days: tuple[array[int], array[int]], i: int, j: int) -> int:
    """Days between two intervals; 0 where they meet or one is not known."""
    first, last = days
    return max(first[i], first[j]) - min(last[i], last[j]) if first[i] and first[j] else 0
