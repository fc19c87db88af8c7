"""Titles and appositions of persons: "le président kazakh X", "X, maire de Lyon", "Mme X".

Reads tokens around named entities; gives the role of each mention, verbatim, and the gender that title, role or given
name tells. "l'ancien ministre Luc Roy" gives *ancien ministre*, "l'avocat du suspect Luc Roy" nothing: it is not said
whose name that is.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from pipeline.model import lexicon
from pipeline.model.words import Word, Words
from pipeline.naming.borders import fold_quote

_REACH = 14  # tokens a role phrase may have
_VERBAL = frozenset({"VERB", "AUX", "PRON", "SCONJ", "INTJ", "SYM"})
_CLOSING = frozenset({",", ".", ";", ")", ":", "!", "?", "–", "—", "»", '"'})
_IN_WORDS = frozenset({"-", "'", "’"})
_DEFINITE = frozenset({"le", "la", "l'", "les"})
_OF = frozenset({"de", "à", "d'"})
Row = dict[str, str]


class Titles:
    """Role nouns and civilities of the lexicon, with the readers of roles and genders."""

    def __init__(self) -> None:
        self.heads = _heads()
        self.civilities = {r["title"].rstrip(".").lower(): r["gender"] for r in lexicon.rows("titles.csv")}
        self.given = {r["name"]: r["gender"] for r in lexicon.rows("given_names.csv")}
        spec = lexicon.toml("references.toml")
        self.human_nouns = frozenset(spec["people"]["nouns"])
        words = {kind: frozenset(forms) for kind, forms in spec["title"].items()}
        self.modifiers, self.participles, self.determiners = (
            words["modifiers"],
            words["participles"],
            words["determiners"],
        )
        self.loose_before, self.stops, self.goes_on = words["loose_before"], words["stops"], words["goes_on"]

    def head_at(self, doc: Doc | Words, i: int) -> tuple[int, Row] | None:
        """The role noun that begins at token `i`, as (number of tokens, its row of `roles.csv`)."""
        for words, row in self.heads.get(lower(doc[i]), ()) if i < len(doc) else ():
            if len(words) == 1 or tuple([lower(t) for t in doc[i : i + len(words)]]) == words:
                return len(words), row
        return None

    def roles(self, doc: Doc, ents: list[Span]) -> list[str]:
        """The role of each entity as read beside that mention, "" where none is."""
        starts = {ent.start: ent for ent in ents}
        return [self._role(doc, ent, starts) if ent.label_ == "PER" else "" for ent in ents]

    def _role(self, doc: Doc, ent: Span, starts: dict[int, Span]) -> str:
        span = self.before(doc, ent) or self.after(doc, ent, starts)
        return " ".join(span.text.split()) if span is not None else ""

    def before(self, doc: Doc, ent: Span) -> Span | None:
        """The role phrase before a name: "(le) président kazakh" X, "(le) porte-parole du ministre," X."""
        i = self._civility_before(doc, ent)[1]
        comma = i >= 0 and doc[i].text == ","
        i -= comma
        heads = list(self._heads_before(doc, i))
        if not heads or lower(doc[i]) in _OF or doc[i].pos_ in ("ADP", "DET"):  # "le porte-parole de X"
            return None
        start, length, row = heads[-1] if comma else heads[0]
        rest = doc[start + length : i + 1]
        if row["kind"] == "people" and (comma or len(rest)):
            return None
        if any(lower(t) in self.human_nouns and lower(t) not in self.heads for t in rest):  # "l'avocat du suspect X"
            return None
        first = self._with_modifiers(doc, start)
        if comma and (not first or lower(doc[first - 1]) not in self.determiners) and not _is_aside(doc, first, ent):
            return None
        return doc[first : i + 1]

    def _civility_before(self, doc: Doc | Words, ent: Span) -> tuple[str, int]:
        """The gender that a civility before a name tells ("Mme", "M ."), and the token before it."""
        i = ent.start - 1
        dot = i > 0 and doc[i].text == "."
        word = lower(doc[i - dot]).rstrip(".") if i >= 0 else ""
        if word in self.civilities:
            return self.civilities[word], i - dot - 1
        return "", i

    def _heads_before(self, doc: Doc, i: int) -> Iterator[tuple[int, int, Row]]:
        """Role nouns in the noun phrase that ends at token `i`, nearest first, as (start, length, row)."""
        for at in range(i, max(-1, i - _REACH), -1):
            token = doc[at]
            found = self.head_at(doc, at)
            if found and at + found[0] <= i + 1:
                yield at, *found
            elif self._ends_phrase(doc, token):
                return

    def _ends_phrase(self, doc: Doc, token: Token) -> bool:
        """Whether a token, going back from a name, is before the noun phrase of the name's title."""
        if token.ent_type_ == "PER" or (token.is_punct and token.text not in _IN_WORDS):
            return True
        if token.is_space:
            return "\n\n" in token.text
        word, kind = lower(token), token.pos_
        if kind in _VERBAL:
            return not token.is_title and word not in self.participles
        if kind != "DET" or word not in self.determiners or not token.i:
            return False
        before = doc[token.i - 1]
        inside = before.pos_ in ("ADP", "CCONJ", "DET") or (word in _DEFINITE and lower(before) in _OF)
        return not inside

    def _with_modifiers(self, doc: Doc, start: int) -> int:
        while start > 0 and lower(doc[start - 1]) in self.modifiers:
            start -= 1
        return start

    def after(self, doc: Doc, ent: Span, starts: dict[int, Span]) -> Span | None:
        """The apposition after a name: X, "maire de Lyon", …; X, 54 ans, "retraité", …"""
        i = ent.end
        if i + 1 >= len(doc) or doc[i].text != ",":
            return None
        i += 1
        if i + 3 < len(doc) and doc[i].like_num and lower(doc[i + 1]) == "ans" and doc[i + 2].text == ",":
            i += 3
        word = lower(doc[i])
        start = i = i + (word in self.determiners)
        while i < len(doc) - 1 and lower(doc[i]) in self.modifiers and i - start < 3:
            i += 1
        head = self.head_at(doc, i)
        if head and i + head[0] < len(doc) and lower(doc[i + head[0]]) in _DEFINITE:  # "X, représentant la France"
            return None
        end = self._phrase_end(doc, i + head[0], starts) if head else None
        if end is None or (word in _DEFINITE and not self._closes(doc, ent, end, starts)):
            return None
        return doc[start:end]

    def _phrase_end(self, doc: Doc, first: int, starts: dict[int, Span]) -> int | None:
        """Where the role phrase ends; None when a person's name follows at once (the role is that person's)."""
        for i in range(first, min(len(doc), first + _REACH)):
            token = doc[i]
            if i in starts and starts[i].label_ == "PER":
                return None
            if token.text in _CLOSING or (token.is_space and "\n" in token.text):
                return i
            word = lower(token)
            goes_on = word in ("et", "en") and i + 1 < len(doc) and lower(doc[i + 1]) in self.goes_on
            if not goes_on and (word in self.stops or (token.pos_ in _VERBAL and word not in self.participles)):
                return i
        return min(len(doc), first + _REACH)

    def _closes(self, doc: Doc, ent: Span, end: int, starts: dict[int, Span]) -> bool:
        """Whether a phrase with a definite article is an apposition: closed by a sign, and no other name after it."""
        if end >= len(doc) or doc[end].text not in _CLOSING:
            return False
        follower = starts.get(end + 1)
        if follower is not None and follower.label_ == "PER":
            return False
        return not (ent.start and lower(doc[ent.start - 1]) in self.loose_before)

    def genders(self, doc: Doc | Words, ents: list[Span]) -> list[str]:
        """Gender of each entity as its own mention tells: "m", "f" or ""."""
        return [self._gender(doc, ent) if ent.label_ == "PER" else "" for ent in ents]

    def _gender(self, doc: Doc | Words, ent: Span) -> str:
        civility, i = self._civility_before(doc, ent)
        if civility:
            return civility
        if i >= 0:
            head = self.head_at(doc, i)
            if head and head[1]["gender"]:
                return head[1]["gender"]
            if head and i and lower(doc[i - 1]) in ("la", "une", "le", "un"):
                return "f" if lower(doc[i - 1]) in ("la", "une") else "m"
        first = ent[0].text
        if len(ent) == 1 and "-" not in first:
            return ""
        return self.given.get(first) or self.given.get(first.partition("-")[0], "")


