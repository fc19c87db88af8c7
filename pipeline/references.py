"""Point role phrases, descriptions and pronouns to the person or body meant.

Reads `doc.ents` with `ent._.name` and `ent._.role`, and the parse; writes `doc.spans["references"]` and, for "son",
"sa", "ses", `doc.spans["possessors"]`, with `span._.refers_to`. "Le président kazakh Tokayev a parlé. Le dirigeant
kazakh a ajouté qu'il …" makes *Le dirigeant kazakh* and *il* refer to *Tokayev*. When in doubt, nothing: a pronoun
given to the wrong person is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.model import lexicon
from pipeline.model.doc import declare
from pipeline.model.words import Word, Words, words
from pipeline.naming.descriptions import body_sorts
from pipeline.naming.focus import COMPLEMENT, OTHER, SUBJECT, SUBJECT_LABELS, is_source
from pipeline.naming.scene import Scene
from pipeline.naming.titles import Titles, lower

_PEOPLE, _NAMED = frozenset({"PER"}), frozenset({"PER", "ORG"})
_SINGULAR = {"le": "m", "la": "f", "l'": "", "ce": "m", "cet": "m", "cette": "f", "du": "m", "au": "m"}
_OF = frozenset({"de", "du", "d'", "des"})
_CLITIC_OBJECTS = frozenset({"l'", "le", "la", "lui", "les", "leur"})
_LEAD = 2  # sentences in which a description may stand before its name


@Language.factory(
    "depeche_references", assigns=["doc.spans", "span._.refers_to"], requires=["doc.ents", "span._.name", "span._.role"]
)
def make(nlp: Language, name: str = "depeche_references") -> Callable[[Doc], Doc]:
    """The component; it needs `depeche_entities` and a parser before it."""
    declare()
    return Referrer()


class Referrer:
    """The component `depeche_references`."""

    def __init__(self) -> None:
        self.titles = Titles()
        spec = lexicon.toml("references.toml")
        pronouns = spec["pronouns"]
        self.gender_of = dict.fromkeys(pronouns["he"], "m") | dict.fromkeys(pronouns["she"], "f")
        self.object_gender = {form: gender for gender, forms in pronouns["object"].items() for form in forms}
        self.this_one = {form: gender for gender, forms in pronouns["this_one"].items() for form in forms}
        self.latter = {form: gender for gender, forms in pronouns["the_latter"].items() for form in forms}
        self.impersonal = frozenset(spec["impersonal"]["verbs"])
        self.impersonal_adjectives = frozenset(spec["impersonal"]["adjectives"])
        self.be = frozenset(spec["impersonal"]["be"])
        self.human_nouns = frozenset(spec["people"]["nouns"]) | frozenset(self.titles.heads)
        self.human_acts = frozenset(spec["people"]["acts"])
        self.undergone = frozenset(spec["people"]["undergone"])
        self.plain = frozenset(spec["people"]["plain"])
        self.telling_kinds = frozenset(spec["people"]["kinds"])
        self.changing, self.past = frozenset(spec["role"]["changing"]), frozenset(spec["role"]["past"])
        self.small = self.changing | frozenset(spec["people"]["before"])
        self.speech = frozenset(lexicon.words("reporting.csv", "lemma"))
        bodies = body_sorts()
        self.acting = frozenset([*bodies, *spec["people"]["collective"]])
        starts = {*self.gender_of, *self.this_one, *self.latter, *self.titles.heads, *self.object_gender}
        starts |= {*bodies, *(phrase.split()[-1] for phrase in self.plain)}
        self.possessives = frozenset(pronouns["possessive"])
        self.starts = _both(starts | self.possessives)

    def __call__(self, doc: Doc) -> Doc:
        found: list[Span] = []
        possessors: list[Span] = []
        if any(ent.label_ in _NAMED for ent in doc.ents):
            parsed = words(doc)
            scene = Scene(parsed, self.titles)
            starts = self.starts | _both(scene.descriptions.said)
            for word in parsed:
                if word.lower_ not in starts:
                    continue
                i = word.i
                if lower(word) in self.possessives:
                    possessors += self._possessor(scene, i)
                    continue
                meant = self._refer(scene, i)
                if meant is not None and (not found or meant.start >= found[-1].end):
                    found.append(meant)
        doc.spans["references"], doc.spans["possessors"] = found, possessors
        return doc

    def _refer(self, scene: Scene, i: int) -> Span | None:
        """The reference that begins at, or has its noun at, token `i`, with `refers_to` set; None when unsure."""
        doc, bearers = scene.doc, scene.bearers
        token = doc[i]
        word = lower(token)
        if token.ent_type_:
            return None
        before, after = lower(doc[i - 1]) if i else "", [lower(t) for t in doc[i + 1 : i + 3]]
        if word in self.gender_of:
            span, meant = doc.span(i, i + 1), self._pronoun(scene, i, self.gender_of[word])
        elif word in self.this_one and after == ["-", "ci"]:
            span, meant = doc.span(i, i + 3), self._latter(scene, i, self.this_one[word])
        elif word in self.latter and before in ("ce", "cette") and token.pos_ in ("ADJ", "NOUN", "PRON"):
            span, meant = doc.span(i - 1, i + 1), self._latter(scene, i - 1, self.latter[word])
        elif word == "lui" and after[:1] == ["qui"]:  # "lui qui avait promis"
            span, meant = doc.span(i, i + 1), self._pronoun(scene, i, "m")
        elif word in self.object_gender:
            span, meant = doc.span(i, i + 1), self._object(scene, i, self.object_gender[word])
        else:
            found = self._described(scene, i)
            if found is None:
                return None
            span, meant = found
        if meant is None:
            return None
        bearers.mentioned(span, meant)
        scene.focus.refer(span, meant)
        span._.refers_to = meant
        return span

    def _described(self, scene: Scene, i: int) -> tuple[Span, Span | None] | None:
        """A role phrase or description whose noun is token `i`, and whom it means."""
        phrase = scene.bearers.phrase_at(i)
        meant = scene.bearers.bearer(phrase) if phrase is not None else None
        if phrase is not None and meant is not None:
            return phrase, meant
        said = self._noun_phrase(scene, i)
        if said is None:
            return None
        return said.span, self._told_of(scene, said) or self._in_focus(scene, said) or self._body(scene, said)

    def _noun_phrase(self, scene: Scene, i: int) -> _Said | None:
        """The definite singular noun phrase with its noun at token `i`, without a name of its own."""
        doc, start = scene.doc, i
        if doc[i].pos_ not in ("NOUN", "ADJ", "PROPN") or i in scene.bearers.titled:
            return None
        while start and (lower(doc[start - 1]) in self.small or doc[start - 1].text == "-"):
            start -= 1
        article = lower(doc[start - 1]) if start else ""
        if article not in _SINGULAR or doc[i].morph.get("Number") == "Plur":
            return None
        end = i + 1
        while end < len(doc) and not doc[end].ent_type_ and doc[end].pos_ in ("ADJ", "NOUN"):
            end += 1
        follows = doc[end] if end < len(doc) else None
        body = lower(doc[i]) in scene.descriptions.sort_of_noun
        if _before_name(doc, end, "ORG" if body else "PER"):
            return None
        of = follows is not None and lower(follows) in _OF and not (end + 1 < len(doc) and doc[end + 1].like_num)
        gender = _SINGULAR[article] or {"Fem": "f", "Masc": "m"}.get(doc[i].morph.get("Gender", ""), "")
        before = frozenset(lower(t) for t in doc[start:i])
        more = frozenset(lower(t) for t in doc[i + 1 : end])
        return _Said(doc.span(start - (article not in ("du", "au")), end), i, lower(doc[i]), before, more, gender, of)

    def _told_of(self, scene: Scene, said: _Said) -> Span | None:
        """The one of whom the document says this noun: "l'agent immobilier" after "Jean Petit, agent immobilier"."""
        known = self.titles.heads.get(said.noun)
        titled = scene.descriptions.of_title.get(said.noun, ())
        if len(titled) == 1 and scene.focus.sentence(said.at) < _LEAD and not said.before & self.past:
            return scene.focus.last(min(titled), said.at)  # the title has said who: "le député Luc Roy"
        names = scene.descriptions.names(said.noun, said.more)
        names = [n for n in names if not said.gender or scene.focus.gender.get(n, said.gender) == said.gender]
        if said.of or not names or said.before & self.past:
            return None
        if len(names) > 1:
            weights = scene.focus.weights(said.at, said.gender, _NAMED, frozenset())
            near = sorted((-weights[name], name) for name in names if name in weights)
            clear = near and (len(near) == 1 or near[1][0] - near[0][0] >= (2.0 if known else 1.0))
            return scene.focus.last(near[0][1], said.at) if clear else None
        meant = scene.focus.last(names[0], said.at)
        if meant is None or (meant.start < said.at and known is None):
            return meant
        if known is not None and not any(row["kind"] in self.telling_kinds for _, row in known):
            return None
        early = scene.focus.sentence(said.at) < _LEAD or names[0] in scene.focus.titled
        return meant if early or meant.start < said.at else None

    def _in_focus(self, scene: Scene, said: _Said) -> Span | None:
        """The person spoken of, where a phrase tells something new of them: "la comédienne", "le jeune homme"."""
        words = {said.noun, " ".join([*sorted(said.before), said.noun])}
        plain = not self.plain.isdisjoint(words)
        known = self.titles.heads.get(said.noun, ())
        kinds = {row["kind"] for _, row in known}
        past = bool(said.before & self.past) and bool(known)
        if not plain and not past and not kinds & self.telling_kinds:
            return None
        if scene.speech(said.at) >= 0:
            return None
        without = scene.beside(said.at)
        rival = self._rival(scene, said.at, said.gender, human=True)
        meant = scene.focus.one(said.at, said.gender, _PEOPLE, without, rival)
        if (
            meant is None
            and scene.focus.sentence(said.at) < _LEAD
            and rival < OTHER
            and not scene.focus.any_before(said.at)
        ):
            meant = scene.focus.of_title(said.gender, "PER")
        if meant is None:
            return None
        own = scene.bearers.offices.get(meant._.name, [])
        if past:  # whoever is president is not "l'ancien président"
            return None if {o.noun for o in own} & {row["masculine"] for _, row in known} else meant
        if "noble" in kinds and {o.office for o in own} & {"prince", "monarch"}:  # "le duc de Sarlac" said of a prince
            return meant
        offices = {o.kind for o in own}
        if said.of or offices - self.telling_kinds or (kinds and offices and not kinds & offices):
            return None  # a mayor is not "l'homme", an actress no "joueuse"
        return meant

    def _body(self, scene: Scene, said: _Said) -> Span | None:
        """The body of the sort a noun means: "la société" after "l'entreprise Lumen"."""
        if said.of or said.noun not in scene.descriptions.sort_of_noun:
            return None
        names = scene.descriptions.bodies(said.noun)
        weights = scene.focus.weights(said.at, "", frozenset({"ORG"}), scene.beside(said.at))
        near = [name for name in names if name in weights]
        if len(near) == 1:
            return scene.focus.last(near[0], said.at)
        return (
            scene.focus.last(names[0], said.at)
            if len(names) == 1 and scene.focus.is_before(names[0], said.at)
            else None
        )

    def _pronoun(self, scene: Scene, i: int, gender: str) -> Span | None:
        """The person or body a subject pronoun stands for, when one is clearly in focus."""
        doc, token = scene.doc, scene.doc[i]
        personal = i + 1 < len(doc) and lower(doc[i + 1]) in _CLITIC_OBJECTS
        if token.dep_.startswith("expl") and token.head.lemma_ not in self.speech and not personal:
            return None
        if gender == "m" and self._is_impersonal(doc, i):
            return None
        human = _verb_of(token).lemma_ in self.human_acts
        rival = self._rival(scene, i, gender, human)
        meant = scene.focus.one(i, gender, _NAMED, frozenset(), rival)
        if meant is not None and meant.label_ == "PER":
            scene.note_gender(meant, gender)
        return meant

    def _possessor(self, scene: Scene, i: int) -> list[Span]:
        """ "son", "sa", "ses" with whose it is: the one in focus, never who it is the property of himself."""
        span = scene.doc.span(i, i + 1)
        meant = scene.focus.one(i, "", _NAMED, frozenset(), self._rival(scene, i, "", human=True))
        if meant is None:
            return []
        span._.refers_to = meant
        return [span]

    def _object(self, scene: Scene, i: int, gender: str) -> Span | None:
        """The person an object pronoun stands for, with a verb of what is done to people: "l'a condamné"."""
        token = scene.doc[i]
        verb = _verb_of(token)
        emphatic = i > 0 and scene.doc[i - 1].pos_ == "AUX"  # "a lui déclaré"
        if token.pos_ != "PRON" or verb.i <= i or emphatic or scene.speech(i) >= 0:
            return None
        if not (token.dep_ in ("obj", "iobj") and (verb.lemma_ in self.undergone or lower(token) == "lui")):
            return None
        rival = self._rival(scene, i, gender, True, verb)
        return scene.focus.one(i, gender, _PEOPLE, scene.subjects_of(verb), rival, margin=SUBJECT - COMPLEMENT)

    def _rival(self, scene: Scene, i: int, gender: str, human: bool, verb: Word | None = None) -> float:
        """How much the weightiest unnamed one before a pronoun weighs, of people alone where only they do such; the
        subject of the pronoun's own `verb` is none."""
        most = -9.0
        own = scene.focus.sentence(i)
        for other in scene.backwards(i):
            if verb is not None and other.head is verb:
                continue
            if other.pos_ not in ("NOUN", "PROPN") or scene.bearers.person_at(other.i) or _disagrees(other, gender):
                continue
            if other.ent_type_ in ("PER", "LOC") or (other.ent_type_ == "ORG" and (human or is_source(other))):
                continue
            subject = other.dep_ in SUBJECT_LABELS
            person = lower(other) in self.human_nouns or (subject and lower(other) in self.acting)
            if human and not person:
                continue
            weight = SUBJECT if subject else (OTHER if person or other.dep_ == "obj" else -9.0)
            if weight == OTHER and other.dep_ in ("nmod", "obl:mod", "appos"):
                weight = COMPLEMENT
            elif weight == OTHER and not person and own == scene.focus.sentence(other.i):
                weight = SUBJECT - COMPLEMENT  # "a défendu son propos, disant qu'il …"
            most = max(most, weight - (own - scene.focus.sentence(other.i)))
        return most

    def _is_impersonal(self, doc: Words, i: int) -> bool:
        """Whether "il" is nobody: il y a, n'y a-t-il pas, il faut, il s'agit, il est prévu que."""
        after = [lower(t) for t in doc[i + 1 : i + 5]]
        if after[:1] == ["y"] or after[:2] == ["n'", "y"] or doc[i].head.lemma_ in self.impersonal:
            return True
        if lower(doc[i - 1]) in ("qu'", "que") and lower(doc[i - 2]) == "quoi":
            return True
        if "y" in [lower(t) for t in doc[max(0, i - 3) : i]]:
            return True
        return not self.be.isdisjoint(after) and not self.impersonal_adjectives.isdisjoint(after[1:])

    def _latter(self, scene: Scene, i: int, gender: str) -> Span | None:
        """The person named last before "ce dernier", when no other human being stands between."""
        doc = scene.doc
        human = doc[i].head.lemma_ in self.human_acts or (i > 0 and lower(doc[i - 1]) == "selon")
        for other in scene.backwards(i):
            person = scene.bearers.person_at(other.i)
            if person is not None:
                return person if scene.bearers.agrees(person, gender) else None
            if other.pos_ not in ("NOUN", "PROPN") or _disagrees(other, gender):
                continue
            if lower(other) in self.human_nouns or (not human and other.dep_ != "obl:mod"):
                return None
        return None


