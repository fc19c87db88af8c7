"""What the context says of a mention: person, place or organisation, or no name at all.

Reads the text around a `Mention`; gives `Scores` a label. "au micro de X" speaks for ORG, "X, 42 ans" for PER,
"en X" for LOC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.borders import UPPER, Mention, Words, fold_quote, words_before
from pipeline.model import lexicon

LABELS = ("PER", "LOC", "ORG")
_AGE = re.compile(r",? \(?\d{1,3} ans\b")
_DEPARTMENT = re.compile(rf" ?\( ?([{UPPER}][\w'’-]+(?: [{UPPER}d][\w'’-]+)*) ?\)")
_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S+")
_ACRONYM = re.compile(rf"[{UPPER}][{UPPER}\d&.-]{{1,7}}")
_MODEL_NUMBER = re.compile(
    r" (?:(?=[A-Z]*\d)[A-Z\d]{2,}|\d{2,4}|[A-Z]{2,3} \d+)\b(?! (?:ans|euros|morts|personnes|milliards|millions))"
)
_COMPANY = re.compile(r"^\S{5,}$")
_ROMAN = re.compile(r"[IVXL]+(?:e|er|ème|ᵉ)")
_ORDINARY = re.compile(r"\w+")
_AFTER_SENTENCE = ".!?…:\n"
_PRODUCT_DETERMINERS = frozenset({"un", "une", "cet", "cette", "ce", "sa", "Un", "Une", "Cet", "Cette", "Ce", "Sa"})
_COUNTING = frozenset(
    "les des aux un une deux trois quatre cinq six dix Les Des Un Une Deux Trois ces Ces certains certaines".split()
)
_INHABITANT = re.compile(
    rf"[{UPPER}][\w-]*(?:ois|oises?|ais|aises?|iens?|iennes?|éens?|éennes?|ains?|aines?|ins|eaux|elles)"
)
_LINKS = frozenset({"de", "la", "l'", "du", "des", "d'", "les", "le", "à", "aux", "au"})
_IN_CHARGE = frozenset({"secrétaire", "commissaire", "chargé", "chargée", "délégué", "déléguée"})
_SEAT_BEFORE = frozenset({"à", "au", "vers", "devant", "palais"})
_NOBLE = frozenset(
    {"duc", "duchesse", "comte", "comtesse", "marquis", "Duc", "Duchesse", "Comte", "prince", "princesse"}
)


@dataclass(slots=True)
class Scores:
    """How much speaks for each label; `sure` is a label the context leaves no doubt about."""

    per: float = 0.0
    loc: float = 0.0
    org: float = 0.0
    sure: str = ""

    def give(self, label: str, much: float) -> None:
        """Add to one label."""
        if label == "PER":
            self.per += much
        elif label == "LOC":
            self.loc += much
        elif label == "ORG":
            self.org += much

    def add(self, other: Scores) -> None:
        """Add all scores of another mention of the name."""
        self.per += other.per
        self.loc += other.loc
        self.org += other.org

    def plus(self, label: str, much: float) -> Scores:
        """A copy with more for one label."""
        copy = Scores(self.per, self.loc, self.org)
        copy.give(label, much)
        return copy

    def best(self, otherwise: str = "") -> str:
        """The label with the highest score, `otherwise` when several share it, "" when nothing speaks for any."""
        top = max(self.per, self.loc, self.org)
        if top <= 0:
            return ""
        leaders = [label for label, score in zip(LABELS, (self.per, self.loc, self.org), strict=True) if score == top]
        return otherwise if otherwise in leaders else leaders[0]

    def certain(self) -> str:
        """The label that this one mention's context settles, whatever the others say, or ""."""
        return self.sure


