"""Who bears which office in a document: "le chef de l'État", "la ministre", "le maire de Lyon".

Reads `doc.ents` with names and roles; finds role phrases that stand without a name, and the person they mean.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from pipeline.model import lexicon
from pipeline.namekeys import fold
from pipeline.titles import Titles, lower

_DEFINITE = frozenset({"le", "la", "l'", "du", "au", "ce", "cet", "cette"})
_FEMININE, _MASCULINE = frozenset({"la", "cette"}), frozenset({"le", "du", "au", "ce", "cet"})
_LINKS = frozenset({"de", "du", "des", "d'", "à", "au", "aux"})
_NEAR = 3  # sentences within which an office said without its place is still the same person's
_LONGEST = 9  # tokens of a role phrase


@dataclass(frozen=True, slots=True)
class Office:
    """What a role phrase says: its noun, the office it shares with other nouns, its kind, where, and whether it is past."""

    noun: str
    office: str
    kind: str
    where: frozenset[str]
    former: frozenset[str]
    gender: str


@functools.cache
def _places() -> dict[str, str]:
    """Folded demonyms, all forms, to the folded place."""
    found: dict[str, str] = {}
    for row in lexicon.rows("demonyms.csv"):
        for form in (row["masculine"], row["feminine"]):
            found.setdefault(fold(form), fold(row["place"]))
    return found


class Bearers:
    """The persons of one document with their offices, and where they were last spoken of."""

    def __init__(self, doc: Doc, titles: Titles) -> None:
        self.doc, self.titles = doc, titles
        words = lexicon.toml("references.toml")["role"]
        self.ministers: dict[str, str] = words["ministers"]
        self.general: dict[str, str] = words["general"]
        self.empty, self.former = frozenset(map(fold, words["empty"])), frozenset(words["former"])
        ents = list(doc.ents)
        self.people = [ent for ent in ents if ent.label_ == "PER"]
        self.offices: dict[str, list[Office]] = defaultdict(list)
        self.gender: dict[str, str] = {}
        self.by_token = {i: ent for ent in self.people for i in range(ent.start, ent.end)}
        self.spoken: list[tuple[int, str]] = []  # (token, name) of every mention so far, references too
        self.titled: dict[int, Span] = {}
        self.direct: set[int] = set()  # tokens of titles without a comma before the name
        for ent, gender in zip(ents, titles.genders(doc, ents), strict=True):
            if ent.label_ == "PER":
                self._know(ent, gender)
        self.spoken_names = [(ent.start, ent._.name) for ent in self.people]

    def _know(self, ent: Span, gender: str) -> None:
        if gender:
            self.gender.setdefault(ent._.name, gender)
        span = self.titles.before(self.doc, ent)
        if span is not None:
            direct = self.doc[span.end].text != ","
            for i in range(span.start, ent.start):
                self.titled[i] = ent
                if direct:
                    self.direct.add(i)
        if ent._.role:
            office = self.read(self.doc.vocab, ent._.role)
            if office is not None and office not in self.offices[ent._.name]:
                self.offices[ent._.name].append(office)

    def read(self, vocab: object, role: str) -> Office | None:
        """The office a role's words say."""
        words = [w.lower() for w in role.replace("’", "'").replace("'", "' ").replace("-", " - ").split()]
        for i in range(len(words)):
            for phrase, row in self.titles.heads.get(words[i], ()):
                if tuple(words[i : i + len(phrase)]) == phrase:
                    return self._office(row, words[:i], words[i + len(phrase) :])
            joined = "".join(words[i : i + 3])
            for phrase, row in self.titles.heads.get(joined, ()):
                if len(phrase) == 1:
                    return self._office(row, words[:i], words[i + 3 :])
        return None

    def _office(self, row: dict[str, str], before: list[str], after: list[str]) -> Office:
        where = {_places().get(w, w) for w in fold(" ".join(after)).split() if w not in self.empty | self.former}
        if row["office"] in self.ministers:  # "garde des Sceaux": minister of Justice
            where |= set(self.ministers[row["office"]].split())
            row = {**row, "masculine": "ministre", "office": ""}
        former = frozenset(w for w in [*before, *after] if w in self.former)
        return Office(row["masculine"], row["office"], row["kind"], frozenset(where), former, row["gender"])

    def at(self, i: int) -> Span | None:
        """The person a pronoun already resolved at token `i` means."""
        return self.resolved.get(i)

    @functools.cached_property
    def resolved(self) -> dict[int, Span]:
        """Tokens of references so far, and whom they mean."""
        return {}

    def mentioned(self, span: Span, meant: Span) -> None:
        """Remember a resolved reference."""
        for i in range(span.start, span.end):
            self.resolved[i] = meant
        self.spoken_names.append((span.start, meant._.name))

    def person_at(self, i: int) -> Span | None:
        """The person named or referred to at token `i`, or whose title stands there."""
        return self.by_token.get(i) or self.resolved.get(i) or self.titled.get(i)

    def in_title(self, i: int) -> bool:
        """Whether token `i` is part of the title before a name."""
        return i in self.titled

    def agrees(self, person: Span, gender: str) -> bool:
        """Whether the person may be of this gender."""
        return self.gender.get(person._.name, gender) == gender

    def note_gender(self, person: Span, gender: str) -> None:
        """Remember a gender that a pronoun told."""
        self.gender.setdefault(person._.name, gender)

    def phrase_at(self, i: int) -> Span | None:
        """The definite role phrase without a name whose noun is token `i`: "le chef de l'État", "la ministre"."""
        head = self.titles.head_at(self.doc, i)
        if head is None or i in self.direct:
            return None
        start = i
        while start and lower(self.doc[start - 1]) in ("ancien", "ancienne", "ex", "nouveau", "nouvelle", "actuel", "actuelle"):
            start -= 1
        if not start or lower(self.doc[start - 1]) not in _DEFINITE:
            return None
        end = self._end(i + head[0])
        if end in self.by_token and self.by_token[end].start == end:  # the title of a name
            return None
        first = start - 1 if lower(self.doc[start - 1]) not in ("du", "au") else start
        return self.doc[first:end]

    def _end(self, i: int) -> int:
        """Where a role phrase ends: after demonyms, adjectives and "de" with its name or nouns."""
        doc, stop = self.doc, min(len(self.doc), i + _LONGEST)
        while i < stop:
            token = doc[i]
            if fold(token.text) in _places() or lower(token) in ("élu", "élue") or (token.pos_ == "ADJ" and doc[i - 1].pos_ in ("NOUN", "ADJ") and not token.ent_type_):
                i += 1
            elif lower(token) in _LINKS and i + 1 < stop:
                after = i + 1 + (lower(doc[i + 1]) in ("la", "l'", "le", "les"))
                if after >= stop or not (doc[after].ent_type_ in ("LOC", "ORG") or doc[after].pos_ in ("NOUN", "PROPN")):
                    return i
                if lower(token) in ("à", "au", "aux") and doc[after].ent_type_ != "":
                    return i  # "le président à Paris": where, not of what
                i = after + 1
                while i < stop and doc[i].ent_iob_ == "I":
                    i += 1
            else:
                return i
        return i

    def bearer(self, phrase: Span) -> Span | None:
        """The last mention of the person whom a role phrase means; None when several may or none does."""
        named = self._apposed(phrase)
        if named is not None:
            return named
        office = self.read(self.doc.vocab, " ".join(t.text for t in phrase))
        if office is None:
            return None
        gender = office.gender or self._gender_of_article(phrase)
        fits = [name for name, own in self.offices.items() if any(self._same(office, o) for o in own)]
        fits = [name for name in fits if not gender or self.gender.get(name, gender) == gender]
        if len(fits) > 1:
            fits = self._nearest(phrase, fits)
        if len(fits) != 1 or not self._in_force(phrase, office, fits[0]):
            return None
        mentions = [ent for ent in self.people if ent._.name == fits[0]]
        before = [ent for ent in mentions if ent.start < phrase.start]
        return before[-1] if before else mentions[0]

    def _apposed(self, phrase: Span) -> Span | None:
        """"le ministre de l'Intérieur, Luc Roy, a …": the name set off by commas after the phrase."""
        end = phrase.end
        if end + 1 < len(self.doc) and self.doc[end].text == ",":
            ent = self.by_token.get(end + 1)
            if ent is not None and ent.start == end + 1 and ent._.role:
                role, own = fold(ent._.role), fold(phrase.text)
                if role and own.endswith(role):
                    return ent
        return None

    def _gender_of_article(self, phrase: Span) -> str:
        article = lower(phrase[0])
        if article in _FEMININE:
            return "f"
        return "m" if article in _MASCULINE else ""

    def _same(self, said: Office, own: Office) -> bool:
        """Whether a phrase may mean the office somebody bears."""
        if said.former != own.former:
            return False
        if said.noun in self.general:
            return own.kind == self.general[said.noun] and (not said.where or said.where <= own.where)
        if said.noun != own.noun and not (said.office and said.office == own.office):
            return False
        if said.office == "president" and said.noun != own.noun and not self._of_a_state(own):
            return False
        if not said.where:
            return not (said.noun.startswith("chef d") and not self._of_a_state(own))
        return said.where <= own.where or not own.where

    def _of_a_state(self, office: Office) -> bool:
        """Whether an office is a State's: nothing said, or a country."""
        return office.where <= _countries()

    def _nearest(self, phrase: Span, names: list[str]) -> list[str]:
        """Of several bearers, the one spoken of in the last sentences, if only one was."""
        since = self._start_of_window(phrase, 2)
        near = {name for at, name in self.spoken_names if since <= at < phrase.start and name in names}
        return sorted(near)

    def _in_force(self, phrase: Span, office: Office, name: str) -> bool:
        """Whether a bare "le président" stands near enough to its bearer, and after the name."""
        if office.where:
            return True
        before = [at for at, who in self.spoken_names if who == name and at < phrase.start]
        if not before:
            return False
        rivals = {who for at, who in self.spoken_names if before[-1] < at < phrase.start and who != name}
        return not any(o.kind == office.kind for who in rivals for o in self.offices.get(who, ()))

    def _start_of_window(self, phrase: Span, sentences: int) -> int:
        start = phrase[0].sent.start
        for _ in range(sentences):
            if start:
                start = self.doc[start - 1].sent.start
        return start


@functools.cache
def _countries() -> frozenset[str]:
    """Folded words of the countries' names."""
    names = [r["name"] for r in lexicon.rows("countries.csv")] + [r["place"] for r in lexicon.rows("demonyms.csv") if r["country"]]
    return frozenset(word for name in names for word in [fold(name), *fold(name).split()])