def _is_aside(doc: Doc, first: int, ent: Span) -> bool:
    """Whether a role between commas is of the name that follows: "L'élu, maire depuis 2015, Luc Roy, a dit"; not that
    of a name before: "Jean Petit, maire de Sens, Luc Roy, préfet"."""
    enclosed = first > 1 and doc[first - 1].text == "," and ent.end < len(doc) and doc[ent.end].text == ","
    return enclosed and doc[first - 2].pos_ in ("NOUN", "ADJ") and not doc[first - 2].ent_type_


def lower(token: Token | Word) -> str:
    """The token in lower case with a straight apostrophe."""
    return token.lower_.replace("’", "'")


def _heads() -> dict[str, list[tuple[tuple[str, ...], Row]]]:
    """The nouns of `roles.csv` in both genders by their first word, longest first, each with its row and gender."""
    heads: dict[str, list[tuple[tuple[str, ...], Row]]] = {}
    for row in lexicon.rows("roles.csv"):
        both = row["masculine"] == row["feminine"]
        for column, gender in (("masculine", "" if both else "m"), ("feminine", "" if both else "f")):
            words = tuple(fold_quote(row[column]).lower().replace("'", "' ").split())
            entries = heads.setdefault(words[0], [])
            if not any(entry[0] == words for entry in entries):
                entries.append((words, {**row, "gender": gender}))
    for entries in heads.values():
        entries.sort(key=lambda e: -len(e[0]))
    return heads