class Evidence:
    """Word lists and rules that weigh the context of a mention."""

    def __init__(self) -> None:
        def of(kind: str) -> frozenset[str]:
            return frozenset(lexicon.words("not_names.csv", "words", kind=kind))

        self.never = frozenset(map(fold_quote, of("never")))
        self.phrases = tuple(of("phrase"))
        self.things, self.places, self.bodies = of("thing"), of("place_word"), of("org_word")
        self.generic, self.direct_bodies = of("generic_body"), of("direct_body")
        countries = [
            n.strip()
            for r in lexicon.rows("countries.csv")
            for c in ("name", "synonyms", "historic")
            for n in r[c].split("|")
        ]
        self.countries = frozenset(fold_quote(n) for n in countries if n)
        self.known = {name: ("LOC", "yes") for name in sorted(self.countries)}
        self.known |= {fold_quote(r["name"]): (r["label"], r["use"]) for r in lexicon.rows("known_names.csv")}
        masculine, feminine = (lexicon.words("demonyms.csv", c) for c in ("masculine", "feminine"))
        self.demonyms = frozenset(f for d in masculine + feminine for f in (d, d if d[-1] in "sx" else d + "s"))
        civil = [t.rstrip(".") for t in lexicon.words("titles.csv", "title")]
        self.civilities = frozenset(civil) | {c.capitalize() for c in civil}
        roles = lexicon.rows("roles.csv")
        self.roles = frozenset(
            w for r in roles for w in (r["masculine"], r["feminine"]) if " " not in w and r["kind"] != "people"
        )
        self.roles |= {w.capitalize() for w in self.roles}
        self.given = frozenset(lexicon.words("given_names.csv", "name"))
        patterns = lexicon.toml("org_patterns.toml")
        self.tails = frozenset(patterns["role"]["company_tails"])
        self.suffix = re.compile(patterns["role"]["company_suffix"] + "$")
        self.offices = frozenset(patterns["role"]["offices"])
        self.portfolio = re.compile(patterns["slots"]["portfolio"], re.I)

    def is_name(self, text: str, mention: Mention) -> bool:
        """Whether a mention can be a name at all: no State, no demonym, no code, no ship, no car model."""
        name = fold_quote(text[mention.start : mention.end])
        if mention.weight >= 3:
            return True
        if len(name) < 2 or name in self.never or _ROMAN.fullmatch(name) or not any(c.isupper() for c in name):
            return name in self.known and self.known[name][1] == "yes"
        if text[max(0, mention.end - 30) : mention.end].lower().endswith(self.phrases):
            return False
        before = words_before(text, mention.start)
        last = before[-1][0] if before else ""
        if mention.label == "LOC" and last in _COUNTING and _INHABITANT.fullmatch(name) and name not in self.known:
            return False
        if name.lower() in self.demonyms and name not in self.known:
            return mention.label == "PER" and self.title(before) == "civility" or last in self.given
        if (
            self._is_body_of_state(name)
            or self._is_portfolio(name, before)
            or self._is_in_charge(name, mention.label, before)
        ):
            return False
        if name in self.known and self.known[name][1] == "yes":
            return not (
                last in _PRODUCT_DETERMINERS and mention.label == "ORG" and _MODEL_NUMBER.match(text, mention.end)
            )
        if (last in self.things or _is_after_thing(before, self.things)) and mention.label != "LOC":
            return False
        if name.partition(" ")[0].lower() in self.things and " " in name:
            return False
        return not self._is_product(text, mention, name, last)

    def _is_body_of_state(self, name: str) -> bool:
        """ "Gouvernement norvégien", "armée française", "Police": a common noun, with a demonym or alone."""
        first, _, rest = name.partition(" ")
        if first in ("État", "Etat"):
            return rest[:1].islower() and name not in self.known
        return first.lower() in self.generic and (not rest or rest in self.demonyms)

    def _is_in_charge(self, name: str, label: str, before: Words) -> bool:
        """*Aviation civile* after "ministre égyptien de l'"."""
        words = [w for w, _ in before[-5:]]
        if label == "LOC" or name in self.known or name.isupper() or not words or words[-1] not in _LINKS:
            return False
        while words and words[-1] in _LINKS:
            words.pop()
        return any(w in self.offices for w in words[-2:])

    def _is_portfolio(self, name: str, before: Words) -> bool:
        """*Intérieur* after "ministre de l'" (the office is the person's, no body is named)."""
        if not self.portfolio.match(name):
            return name.split(" ")[0].lower() in ("ministre", "ministres")
        words = [w for w, _ in before[-7:]]
        return any(w in self.offices or w in _IN_CHARGE for w in words)

    def _is_product(self, text: str, mention: Mention, name: str, last: str) -> bool:
        if _CODE.search(name) and mention.weight < 2 and not _ACRONYM.fullmatch(name):
            return " " in name or mention.label == "PER" or bool(re.search(r"\d[A-Za-z/]|/", name))
        if mention.label != "PER" and last in _PRODUCT_DETERMINERS and not _ACRONYM.fullmatch(name):
            return mention.label == "ORG"
        return bool(
            mention.label == "ORG"
            and last in ("la", "La", "le", "Le", "les")
            and _MODEL_NUMBER.match(text, mention.end)
        )

    def title(self, before: Words) -> str:
        """ "civility" after M., Mme …; "role" after a role noun; else ""."""
        if not before:
            return ""
        last = before[-1][0]
        if last == "." and len(before) > 1:
            return "civility" if before[-2][0] in self.civilities else ""
        if last in self.civilities:
            return "civility"
        return "role" if last in self.roles else ""

    def scores(self, text: str, mention: Mention) -> Scores:
        """Scores of one mention: the finder's label, the words around, what is known of the name itself."""
        scores = Scores()
        scores.give(mention.label, mention.weight)
        if mention.weight >= 3:
            scores.sure = mention.label
        name = fold_quote(text[mention.start : mention.end])
        self._by_name(name, scores)
        before = words_before(text, mention.start)
        words = [w for w, _ in before[-10:]]
        if self.known.get(name, ("", ""))[1] == "seat" and any(w in _SEAT_BEFORE for w in words[-2:]):
            scores.sure = "LOC"
        title = self.title(before)
        if title and not _ACRONYM.fullmatch(name) and name not in self.countries:
            scores.give("PER", 3.0 if title == "civility" else 1.5)
        if _AGE.match(text, mention.end):
            scores.give("PER", 2.0)
        self._by_words_before(words[-3:], scores)
        if words and words[-1] == "," and " " in name and any(w in self.roles and w.islower() for w in words[-8:-1]):
            scores.give("PER", 1.2)
        inside = _DEPARTMENT.match(text, mention.end)
        if inside and self.known.get(fold_quote(inside[1]), ("",))[0] == "LOC":
            scores.give("LOC", 1.0)
        return scores

    def _by_name(self, name: str, scores: Scores) -> None:
        label, use = self.known.get(name, ("", ""))
        if label:
            scores.give(label, 0.6 if use == "label" else 2.0)
        if _COMPANY.search(name) and self.suffix.search(name):
            scores.give("ORG", 1.0)
        first, _, rest = name.partition(" ")
        if rest and (first in self.given or first.split("-")[0] in self.given):
            scores.give("PER", 1.5)
        if rest.rpartition(" ")[2] in self.tails:
            scores.give("ORG", 2.0)
        if _ACRONYM.fullmatch(name):
            scores.give("ORG", 0.7)

    def _by_words_before(self, words: list[str], scores: Scores) -> None:
        if not words:
            return
        last = words[-1]
        if last in ("en", "En"):
            scores.give("LOC", 1.0)
        elif last in ("à", "À", "au", "aux"):
            scores.give("LOC", 0.4)
        elif last in self.bodies:
            scores.give("ORG", 1.5)
        elif last in self.places:
            scores.give("LOC", 1.0)
        elif last in ("de", "du", "d'", "des") and len(words) > 1:
            if words[-2] in _NOBLE:
                scores.give("LOC", 4.0)
            if words[-2] in self.places:
                scores.give("LOC", 1.0)
            elif words[-2] in self.bodies:
                scores.give("ORG", 0.7)

    def may_be_again(self, text: str, start: int, end: int, label: str) -> bool:
        """Whether a known name met again there is likely that name, not part of another or a common word."""
        name = fold_quote(text[start:end])
        if name in self.never or name.lower() in self.demonyms and name not in self.known:
            return False
        before = words_before(text, start, 24)
        last = before[-1][0] if before else ""
        follows = re.match(rf" [{UPPER}][a-zà-ÿ]", text[end : end + 3])
        if label == "PER":
            return not (
                last[:1].isupper()
                and last not in self.roles
                and last not in self.civilities
                and len(last) > 2
                and last not in _ORDINARY_CAPITALS
            )
        return last not in self.things and not (follows and label == "LOC")


def _is_after_thing(before: Words, things: frozenset[str]) -> bool:
    """ "canot de sauvetage", "navire de guerre" before a name."""
    return len(before) > 2 and before[-1][0].islower() and before[-2][0] in ("de", "d'") and before[-3][0] in things


_ORDINARY_CAPITALS = frozenset(
    "Pour Selon Mais Quand Comme Avec Chez Depuis Après Avant Puis Alors Dans Sur Par Que Donc Car".split()
)
