"""Point role phrases and pronouns to the person meant.

Reads `doc.ents` with `ent._.name` and `ent._.role`, and the parse; writes `doc.spans["references"]` and
`span._.refers_to`. "Le président kazakh Tokayev a parlé. Le dirigeant kazakh a ajouté qu'il …" makes *Le dirigeant
kazakh* and *il* refer to *Tokayev*. When in doubt, nothing: a pronoun given to the wrong person is worse than none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from pipeline.model import lexicon
from pipeline.model.doc import declare
from pipeline.naming.bearers import Bearers
from pipeline.naming.titles import Titles, lower

_SUBJECT = frozenset({"nsubj", "nsubj:pass"})
_NOT_PEOPLE = frozenset({"qui", "que", "on", "ce", "c'", "-t"})
_OPENS, _CLOSES, _BOTH = frozenset("«“"), frozenset("»”"), '"'
_QUOTES = ("«", "»", "“", "”", '"')
_LONGEST_SPEECH = 400  # tokens between quotation marks
_REACH = 60  # tokens a pronoun may look back


@Language.factory(
    "depeche_references", assigns=["doc.spans", "span._.refers_to"], requires=["doc.ents", "span._.name", "span._.role"]
)
def make(nlp: Language, name: str = "depeche_references") -> Callable[[Doc], Doc]:
    """The component; it needs `depeche_entities` and a parser before it."""
    declare()
    return Referrer(nlp)


class Referrer:
    """The component `depeche_references`."""

    def __init__(self, nlp: Language) -> None:
        self.titles = Titles()
        words = lexicon.toml("references.toml")
        pronouns = words["pronouns"]
        self.gender_of = dict.fromkeys(pronouns["he"], "m") | dict.fromkeys(pronouns["she"], "f")
        self.this_one = {form: gender for gender, forms in pronouns["this_one"].items() for form in forms}
        self.latter = {form: gender for gender, forms in pronouns["the_latter"].items() for form in forms}
        self.impersonal = frozenset(words["impersonal"]["verbs"])
        self.impersonal_adjectives = frozenset(words["impersonal"]["adjectives"])
        self.be = frozenset(words["impersonal"]["be"])
        self.human_nouns = frozenset(words["people"]["nouns"]) | frozenset(self.titles.heads)
        self.human_acts = frozenset(words["people"]["acts"])
        self.speech = frozenset(lexicon.words("reporting.csv", "lemma"))
        starts = {*self.gender_of, *self.this_one, *self.latter, *self.titles.heads}
        starts |= {form.replace("'", "’") for form in starts}
        self.starts = frozenset(nlp.vocab.strings.add(form) for form in starts)
        self.quotes = frozenset(nlp.vocab.strings.add(form) for form in _QUOTES)

    def __call__(self, doc: Doc) -> Doc:
        found: list[Span] = []
        if any(ent.label_ == "PER" for ent in doc.ents):
            words, begins = doc.to_array(["LOWER", "SENT_START"]).T.tolist()
            sentences = [i for i, flag in enumerate(begins) if flag == 1]
            speeches = self._speeches(doc, [i for i, word in enumerate(words) if word in self.quotes])
            scene = _Scene(doc, Bearers(doc, self.titles, sentences), sentences, speeches)
            for i in [i for i, word in enumerate(words) if word in self.starts]:
                meant = self._refer(scene, i)
                if meant is not None and (not found or meant.start >= found[-1].end):
                    found.append(meant)
        doc.spans["references"] = found
        return doc

    def _speeches(self, doc: Doc, marks: list[int]) -> list[tuple[int, int]]:
        """Passages between quotation marks (at tokens `marks`), as token ranges without the marks."""
        found: list[tuple[int, int]] = []
        opened = -1
        for i in marks:
            mark = doc[i].text
            near = opened >= 0 and i - opened <= _LONGEST_SPEECH
            if mark in _OPENS or (mark == _BOTH and not near):
                opened = i
            elif near and (mark in _CLOSES or mark == _BOTH):
                found.append((opened + 1, i))
                opened = -1
        return found

    def _refer(self, scene: _Scene, i: int) -> Span | None:
        """The reference that begins at, or has its noun at, token `i`, with `refers_to` set; None when unsure."""
        doc, bearers = scene.doc, scene.bearers
        token = doc[i]
        word = lower(token)
        if token.ent_type_:
            return None
        before, after = lower(doc[i - 1]) if i else "", [lower(t) for t in doc[i + 1 : i + 3]]
        if word in self.gender_of:
            span, meant = doc[i : i + 1], self._pronoun(scene, i, self.gender_of[word])
        elif word in self.this_one and after == ["-", "ci"]:
            span, meant = doc[i : i + 3], self._latter(scene, i, self.this_one[word])
        elif word in self.latter and before in ("ce", "cette") and token.pos_ in ("ADJ", "NOUN", "PRON"):
            span, meant = doc[i - 1 : i + 1], self._latter(scene, i - 1, self.latter[word])
        else:
            phrase = bearers.phrase_at(i)
            if phrase is None:
                return None
            span, meant = phrase, bearers.bearer(phrase)
        if meant is None:
            return None
        bearers.mentioned(span, meant)
        span._.refers_to = meant
        return span

    def _pronoun(self, scene: _Scene, i: int, gender: str) -> Span | None:
        """The person a subject pronoun stands for: the last subject of its gender, if that is a known person."""
        token = scene.doc[i]
        if token.dep_.startswith("expl") and token.head.lemma_ not in self.speech:
            return None
        if gender == "m" and self._is_impersonal(scene.doc, i):
            return None
        for other in scene.backwards(i):
            if other.dep_ not in _SUBJECT and not self._is_inverted(scene, other.i):
                continue
            if _is_several(other):
                continue
            word = lower(other)
            if word in self.gender_of:
                if self.gender_of[word] == gender:
                    return scene.bearers.resolved.get(other.i)
                continue
            if other.pos_ == "PRON" or word in _NOT_PEOPLE:
                continue
            person = scene.bearers.person_at(other.i)
            if person is not None:
                if scene.bearers.agrees(person, gender):
                    scene.bearers.note_gender(person, gender)
                    return person
                continue
            if other.ent_type_ or word in self.human_nouns:
                return None
            if token.head.lemma_ not in self.human_acts and not _disagrees(other, gender):
                return None
        return None

    def _is_inverted(self, scene: _Scene, j: int) -> bool:
        """Whether a person stands right after a verb of saying ("a lancé Luc Roy"); the parser may call it object."""
        person = scene.bearers.by_token.get(j)
        if person is None or j != person.start:
            return False
        before = j - 1
        while before > 0 and (scene.bearers.in_title(before) or scene.doc[before].pos_ == "DET"):
            before -= 1
        return before >= 0 and scene.doc[before].pos_ == "VERB" and scene.doc[before].lemma_ in self.speech

    def _is_impersonal(self, doc: Doc, i: int) -> bool:
        """Whether "il" is nobody: il y a, n'y a-t-il pas, il faut, il s'agit, il est prévu que."""
        after = [lower(t) for t in doc[i + 1 : i + 5]]
        if after[:1] == ["y"] or after[:2] == ["n'", "y"] or doc[i].head.lemma_ in self.impersonal:
            return True
        if "y" in [lower(t) for t in doc[max(0, i - 3) : i]]:
            return True
        return not self.be.isdisjoint(after[:2]) and not self.impersonal_adjectives.isdisjoint(after[1:])

    def _latter(self, scene: _Scene, i: int, gender: str) -> Span | None:
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


class _Scene:
    """One document while its references are read: who bears what, where sentences and speeches begin and end."""

    def __init__(self, doc: Doc, bearers: Bearers, sentences: list[int], speeches: list[tuple[int, int]]) -> None:
        self.doc, self.bearers, self.sentences, self.speeches = doc, bearers, sentences, speeches
        self.speech_starts = [start for start, _ in speeches]

    def backwards(self, i: int) -> Iterator[Token]:
        """Tokens before `i`, near ones first: of its sentence and the one before, in the same speech or none."""
        sentence = bisect_right(self.sentences, i) - 1
        start = self.sentences[max(0, sentence - 1)] if self.sentences else 0
        own = self._speech(i)
        for j in range(i - 1, max(start, i - _REACH) - 1, -1):
            if self._speech(j) == own:
                yield self.doc[j]

    def _speech(self, i: int) -> int:
        """Number of the speech that token `i` stands in, or -1."""
        n = bisect_right(self.speech_starts, i) - 1
        return n if n >= 0 and i < self.speeches[n][1] else -1


def _is_several(subject: Token) -> bool:
    """Whether somebody else is joined to a subject: "Luc Roy et son avocat"; not "Luc Roy, chef et fondateur"."""
    joined = (child for child in subject.children if child.dep_ == "conj")
    return any(child.ent_type_ or child.nbor(-1).pos_ == "DET" for child in joined)


def _disagrees(token: Token, gender: str) -> bool:
    """Whether a noun cannot be what a singular pronoun of this gender stands for."""
    morph = token.morph.to_dict()
    if morph.get("Number") == "Plur":
        return True
    return morph.get("Gender", "") not in ("", "Masc" if gender == "m" else "Fem")
