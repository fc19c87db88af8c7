"""What the context says of a mention: person, place or organisation, or no name at all.

Reads the text (with straight apostrophes) around a `Mention`; gives `Scores` a label. "au micro de X" speaks for ORG,
"X, 42 ans" for PER, "en X" for LOC.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from pipeline.model import lexicon
from pipeline.naming.borders import UPPER, Mention, Words, demonyms, fold_quote, grammar, words_before

LABELS = ("PER", "LOC", "ORG")
_LAST = 3
SURE = 3.0  # weight of a mention whose label nothing overrules
_AGE = re.compile(r",? \(?\d{1,3} ans\b")
_DEPARTMENT = re.compile(rf" ?\( ?([{UPPER}][\w'-]+(?: [{UPPER}d][\w'-]+)*) ?\)")
_CODE = re.compile(r"(?=\S*\d)(?=\S*[A-Za-z])\S+")
_ODD_CODE = re.compile(r"\d[A-Za-z/]|/")
_ACRONYM = re.compile(rf"[{UPPER}][{UPPER}\d&.-]{{1,7}}")
_MODEL_NUMBER = re.compile(
    r" (?:(?=[A-Z]*\d)[A-Z\d]{2,}|\d{2,4}|[A-Z]{2,3} \d+)\b(?! (?:ans|euros|morts|personnes|milliards|millions))"
)
_MODEL_FOLLOWS = re.compile(rf" (?:[{UPPER}]|\d+\b)(?! (?:ans|euros|morts|personnes))")
_SAYS = re.compile(
    r" (?:a|ont|avait|avaient) (?:dit|déclaré|annoncé|indiqué|affirmé|précisé|expliqué|ajouté|démenti|confirmé)\b"
)
_ROMAN = re.compile(r"[IVXL]+(?:e|er|ème|ᵉ)")
_CAPITAL_FOLLOWS = re.compile(rf" [{UPPER}][a-zà-ÿ]")
_INHABITANT = re.compile(
    rf"[{UPPER}][\w-]*(?:ois|oises?|ais|aises?|iens?|iennes?|éens?|éennes?|ains?|aines?|ins|eaux|elles)"
)
_LINKS = frozenset({"de", "la", "l'", "du", "des", "d'", "les", "le", "à", "aux", "au"})


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


class Evidence:
    """Word lists and rules that weigh the context of a mention."""

    def __init__(self) -> None:
        def of(kind: str) -> frozenset[str]:
            return frozenset(map(fold_quote, lexicon.words("not_names.csv", "words", kind=kind)))

        self.never = of("never")
        self.phrases: dict[str, tuple[str, ...]] = defaultdict(tuple)  # by their last letters
        for phrase in sorted(of("phrase")):
            self.phrases[phrase[-_LAST:]] += (phrase,)
        self.things, self.places, self.bodies = of("thing"), of("place_word"), of("org_word")
        self.generic, self.direct_bodies = of("generic_body"), of("direct_body")
        self.countries = _countries()
        self.known = dict.fromkeys(sorted(self.countries), ("LOC", "yes"))
        self.known |= {fold_quote(r["name"]): (r["label"], r["use"]) for r in lexicon.rows("known_names.csv")}
        self.demonyms = demonyms()
        civil = [t.rstrip(".") for t in lexicon.words("titles.csv", "title")]
        self.civilities = frozenset(civil) | {c.capitalize() for c in civil}
        roles = [r for r in lexicon.rows("roles.csv") if r["kind"] != "people"]
        small = {w for r in roles for w in (r["masculine"], r["feminine"]) if " " not in w}
        self.roles = frozenset(small | {w.capitalize() for w in small})
        self.given = frozenset(lexicon.words("given_names.csv", "name"))
        self.tails, self.endings = grammar("company_tails"), tuple(sorted(grammar("company_endings")))
        self.body_heads = frozenset(r["head"] for r in lexicon.rows("name_heads.csv") if r["label"] == "ORG")
        self.body_heads |= {head.lower() for head in self.body_heads}
        self.offices, self.in_charge = grammar("offices"), grammar("in_charge")
        self.at_a_seat, self.noble, self.counting = grammar("at_a_seat"), grammar("noble"), grammar("counting")
        self.make_determiners = grammar("make_determiners")
        self.product_determiners, self.sentence_heads = grammar("product_determiners"), grammar("sentence_heads")
        self.portfolio = re.compile(lexicon.toml("org_patterns.toml")["slots"]["portfolio"], re.I)

    def is_name(self, text: str, mention: Mention) -> bool:
        """Whether a mention can be a name at all: no State, no demonym, no code, no ship, no car model."""
        if mention.weight >= SURE:
            return True
        name = text[mention.start : mention.end]
        use = self.known.get(name, ("", ""))[1]
        well_known = use == "yes"
        if len(name) < 2 or name in self.never or _ROMAN.fullmatch(name):
            return well_known
        if not any(map(str.isupper, name)) and not self._is_small_body(mention.label, name):
            return well_known
        tail = text[max(0, mention.end - 30) : mention.end].lower()
        if tail.endswith(self.phrases.get(tail[-_LAST:], ())):
            return False
        before = words_before(text, mention.start)
        last = before[-1][0] if before else ""
        if self._is_people(name, mention.label, before, last) or self._is_office(name, mention.label, before):
            return False
        if use == "make" and self._is_made(text, mention.end, last):
            return False
        if well_known:
            product = last in self.product_determiners and mention.label == "ORG"
            return not (product and _MODEL_NUMBER.match(text, mention.end))
        return not self._is_thing(text, mention, name, before, last)

    def _is_small_body(self, label: str, name: str) -> bool:
        """ "comité d'organisation de la primaire": a body in small letters; not "armée française"."""
        return label == "ORG" and name.count(" ") > 1 and name.partition(" ")[0] in self.body_heads

    def _is_made(self, text: str, end: int, last: str) -> bool:
        """Whether a maker's name stands for a product: "l'Airbus", "Ferrari 250 GT"."""
        return last in self.make_determiners or bool(_MODEL_FOLLOWS.match(text, end))

    def _is_people(self, name: str, label: str, before: Words, last: str) -> bool:
        """ "les Français", "trois Calaisiens"; not the surname in "M. Lallemand", "Paul Breton"."""
        if name in self.known:
            return False
        if label == "LOC" and last in self.counting and _INHABITANT.fullmatch(name):
            return True
        if name.lower() in self.demonyms:
            return last not in self.given and not (label == "PER" and self.title(before) == "civility")
        return False

    def _is_office(self, name: str, label: str, before: Words) -> bool:
        """ "Gouvernement norvégien", "Police", "Ministre", and *Intérieur* in "ministre de l'Intérieur"."""
        first, _, rest = name.partition(" ")
        if first in ("État", "Etat"):
            return rest[:1].islower() and name not in self.known
        small = first.lower()
        if small in ("ministre", "ministres") or (
            small in self.generic and (not rest or rest in self.demonyms) and name not in self.known
        ):
            return True
        words = [w for w, _ in before[-7:]]
        if self.portfolio.match(name):
            return any(w in self.offices or w in self.in_charge for w in words)
        if label == "LOC" or name in self.known or name.isupper() or not words or words[-1] not in _LINKS:
            return False
        while words and words[-1] in _LINKS:
            words.pop()
        return any(w in self.offices for w in words[-2:])

    def _is_thing(self, text: str, mention: Mention, name: str, before: Words, last: str) -> bool:
        """ "ouragan Irma", "canot de sauvetage Paul Petit", "Opération Barkhane", "une Peugeot", "DB4GT/0161"."""
        if mention.label != "LOC":
            far = (
                len(before) > 2
                and last.islower()
                and last not in _LINKS
                and before[-2][0] in ("de", "d'")
                and before[-3][0] in self.things
            )
            if last in self.things or far:
                return True
        if " " in name and name.partition(" ")[0].lower() in self.things:
            return True
        acronym = _ACRONYM.fullmatch(name)
        if mention.weight < 2 and not acronym and _CODE.search(name):
            return " " in name or mention.label == "PER" or bool(_ODD_CODE.search(name))
        if mention.label != "ORG":
            return False
        if last in self.product_determiners and not acronym:
            return True
        return last.lower() in ("la", "le", "les") and bool(_MODEL_NUMBER.match(text, mention.end))

    def title(self, before: Words) -> str:
        """Tell "civility" after M., Mme …, "role" after a role noun, else ""."""
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
        if mention.weight >= SURE:
            scores.sure = mention.label
        name = text[mention.start : mention.end]
        known = self.known.get(name, ("", ""))
        acronym = bool(_ACRONYM.fullmatch(name))
        self._by_name(name, known, acronym, scores)
        before = words_before(text, mention.start)
        words = [w for w, _ in before[-10:]]
        if known[1] == "seat" and any(w in self.at_a_seat for w in words[-2:]):
            scores.sure = "LOC"
        title = self.title(before)
        if title and not acronym and name not in self.countries:
            scores.per += 3.0 if title == "civility" else 1.5
        self._by_words_before(words, scores)
        if words and words[-1] == "," and " " in name and any(w in self.roles and w.islower() for w in words[-8:-1]):
            scores.per += 1.2
        if text[mention.end : mention.end + 1] in (",", " "):
            if _SAYS.match(text, mention.end):
                scores.per += 0.4
                scores.org += 0.4
            if _AGE.match(text, mention.end):
                scores.per += 2.0
            inside = _DEPARTMENT.match(text, mention.end)
            if inside and self.known.get(inside[1], ("",))[0] == "LOC":
                scores.loc += 1.0
        return scores

    def _by_name(self, name: str, known: tuple[str, str], acronym: bool, scores: Scores) -> None:
        if known[0]:
            scores.give(known[0], 0.6 if known[1] == "label" else 2.0)
        first, _, rest = name.partition(" ")
        if rest and (first in self.given or first.partition("-")[0] in self.given):
            scores.per += 1.5
        if rest.rpartition(" ")[2] in self.tails:
            scores.org += 2.0
        elif not rest and len(name) > 4 and name.endswith(self.endings):
            scores.org += 1.0
        if acronym:
            scores.org += 0.7

    def _by_words_before(self, words: list[str], scores: Scores) -> None:
        if not words:
            return
        last = words[-1]
        if last in ("en", "En"):
            scores.loc += 1.0
        elif last in ("à", "À", "au", "aux"):
            scores.loc += 0.4
        elif last in self.bodies or last in self.direct_bodies:
            scores.org += 3.0 if last in self.direct_bodies else 1.5
        elif last in self.places:
            scores.loc += 1.0
        elif last in ("de", "du", "d'", "des") and len(words) > 1:
            if words[-2] in self.noble:
                scores.loc += 4.0
            if words[-2] in self.places:
                scores.loc += 1.0
            elif words[-2] in self.bodies:
                scores.org += 0.7

    def may_be_again(self, text: str, start: int, end: int, label: str) -> bool:
        """Whether a known name met again there is likely that name, not part of another or a common word."""
        name = text[start:end]
        if name in self.never or (name.lower() in self.demonyms and name not in self.known):
            return False
        before = words_before(text, start)
        last = before[-1][0] if before else ""
        if self.known.get(name, ("", ""))[1] == "make" and self._is_made(text, end, last):
            return False
        if label == "PER":
            capital = last[:1].isupper() and len(last) > 2 and text[start - 1 : start] == " "
            return not capital or last in self.roles or last in self.civilities or last in self.sentence_heads
        return last not in self.things and not (label == "LOC" and _CAPITAL_FOLLOWS.match(text, end))


def _countries() -> frozenset[str]:
    """Names of countries, present and past, with straight apostrophes."""
    columns = ("name", "synonyms", "historic")
    names = (n.strip() for row in lexicon.rows("countries.csv") for column in columns for n in row[column].split("|"))
    return frozenset(fold_quote(name) for name in names if name)
