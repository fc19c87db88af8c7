"""Where an event takes place: beside its trigger, else in its sentence, else where the article is set.

None rather than a wrong one: a place in a person's office ("maire de Lyon"), in brackets or in a clause about something
else is no scene, and what people say has a place only where the text puts one beside the saying.
"""

from __future__ import annotations

import functools
from collections import Counter
from itertools import pairwise

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.doc import Event, Participant
from pipeline.model.words import Word, Words
from pipeline.telling import participants, syntax

_PHRASE = 4  # tokens between two names of one phrase: "dans le quartier de Perseigne à Alençon"
_OPENING, _ENOUGH = 3, 4  # sentences of an opening; weight of a place where an article is set
_INNER = frozenset({"acl", "acl:relcl", "advcl"})
_WEAK = frozenset({"national own bare", "national clause bare", "other clause bare"})  # "… bat la France"
_RANKS = (("own at", "clause at"), ("own of", "clause of", "own bare", "clause bare"), ("joined at",), ("beside at",))


def settle(doc: Words, events: list[Event]) -> None:
    """Add to each event of a Doc its places; `events` are in text order and have their other participants.

    >>> settle(nlp("À Metz, un incendie a détruit la halle."), [event])  # doctest: +SKIP
    >>> [p.text for p in event.participants if p.role == "place"]  # doctest: +SKIP
    ['Metz']
    """
    mentions = [e for e in doc.ents if e.label_ == "LOC"]
    if not mentions:
        return
    scenes = _Scenes(doc, mentions, events)
    for number, event in enumerate(events):
        actors = {p.mention._.name or p.mention.text for p in event.participants if p.mention is not None}
        for place in scenes.of(number, event):
            if scenes.name(place) not in actors:
                event.participants.append(Participant("place", place.start_char, place.end_char, place.text, place))


