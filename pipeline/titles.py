"""Titles and appositions of persons: "le président kazakh X", "X, maire de Lyon", "Mme X".

Reads tokens around `doc.ents`; gives the role of each mention, verbatim, and the gender that title, role or given
name tells.
"""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc, Span, Token

from pipeline.borders import fold_quote
from pipeline.model import lexicon

_REACH = 14  # tokens a role phrase may have
_STOPS = frozenset({"VERB", "AUX", "PRON", "SCONJ", "INTJ", "SYM"})
_CLOSING = frozenset({",", ".", ";", ")", ":", "!", "?", "–", "—", "»", '"'})
_DEFINITE = frozenset({"le", "la", "l'", "les"})
_DETERMINERS = _DEFINITE | {"un", "une", "son", "sa", "leur", "notre"}
_MODIFIERS = frozenset(
    {
        "ancien",
        "ancienne",
        "ex",
        "ex-",
        "futur",
        "future",
        "nouveau",
        "nouvelle",
        "actuel",
        "actuelle",
        "vice",
        "premier",
        "première",
        "jeune",
        "célèbre",
        "-",
    }
)
_LOOSE_BEFORE = frozenset("selon pour après avec contre comme chez sans depuis".split())


class Titles:
    """Role nouns and civilities of the lexicon, with the readers of roles and genders."""

    def __init__(self) -> None:
        self.heads: dict[str, list[tuple[tuple[str, ...], dict[str, str]]]] = {}
        self.gender: dict[str, str] = {}
        for row in lexicon.rows("roles.csv"):
            for column, gender in (("masculine", "m"), ("feminine", "f")):
                words = tuple(fold_quote(row[column]).lower().replace("'", "' ").split())
                if row["masculine"] == row["feminine"]:
                    gender = ""
                entry = {**row, "gender": gender}
                if (words, entry) not in self.heads.setdefault(words[0], []):
                    self.heads[words[0]].append((words, entry))
        for entries in self.heads.values():
            entries.sort(key=lambda e: -len(e[0]))
        self.civilities = {r["title"].rstrip(".").lower(): r["gender"] for r in lexicon.rows("titles.csv")}
        self.given = {r["name"]: r["gender"] for r in lexicon.rows("given_names.csv")}

    def head_at(self, doc: Doc, i: int) -> tuple[int, dict[str, str]] | None:
        """The role noun that begins at token `i`, as (number of tokens, its row of `roles.csv`)."""
        if i >= len(doc):
            return None
        for words, row in self.heads.get(lower(doc[i]), ()):
            if len(words) == 1 or tuple(lower(t) for t in doc[i : i + len(words)]) == words:
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
        i = ent.start - 1
        while i >= 0 and (lower(doc[i]).rstrip(".") in self.civilities or doc[i].text == "."):
            i -= 1
        comma = i >= 0 and doc[i].text == ","
        i -= comma
        end = i + 1
        heads = list(self._heads_before(doc, i))
        if not heads:
            return None
        start, _, row = heads[-1] if comma else heads[0]
        if comma and (row["kind"] == "people" or not self._determined(doc, start)):
            return None
        if row["kind"] == "people" and end - start > 1:
            return None
        return doc[self._with_modifiers(doc, start) : end]

    def _heads_before(self, doc: Doc, i: int) -> Iterator[tuple[int, int, dict[str, str]]]:
        """Role nouns in the noun phrase that ends at token `i`, nearest first, as (start, length, row)."""
        at = i
        while at >= 0 and i - at < _REACH:
            token = doc[at]
            if (
                token.ent_type_ == "PER"
                or token.is_punct
                and token.text not in ("-", "'", "’")
                or token.is_space
                and "\n\n" in token.text
            ):
                return
            found = self.head_at(doc, at)
            if found and at + found[0] <= i + 1:
                yield at, *found
            elif (
                token.pos_ in _STOPS
                and not token.is_title
                and lower(token) not in ("élu", "élue", "chargé", "chargée", "déléguée", "délégué")
            ):
                return
            elif (
                token.pos_ == "DET"
                and lower(token) in _DETERMINERS
                and at
                and doc[at - 1].pos_ not in ("ADP", "CCONJ", "DET")
            ):
                if lower(token) not in ("l'", "la", "le", "les") or lower(doc[at - 1]) not in ("de", "à", "d'"):
                    return
            at -= 1

    def _determined(self, doc: Doc, start: int) -> bool:
        start = self._with_modifiers(doc, start)
        return start > 0 and lower(doc[start - 1]) in _DETERMINERS | {"du", "au"}

    def _with_modifiers(self, doc: Doc, start: int) -> int:
        while start > 0 and lower(doc[start - 1]) in _MODIFIERS:
            start -= 1
        return start

    def after(self, doc: Doc, ent: Span, starts: dict[int, Span]) -> Span | None:
        """The apposition after a name: X, "maire de Lyon", …"""
        i = ent.end
        if i + 1 >= len(doc) or doc[i].text != ",":
            return None
        i += 1
        if doc[i].like_num and i + 2 < len(doc) and lower(doc[i + 1]) == "ans" and doc[i + 2].text == ",":
            i += 3
        determined = i < len(doc) and lower(doc[i]) in _DETERMINERS
        definite = determined and lower(doc[i]) in _DEFINITE
        i += determined
        start = i
        while i < len(doc) - 1 and lower(doc[i]) in _MODIFIERS and i - start < 3:
            i += 1
        head = self.head_at(doc, i)
        if head is None:
            return None
        end = self._phrase_end(doc, i + head[0], starts)
        if end is None or definite and not self._closes(doc, ent, end, starts):
            return None
        return doc[start:end]

    def _phrase_end(self, doc: Doc, i: int, starts: dict[int, Span]) -> int | None:
        """Where the role phrase ends; None when a person's name follows at once (the role is that person's)."""
        first = i
        while i < len(doc) and i - first < _REACH:
            token = doc[i]
            if i in starts and starts[i].label_ == "PER":
                return None
            if token.text in _CLOSING or token.is_space and "\n" in token.text:
                break
            if token.pos_ in _STOPS or lower(token) in (
                "qui",
                "et",
                "dont",
                "lors",
                "depuis",
                "mais",
                "dans",
                "en",
                "avant",
                "après",
                "ce",
                "cet",
                "cette",
                "ces",
            ):
                if not (
                    lower(token) in ("et", "en")
                    and i + 1 < len(doc)
                    and lower(doc[i + 1]) in ("de", "des", "du", "d'", "chef", "charge")
                ):
                    break
            i += 1
        return i

    def _closes(self, doc: Doc, ent: Span, end: int, starts: dict[int, Span]) -> bool:
        """Whether a phrase with a definite article is an apposition: closed by a sign, and no other name after it."""
        if end >= len(doc) or doc[end].text not in _CLOSING:
            return False
        follower = starts.get(end + 1)
        if follower is not None and follower.label_ == "PER":
            return False
        return not (ent.start and lower(doc[ent.start - 1]) in _LOOSE_BEFORE)

    def genders(self, doc: Doc, ents: list[Span]) -> list[str]:
        """Gender of each entity as its own mention tells: "m", "f" or ""."""
        return [self._gender(doc, ent) if ent.label_ == "PER" else "" for ent in ents]

    def _gender(self, doc: Doc, ent: Span) -> str:
        i = ent.start - 1
        while i >= 0 and doc[i].text == ".":
            i -= 1
        if i >= 0:
            civility = self.civilities.get(lower(doc[i]).rstrip("."), "")
            if civility:
                return civility
            head = self.head_at(doc, i)
            if head and head[1]["gender"]:
                return head[1]["gender"]
            if head and i and lower(doc[i - 1]) in ("la", "une", "le", "un"):
                return "f" if lower(doc[i - 1]) in ("la", "une") else "m"
        if len(ent) > 1 or "-" in ent[0].text:
            first = ent[0].text
            return self.given.get(first) or self.given.get(first.split("-")[0], "")
        return ""


def lower(token: Token) -> str:
    """The token in lower case with a straight apostrophe."""
    return token.lower_.replace("’", "'")
