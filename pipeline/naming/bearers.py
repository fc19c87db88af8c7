"""Who bears which office in a document: "le chef de l'État", "la ministre", "le maire de Lyon".

Reads `doc.ents` with names and roles; finds role phrases that stand without a name, and the person they mean. After
"Nathalie Appéré, maire de Rennes", *la maire* and *l'édile* mean her, *le maire de Brest* does not.
"""

from __future__ import annotations

import functools
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from spacy.tokens import Span

from pipeline.linking.namekeys import fold
from pipeline.model import lexicon
from pipeline.model.words import Words
from pipeline.naming.borders import fold_quote
from pipeline.naming.titles import Titles, lower

_FEMININE, _MASCULINE = frozenset({"la", "cette"}), frozenset({"le", "du", "au", "ce", "cet"})
_DEFINITE = _FEMININE | _MASCULINE | {"l'"}
_CONTRACTED = frozenset({"du", "au"})
_LINKS = frozenset({"de", "du", "des", "d'", "à", "au", "aux"})
_NOT_OF = frozenset({"à", "au", "aux"})
_NEAR = 2  # sentences before, within which the only bearer spoken of is meant
_LONGEST = 9  # tokens of a role phrase


@dataclass(frozen=True, slots=True)
class Office:
    """What a role phrase says: its noun, the office it shares with other nouns, its kind, where, whether it is past."""

    noun: str
    office: str
    kind: str
    where: frozenset[str]
    former: frozenset[str]
    gender: str


