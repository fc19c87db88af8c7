"""Train the press NER head of `pipeline/ner`: the NER of a stock model, taught on annotated press articles.

    python -m training.train --corpus winer_train.jsonl --dev winer_dev.jsonl --out pipeline/ner
"""

from __future__ import annotations

import argparse
import random
import time
import tomllib
from pathlib import Path
from typing import Any

import numpy
import spacy
from spacy.language import Language
from spacy.pipeline.ner import EntityRecognizer
from spacy.training.batchers import minibatch_by_words
from spacy.util import fix_random_seed
from thinc.api import Adam, Model

from training.corpus import LABELS, Article, example, read_articles
from training.score import score_file

CONFIG = Path(__file__).with_name("config.toml")


def load_base(name: str) -> Language:
    """The stock model with nothing but its tokenizer, vectors and a NER of its own that knows PER, LOC and ORG."""
    nlp = spacy.load(name)
    for pipe in nlp.pipe_names:
        if pipe != "ner":
            nlp.remove_pipe(pipe)
    stock = nlp.get_pipe("ner")
    config = {k: v for k, v in nlp.get_pipe_config("ner").items() if k != "factory"}
    nlp.remove_pipe("ner")
    head = nlp.add_pipe("ner", config=config)
    for label in LABELS:
        head.add_label(label)
    head.initialize(lambda: [example(nlp, Article("Paris", ((0, 5, "LOC"),)))], nlp=nlp)
    copy_weights(stock, head)
    return nlp


def copy_weights(stock: EntityRecognizer, head: EntityRecognizer) -> None:
    """Give `head` the weights of `stock`; of the last layer, the rows of the moves (B-PER, O …) both know."""
    rows = [stock.move_names.index(move) for move in head.move_names]
    for old, new in zip(stock.model.walk(), head.model.walk(), strict=True):
        for name in old.param_names:
            if old.has_param(name):
                value = old.get_param(name)
                new.set_param(name, (value if value.shape == new.get_param(name).shape else value[rows]).copy())


def weights(model: Model) -> dict[tuple[int, str], Any]:
    """A copy of every parameter of the model, by node and name."""
    return {
        (i, name): node.get_param(name).copy()
        for i, node in enumerate(model.walk())
        for name in node.param_names
        if node.has_param(name)
    }


def set_weights(model: Model, values: dict[tuple[int, str], Any]) -> None:
    """Put back what `weights` gave."""
    nodes = list(model.walk())
    for (i, name), value in values.items():
        nodes[i].set_param(name, value)


def learn_rate(step: int, steps: int, peak: float, warmup: int) -> float:
    """Linear warm-up to `peak`, then linear decay to zero at the last step."""
    return peak * min((step + 1) / warmup, max(steps - step, 0) / max(steps - warmup, 1))


def train(nlp: Language, articles: list[Article], config: dict[str, Any], watch: list[Path]) -> None:
    """Train the NER of `nlp` in place; its final weights are the mean over the last part of the training."""
    head = nlp.get_pipe("ner")
    rng = random.Random(config["seed"])
    fix_random_seed(config["seed"])
    words = sum(len(a.text.split()) for a in articles)
    steps = config["epochs"] * words // config["batch_words"]
    optimizer = Adam(config["learn_rate"], L2=config["weight_decay"], L2_is_weight_decay=True, grad_clip=1.0)
    mean: dict[tuple[int, str], Any] = {}
    taken = step = 0
    began = time.perf_counter()
    for epoch in range(config["epochs"]):
        losses: dict[str, float] = {}
        order = rng.sample(articles, len(articles))
        examples = (example(nlp, a) for a in order)
        for batch in minibatch_by_words(examples, config["batch_words"], tolerance=0.2):
            optimizer.learn_rate = learn_rate(step, steps, config["learn_rate"], config["warmup"])
            head.update(batch, drop=config["dropout"], sgd=optimizer, losses=losses)
            step += 1
            if step >= config["average_from"] * steps and step % config["average_every"] == 0:
                taken += 1
                for key, value in weights(head.model).items():
                    mean[key] = mean[key] + (value - mean[key]) / taken if taken > 1 else value
        print(f"epoch {epoch + 1} step {step}/{steps} loss {losses['ner']:.0f} {time.perf_counter() - began:.0f} s", *report(nlp, watch), flush=True)
        if mean:
            last = weights(head.model)
            set_weights(head.model, mean)
            print("   mean", *report(nlp, watch), flush=True)
            if epoch + 1 < config["epochs"]: set_weights(head.model, last)


def report(nlp: Language, watch: list[Path]) -> list[str]:
    """One line of scores for each watched file."""
    lines = []
    for path in watch:
        scores = score_file(nlp, path)
        lines.append(f"{path.stem}: " + " ".join(f"{label} {scores[label][2]:.4f}" for label in ("all", *LABELS)) + " p{:.3f} r{:.3f}".format(*scores["all"]))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, nargs="+", required=True)
    parser.add_argument("--dev", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    config |= tomllib.loads("\n".join(options.set))
    print(config)
    nlp = load_base(config["base"])
    unknown = frozenset(config["unknown"])
    articles = [a for path in options.corpus for a in read_articles(path, unknown)]
    train(nlp, articles, config, options.dev)
    if options.out:
        nlp.get_pipe("ner").to_disk(options.out, exclude=["vocab"])


if __name__ == "__main__":
    main()
