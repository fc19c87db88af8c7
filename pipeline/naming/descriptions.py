"""What a document calls those it names: "l'animatrice Alice Roy", "la chaîne Kanal 8", "Watson l'otarie".

Reads `doc.ents` with names and the title; gives for each common noun the names it was said of in this document, so
that *l'animatrice* further on, or before, can be made out.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from dataclasses import dataclass

from spacy.tokens import Span

from pipeline.model import lexicon
from pipeline.model.words import Word, Words
from pipeline.naming.titles import lower

_DETERMINERS = frozenset({"le", "la", "l'", "un", "une", "du", "au", "ce", "cet", "cette", "son", "sa", "leur"})
_BEFORE_NAME = 5  # tokens of a description that stands before a name
_NAMED = frozenset({"PER", "ORG"})


@dataclass(frozen=True, slots=True)
class Description:
    """A noun said of a name, with its further words ("agent", {"immobilier"})."""

    noun: str
    more: frozenset[str]


@functools.cache
def body_sorts() -> dict[str, str]:
    """Which sort of body a noun names: {"quotidien": "press", …}."""
    sorts = lexicon.toml("references.toml")["bodies"]
    return {noun: sort for sort, nouns in sorts.items() for noun in nouns}


class Descriptions:
    """The nouns said of the persons and bodies of one document, and of which sort each body is."""

    def __init__(self, doc: Words, ents: list[Span]) -> None:
        self.doc = doc
        self.sort_of_noun = body_sorts()
        self.said: dict[str, list[tuple[Description, str]]] = defaultdict(list)
        self.of_title: dict[str, set[str]] = defaultdict(set)
        self.sorts: dict[str, set[str]] = defaultdict(set)
        for ent in ents:
            if ent.label_ in _NAMED:
                for description in filter(None, (self._before(ent), self._after(ent), self._own(ent))):
                    if ent.label_ == "PER" or description.noun in self.sort_of_noun or description.noun in ent.text:
                        self._note(description, ent._.name)
        if doc.title:
            people = {ent._.name for ent in ents if ent.label_ == "PER"}
            for name in sorted({ent._.name for ent in ents if ent.label_ in _NAMED and ent._.name}):
                for description in _in_title(doc.title, name):
                    if name in people or description.noun in self.sort_of_noun:
                        self._note(description, name)
                        self.of_title[description.noun].add(name)

    def _note(self, description: Description, name: str) -> None:
        if (description, name) not in self.said[description.noun]:
            self.said[description.noun].append((description, name))
        if description.noun in self.sort_of_noun:
            self.sorts[name].add(self.sort_of_noun[description.noun])

    def names(self, noun: str, more: frozenset[str]) -> list[str]:
        """Names of which a noun was said, with none of the further words contradicted."""
        said = self.said.get(noun, ())
        return sorted({name for d, name in said if not more or not d.more or more <= d.more})

    def bodies(self, noun: str) -> list[str]:
        """Names of bodies of the sort that a noun means ("la société" for "l'entreprise X")."""
        sort = self.sort_of_noun.get(noun, "")
        return sorted(name for name, sorts in self.sorts.items() if sort in sorts)

    def _before(self, ent: Span) -> Description | None:
        """ "(l')agent immobilier" X, "(le) suspect", X",": the noun phrase right before a name."""
        doc, last = self.doc, ent.start - 1
        if last > 0 and doc[last].text == "," and ent.end < len(doc) and doc[ent.end].text == ",":
            last -= 1
        words: list[Word] = []
        for i in range(last, max(last - _BEFORE_NAME, -1), -1):
            token = doc[i]
            if lower(token) in _DETERMINERS:
                return _described(words[::-1])
            if token.ent_type_ == "PER" or token.pos_ not in ("NOUN", "ADJ", "PROPN"):
                return None
            words.append(token)
        return None

    def _after(self, ent: Span) -> Description | None:
        """X", (cet) agent immobilier", X" l'otarie": the noun phrase right after a name."""
        doc, i = self.doc, ent.end
        comma = i < len(doc) and doc[i].text == ","
        i += comma
        if i + 4 < len(doc) and comma and doc[i].like_num and lower(doc[i + 1]) == "ans" and doc[i + 2].text == ",":
            i += 3
        determined = i < len(doc) and lower(doc[i]) in _DETERMINERS - {"du", "au"}
        if not determined and not comma:
            return None
        i += determined
        words: list[Word] = []
        while i < len(doc) and doc[i].pos_ in ("NOUN", "ADJ") and not doc[i].ent_type_ and len(words) < _BEFORE_NAME:
            words.append(doc[i])
            i += 1
        follower = doc[i] if i < len(doc) else None
        if not comma and (ent.label_ != "PER" or (follower is not None and follower.pos_ in ("ADP", "CCONJ", "NUM"))):
            return None  # "a imité Alice Roy le temps d'une chanson"
        verb = follower is not None and follower.pos_ in ("AUX", "VERB")
        if verb and follower is not None and comma and follower.morph.get("VerbForm") != "Part":
            return None  # "Avec Paul, l'avocat plaide"
        if follower is not None and follower.ent_type_ == "PER":
            return None  # "Paul, l'avocat Luc Roy …", "Avec Paul, l'avocat plaide"
        return _described(words)

    def _own(self, ent: Span) -> Description | None:
        """The common noun that a body's name begins with: "coalition anti-EI", "Parti des verts"."""
        first = lower(self.doc[ent.start])
        if (
            ent.label_ != "ORG"
            or len(ent) < 2
            or (first not in self.sort_of_noun and self.doc[ent.start].text != first)
        ):
            return None
        return Description(first, frozenset())


def _described(words: list[Word]) -> Description | None:
    nouns = [token for token in words if token.pos_ in ("NOUN", "PROPN") and not token.is_title]
    if not nouns:
        return None
    noun = nouns[0]
    return Description(lower(noun), frozenset(lower(t) for t in words if t.i != noun.i))


def _in_title(title: str, name: str) -> list[Description]:
    """Nouns beside a name in the title: "L'animatrice Alice Roy …", "Watson l'otarie …"."""
    words = name.split()
    last = words[-1] if words[-1][0].isupper() else name
    if last not in title:
        return []
    last = re.escape(last)
    found: list[Description] = []
    for pattern in (
        rf"(?:\b(?:[Ll][ea]|[Uu]ne?|du|au)\s|\b[Ll]['’])([a-zà-ÿ-]{{4,}})\s+(?:[A-ZÉ][\w'’-]*\s)*{last}\b",
        rf"\b{last},?\s(?:le |la |l['’]|un |une )([a-zà-ÿ-]{{4,}})\b",
    ):
        found += [Description(m[1], frozenset()) for m in re.finditer(pattern, title)]
    return found