class Bearers:
    """The persons of one document with their offices, and where they were spoken of so far."""

    def __init__(self, doc: Words, titles: Titles, sentences: list[int]) -> None:
        self.doc, self.titles, self.sentences = doc, titles, sentences
        words = lexicon.toml("references.toml")["role"]
        self.ministers: dict[str, str] = words["ministers"]
        self.general: dict[str, str] = words["general"]
        self.changing, self.former = frozenset(words["changing"]), frozenset(words["former"])
        self.no_place = frozenset(map(fold, words["empty"])) | self.former
        ents = list(doc.ents)
        self.people = [ent for ent in ents if ent.label_ == "PER"]
        self.by_token = {i: ent for ent in self.people for i in range(ent.start, ent.end)}
        self.resolved: dict[int, Span] = {}  # tokens of references so far, and whom they mean
        self.titled: dict[int, Span] = {}  # tokens of titles, and the name they belong to
        self.direct: set[int] = set()  # tokens of titles without a comma before the name
        self.offices: dict[str, list[Office]] = defaultdict(list)
        self.gender: dict[str, str] = {}
        self.spoken: list[tuple[int, str]] = []
        for ent, gender in zip(ents, titles.genders(doc, ents), strict=True):
            if ent.label_ == "PER":
                self._know(ent, gender)

    def _know(self, ent: Span, gender: str) -> None:
        known = ent._
        name, role = known.name, known.role
        self.spoken.append((ent.start, name))
        if gender:
            self.gender.setdefault(name, gender)
        if not role:
            return
        title = self.titles.before(self.doc.doc, ent)
        if title is not None:
            self.titled |= dict.fromkeys(range(title.start, ent.start), ent)
            if self.doc[title.end].text != ",":
                self.direct |= set(range(title.start, ent.start))
        office = self.read(role)
        if office is not None and office not in self.offices[name]:
            self.offices[name].append(office)

    def read(self, role: str) -> Office | None:
        """The office that the words of a role say; None where no role noun is among them."""
        words = fold_quote(role).lower().replace("'", "' ").split()
        for i, word in enumerate(words):
            for phrase, row in self.titles.heads.get(word, ()):
                if tuple(words[i : i + len(phrase)]) == phrase:
                    return self._office(row, words[:i], words[i + len(phrase) :])
        return None

    def _office(self, row: dict[str, str], before: list[str], after: list[str]) -> Office:
        words = fold(" ".join(after)).split()
        since = "depuis" in words  # "maire depuis 2015"
        where = {_places().get(w, w) for w in words if not (w in self.no_place or (since and w.isdigit()))}
        noun, office = row["masculine"], row["office"]
        if office in self.ministers:  # "garde des Sceaux": minister of Justice
            where |= set(self.ministers[office].split())
            noun, office = "ministre", ""
        former = frozenset(word for word in [*before, *after] if word in self.former)
        if not since and any(w.isdigit() and len(w) == 4 for w in words):  # "maire de 1995 à 2020"
            former |= {"ancien"}
        return Office(noun, office, row["kind"], frozenset(where), former, row["gender"])

    def mentioned(self, span: Span, meant: Span) -> None:
        """Remember a resolved reference."""
        self.resolved |= dict.fromkeys(range(span.start, span.end), meant)
        self.spoken.append((span.start, meant._.name))

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
        while start and lower(self.doc[start - 1]) in self.changing:
            start -= 1
        article = lower(self.doc[start - 1]) if start else ""
        if article not in _DEFINITE:
            return None
        end = self._end(i + head[0])
        if end in self.by_token and self.by_token[end].start == end:  # the title of a name
            return None
        return self.doc.span(start - (article not in _CONTRACTED), end)

    def _end(self, i: int) -> int:
        """Where a role phrase ends: after demonyms, adjectives and "de" with its name or nouns."""
        doc, stop = self.doc, min(len(self.doc), i + _LONGEST)
        while i < stop:
            word = lower(doc[i])
            adjective = doc[i].pos_ == "ADJ" and not doc[i].ent_type_ and doc[i - 1].pos_ in ("NOUN", "ADJ")
            if adjective or word in self.former or fold(word) in _places():
                i += 1
                continue
            after = i + 1 + (i + 1 < stop and lower(doc[i + 1]) in ("la", "l'", "le", "les"))
            if word not in _LINKS or after >= stop or (word in _NOT_OF and doc[after].ent_type_):
                return i  # "le président à Paris": there, not of it
            if doc[after].ent_type_ not in ("LOC", "ORG") and doc[after].pos_ not in ("NOUN", "PROPN"):
                return i
            i = after + 1
            while i < stop and doc[i].ent_iob_ == "I":
                i += 1
        return i

    def bearer(self, phrase: Span) -> Span | None:
        """The last mention of the person whom a role phrase means; None when several may or none does."""
        named = self._apposed(phrase)
        office = self.read(phrase.text)
        if named is not None or office is None:
            return named
        article = lower(self.doc[phrase.start])
        gender = office.gender or ("f" if article in _FEMININE else "m" if article in _MASCULINE else "")
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
        """The name set off by commas after the phrase: "le ministre de l'Intérieur, Luc Roy, a …"."""
        ent = self.by_token.get(phrase.end + 1)
        if ent is None or ent.start != phrase.end + 1 or self.doc[phrase.end].text != "," or not ent._.role:
            return None
        return ent if fold(phrase.text).endswith(fold(ent._.role)) else None

    def _same(self, said: Office, own: Office) -> bool:
        """Whether a phrase may mean the office somebody bears."""
        if said.former != own.former:
            return False
        if said.noun in self.general:
            return own.kind == self.general[said.noun] and (said.where <= own.where or not own.where)
        other_noun = said.noun != own.noun
        if other_noun and not (said.office and said.office == own.office):
            return False
        if other_noun and said.office == "president" and not own.where <= _countries():  # president of a company
            return False
        return not said.where or said.where <= own.where or not own.where

    def _nearest(self, phrase: Span, names: list[str]) -> list[str]:
        """Of several bearers, the one spoken of in the last sentences, if only one was."""
        sentence = bisect_right(self.sentences, phrase.start) - 1
        since = self.sentences[max(0, sentence - _NEAR)] if self.sentences else 0
        return sorted({name for at, name in self.spoken if since <= at < phrase.start and name in names})

    def _in_force(self, phrase: Span, office: Office, name: str) -> bool:
        """Whether a phrase without a place ("le président", "l'élue") stands after its bearer, nobody like between."""
        if office.where:
            return True
        before = [at for at, who in self.spoken if who == name and at < phrase.start]
        if not before or office.noun not in self.general:
            return bool(before)
        rivals = {who for at, who in self.spoken if max(before) < at < phrase.start and who != name}
        return not any(own.kind == office.kind for who in rivals for own in self.offices.get(who, ()))


@functools.cache
def _places() -> dict[str, str]:
    """Folded demonyms, all forms, to the folded place."""
    found: dict[str, str] = {}
    for row in lexicon.rows("demonyms.csv"):
        for form in (row["masculine"], row["feminine"]):
            found.setdefault(fold(form), fold(row["place"]))
    return found


@functools.cache
def _countries() -> frozenset[str]:
    """Folded names of countries and the words of them."""
    names = [r["name"] for r in lexicon.rows("countries.csv")]
    names += [r["place"] for r in lexicon.rows("demonyms.csv") if r["country"]]
    return frozenset(word for name in names for word in [fold(name), *fold(name).split()])
