"""Made-up short news articles: as many as wanted, varied, always the same.

About 58 words each, a hundred a day; a third of the names in them is new, the others come back, some of them often.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

A_DAY = 100
NEW = 1 / 3
SYLLABLES = [c + v for c in ("b", "br", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v") for v in "aeiou"]
_WORDS = {
    "given": "Anne Claire Denis Élodie Farid Gaëlle Hugo Inès Jean Karim Luc Marie Nadia Olivier Paul Rose Samir Yves",
    "towns": "Lyon Lille Nantes Rennes Brest Dijon Toulouse Marseille Grenoble Metz Nancy Reims Angers Tours Pau "
    "Bordeaux Nice Rouen Caen Amiens Limoges Poitiers Besançon Avignon Bruxelles Genève Dakar Montréal Alger Tunis "
    "Rabat Bamako",
    "roles": "maire président avocate médecin directrice entraîneur procureure ministre député syndicaliste",
    "days": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "months": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
}
WORDS = {kind: told.split() for kind, told in _WORDS.items()}
BODIES = ("Syndicat de {}", "Société {}", "Fondation {}", "Association sportive de {}", "Groupe {}", "Institut {}")
VILLAGES = ("Saint-{}-sur-{}", "{}-le-{}", "La {}-sur-{}", "{}-sur-{}")
SENTENCES = (
    "Un incendie a détruit {when} un entrepôt de {org} près de {place}, sans faire de victime.",
    "{who}, {role} de {place}, a présenté {when} sa démission après {n} mois de discussions.",
    "Les salariés de {org} ont manifesté {when} dans le centre de {place} pour demander une hausse de {n} euros.",
    "{org} et {org2} ont signé {when} un accord sur {n} emplois à {place}.",
    "La police a interpellé {when} à {place} un homme de {n} ans, soupçonné d’un vol chez {who}.",
    "Le tribunal de {place} jugera {when} {who}, qui conteste les faits.",
    "{who} est mort {when} à {place}, a annoncé {org}.",
    "« Nous attendons {n} personnes », a déclaré {who}, {role}, {when}.",
    "Une collision entre deux voitures a fait {n} blessés {when} à l’entrée de {place}.",
    "{who} a été élue {when} à la tête de {org}, avec {n} voix d’avance.",
    "Le concert prévu {when} à {place} est annulé, selon {who}.",
    "{org} ouvrira {when} un magasin à {place} et y embauchera {n} personnes.",
    "Le conseil municipal de {place} a adopté {when} un budget de {n} millions d’euros.",
    "{place} a battu {place2} ({n} à 1) {when} en finale, devant {who}.",
    "Selon {last}, le chantier de {place} a pris {n} semaines de retard.",
    "{last} doit rencontrer {when} les élus de {place}.",
    "Les pluies ont inondé {when} {n} maisons de {place}, et la préfecture a fermé deux routes.",
    "{who} dément avoir reçu de l’argent de {org}, comme l’affirmait {when} un journal de {place}.",
)


@dataclass
class World:
    """The names told so far: a third of those asked for is new, of the others some come back often."""

    chance: random.Random
    known: dict[str, list[str]] = field(default_factory=lambda: {"who": [], "org": [], "place": list(WORDS["towns"])})

    def name(self, kind: str) -> str:
        known = self.known[kind]
        if known and self.chance.random() > NEW:
            return known[int(len(known) * self.chance.random() ** 3)]
        word = self.word()
        new = {
            "who": f"{self.chance.choice(WORDS['given'])} {word}",
            "org": self.chance.choice(BODIES).format(word),
            "place": self.chance.choice(VILLAGES).format(word, self.word(2)),
        }[kind]
        known.append(new)
        return new

    def word(self, syllables: int = 3) -> str:
        return "".join(self.chance.choice(SYLLABLES) for _ in range(syllables)).capitalize()

    def when(self, today: date) -> str:
        day = today + timedelta(days=self.chance.randrange(-20, 10))
        return self.chance.choice(
            (
                f"le {day.day} {WORDS['months'][day.month - 1]} {day.year}",
                f"le {day.day} {WORDS['months'][day.month - 1]}",
                self.chance.choice(WORDS["days"]),
                f"en {WORDS['months'][day.month - 1]} {day.year}",
                "la semaine dernière",
                "hier",
                f"il y a {self.chance.randrange(2, 9)} jours",
            )
        )


def articles(count: int, words: int = 50) -> Iterator[dict[str, str]]:
    """`count` articles with id, published, publisher and text of at least `words` words; always the same.

    >>> [len(a["text"].split()) >= 50 for a in articles(2)]
    [True, True]
    """
    world = World(random.Random(1))
    chance = world.chance
    for number in range(count):
        today = date(2015, 1, 1) + timedelta(days=number // A_DAY)
        sentences: list[str] = []
        last = world.name("who")
        while sum(s.count(" ") + 1 for s in sentences) < words:
            told = {
                "who": world.name("who"),
                "org": world.name("org"),
                "org2": world.name("org"),
                "place": world.name("place"),
                "place2": world.name("place"),
                "role": chance.choice(WORDS["roles"]),
                "when": world.when(today),
                "n": str(chance.randrange(2, 90)),
                "last": last.split()[-1],
            }
            template = chance.choice(SENTENCES)
            last = told["who"] if "{who}" in template else last
            sentence = template.format(**told)
            sentences.append(sentence[0].upper() + sentence[1:])
        yield {
            "id": f"a{number:07d}",
            "published": today.isoformat(),
            "publisher": f"Journal {number % 7}",
            "text": " ".join(sentences),
        }