class _Scenes:
    """The place names of one Doc, how each is used, and which triggers each stands beside."""

    def __init__(self, doc: Words, mentions: list[Span], events: list[Event]):
        self.doc = doc
        self.mentions = mentions
        self.names = {e.start: str(e._.name or e.text) for e in mentions}
        self.how = {e.start: use(doc, e) for e in mentions}
        self.heads = [list(participants.heads(doc, event)) for event in events]
        self.by_verb: dict[int, list[int]] = {}
        self.triggers = {token.i for heads in self.heads for token in heads}
        for i in self.triggers:
            self.by_verb.setdefault(syntax.clause_verb(doc[i]).i, []).append(i)
        self.owners = {e.start: self._owners(e) for e in mentions}
        self.elsewhere: dict[str, list[Span]] = {}

    def name(self, place: Span) -> str:
        return self.names[place.start]

    def of(self, number: int, event: Event) -> list[Span]:
        """The places of an event, each once, in text order."""
        kind, found = _kind(event.type), []
        for head in self.heads[number]:
            found += self._of_telling(head, kind)
        if found:
            return self._once(self._with_phrase(found))
        if kind not in self.elsewhere:
            self.elsewhere[kind] = self._set_elsewhere(kind)
        return self.elsewhere[kind]

    def _of_telling(self, head: Word, kind: str) -> list[Span]:
        """Places of one telling, those with the best claim."""
        claims: dict[str, list[Span]] = {}
        for place in self.mentions:
            owner = self.owners[place.start].get(head.i)
            if owner is None and self._beside(place, head, kind):
                owner = "beside"
            if owner is not None and f"{kind} {owner} {self.how[place.start]}" not in _WEAK:
                claims.setdefault(f"{owner} {self.how[place.start]}", []).append(place)
        for rank in _RANKS[: 1 if kind == "said" else None]:
            found = [place for claim in rank for place in claims.get(claim, ())]
            if found:
                return found
        return []

    def _owners(self, place: Span) -> dict[int, str]:
        """Triggers a place belongs to: the first above it ("own"), else those in the clause of its verb ("clause"),
        and what goes on after that clause ("joined": "À Oloron, ils ont délogé … et détruit …")."""
        root = token = self.doc.root(place)
        while token.i not in self.triggers and not syntax.is_verb(token) and token.head != token:
            if token != root and syntax.case(token) in _spec()["apart"]:
                self.how[place.start] = "aside"
                return {}
            token = token.head
        found = {token.i: "own"} if token.i in self.triggers else dict.fromkeys(self.by_verb.get(token.i, ()), "clause")
        if place.start < token.i:
            for verb in token.children:
                if verb.dep_ == "conj":
                    found |= dict.fromkeys(self.by_verb.get(verb.i, ()), "joined")
        return found

    def _beside(self, place: Span, head: Word, kind: str) -> bool:
        """Whether a place stands in the sentence of a trigger, in no inner clause about another event."""
        if self.how[place.start] != "at" or not head.sent.start <= place.start < head.sent.end:
            return False
        between = self.doc[min(place.start, head.i) : max(place.end, head.i)]
        if any(t.text == "." and t.i + 1 < len(self.doc) and t.nbor().is_title for t in between):
            return False
        verb = syntax.clause_verb(self.doc.root(place))
        return (
            verb == syntax.clause_verb(head)
            or verb.is_ancestor(head)
            or verb.dep_ not in _INNER
            or (kind == "physical" and verb.i in self.triggers)
        )

    def _with_phrase(self, found: list[Span]) -> list[Span]:
        """With the names that stand in one phrase with them: "dans le quartier de Perseigne à Alençon"."""
        whole = {e.start for e in found}
        for before, after in pairwise(self.mentions):
            apart = {self.how[before.start], self.how[after.start]} & {"aside", "role"}
            between = self.doc[before.end : after.start]
            if apart or len(between) >= _PHRASE or any(syntax.is_verb(t) or t.text in ".;:()" for t in between):
                continue
            if before.start in whole or after.start in whole:
                whole |= {before.start, after.start}
        return [e for e in self.mentions if e.start in whole]

    def _once(self, places: list[Span]) -> list[Span]:
        found: dict[str, Span] = {}
        for place in places:
            found.setdefault(self.name(place), place)
        return sorted(found.values(), key=lambda e: e.start)

    def _set_elsewhere(self, kind: str) -> list[Span]:
        """Where an event is whose sentence names no place: the only one of the article; else what happens somewhere is
        at the main one, and in the country of a heading like "Italie : …", as are votes and the economy. What is said
        is nowhere."""
        if kind == "said":
            return []
        uses = [e for e in self.mentions if self.how[e.start] not in ("role", "aside")]
        if uses and len({self.name(e) for e in self.mentions}) == 1:
            return uses[:1]
        heading = [e for e in uses if self.doc.title.startswith(f"{self.name(e)} :")][:1]
        if kind == "physical":
            return self._once([*self._main(uses), *heading])
        return heading if kind == "national" else []

    def _main(self, uses: list[Span]) -> list[Span]:
        """The place the article names most, above all in its title, its first sentences and after "à", "dans"."""
        weight: Counter[str] = Counter()
        opening = self.doc.sents[:_OPENING][-1].end
        for e in uses:
            weight[self.name(e)] += 2 + 2 * (e.start < opening) + (self.how[e.start] == "at")
        for name in weight:
            weight[name] += 3 * (name in self.doc.title)
        first = {self.name(e): e for e in reversed(uses)}
        best = min(weight, key=lambda name: (-weight[name], first[name].start), default="")
        return [first[best]] if weight[best] >= _ENOUGH else []


def _kind(kind: str) -> str:
    spec = _spec()
    return next((group for group in ("physical", "national", "said") if kind in spec[group]), "other")


@functools.cache
def _spec() -> dict[str, frozenset[str]]:
    raw = lexicon.toml("places.toml")
    return {key: frozenset(words) for key, words in raw.items()}


def use(doc: Words, ent: Span) -> str:
    """How a place name stands in its phrase: at ("à Metz"), of ("la gare de Metz"), role ("maire de Metz"),
    aside ("(Moselle)") or bare."""
    spec, i = _spec(), ent.start - 1
    while i >= 0 and ent.start - i < 4 and (doc[i].pos_ == "DET" or doc[i].lower_ in spec["before_name"]):
        i -= 1
    if i < 0:
        return "bare"
    word = doc[i].lower_
    if word == "(":
        return "aside"
    if word in spec["at"]:
        return "at"
    if word in spec["of"]:
        noun = doc[i - 1] if i else doc[i]
        if noun.lower_ in spec["at_of"]:
            return "at"
        people, above = _people(), doc.root(ent).head
        return "role" if {noun.lower_, syntax.lemma(noun), above.lower_, syntax.lemma(above)} & people else "of"
    if word in (",", "et") and i and doc[i - 1].ent_type_ == "LOC":
        before = participants.entity_at(doc, i - 1)
        return use(doc, before) if before is not None else "bare"
    return "bare"


@functools.cache
def _people() -> frozenset[str]:
    return _spec()["bodies"] | frozenset(lexicon.words("role_kinds.csv", "word"))