def _both(forms: Iterable[str]) -> frozenset[str]:
    """Forms with either apostrophe."""
    return frozenset(form for word in forms for form in (word, word.replace("'", "’")))


@dataclass(frozen=True, slots=True)
class _Said:
    """A definite noun phrase: its span, noun (at token `at`), words before and after it, gender, "de" after it."""

    span: Span
    at: int
    noun: str
    before: frozenset[str]
    more: frozenset[str]
    gender: str
    of: bool


def _before_name(doc: Words, end: int, label: str) -> bool:
    """Whether a description goes on to its own name: "la députée LREM de Dordogne Anne Roy", "la société Lumen"."""
    for j in range(end, min(end + 8, len(doc))):
        if doc[j].ent_type_ == label:
            return lower(doc[j - 1]) not in _OF
        if not doc[j].ent_type_ and doc[j].pos_ not in ("PROPN", "ADJ", "NOUN", "ADP", "DET"):
            return False
    return False


def _verb_of(token: Word) -> Word:
    """The verb of a pronoun, also behind the "-t" of "a-t-elle dit"."""
    return token.head.head if token.head.lower_ == "-t" else token.head


def _disagrees(token: Word, gender: str) -> bool:
    """Whether a noun cannot be what a singular pronoun of this gender stands for."""
    morph = token.morph
    if morph.get("Number") == "Plur":
        return True
    return morph.get("Gender", "") not in ("", "Masc" if gender == "m" else "Fem")
