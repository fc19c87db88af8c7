"""Train the press NER head of `pipeline/ner`: the NER of a stock model, taught on annotated press articles.

python -m training.train --corpus winer_train.jsonl --dev winer_dev.jsonl --out pipeline/ner
"""

from __future__ import annotations

import argparse
import random
import sys
import tomllib
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.training import Example
from spacy.training.batchers import minibatch_by_words
from thinc.api import Adam, Config, fix_random_seed

from training.augment import Pools, name_pools, own_names, vary
from training.compose import compose, read_templates
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
    head: Any = nlp.add_pipe("ner", config=config)
    sample = Article("Paris ONU Zola", ((0, 5, "LOC"), (6, 9, "ORG"), (10, 14, "PER")))
    head.initialize(lambda: [example(nlp, sample)], nlp=nlp)
    copy_weights(stock, head)
    return nlp


def copy_weights(stock: Any, head: Any) -> None:
    """Give `head` the weights of `stock`; of the last layer, the rows of the moves (B-PER, O …) both know."""
    known = moves(stock)
    rows = [known.index(move) for move in moves(head)]
    for old, new in zip(stock.model.walk(), head.model.walk(), strict=True):
        for name in old.param_names:
            if old.has_param(name):
                value = old.get_param(name)
                new.set_param(name, (value if value.shape == new.get_param(name).shape else value[rows]).copy())


def moves(head: Any) -> list[str]:
    """The moves of the transition system (B-PER, I-PER … O) in the order of the last layer's rows."""
    return [head.moves.get_class_name(i) for i in range(head.moves.n_moves)]


def learn_rate(progress: float, peak: float, warmup: float) -> float:
    """Linear warm-up to `peak`, then linear decay to zero; progress and warmup are shares of the whole training."""
    return peak * min(progress / warmup, (1 - progress) / (1 - warmup))


def epoch_batches(
    nlp: Language, articles: list[Article], pools: Pools, config: dict[str, Any], rng: random.Random
) -> list[list[Example]]:
    """The articles varied anew, with texts of our own among them, as batches of examples."""
    templates = read_templates()
    own = pools | {key: names for key, names in own_names().items() if key[0] != "PER"}
    composed = [compose(templates, own, rng) for _ in range(config["composed"])]
    varied = [vary(a, pools, config["rates"], rng) for a in articles]
    varied += [vary(a, pools, config["rates"] | {"swap": 0.0}, rng) for a in composed]
    rng.shuffle(varied)
    return list(minibatch_by_words([example(nlp, a) for a in varied], config["batch_words"], tolerance=0.2))


def train(nlp: Language, articles: list[Article], config: dict[str, Any], watch: list[Path]) -> None:
    """Train the NER of `nlp` in place; after each epoch, print the scores on the files of `watch`."""
    head: Any = nlp.get_pipe("ner")
    rng = random.Random(config["seed"])
    fix_random_seed(config["seed"])
    for node in head.model.walk():
        node.ops.use_blis = False  # numpy's own BLAS: half the time
    pools = name_pools(articles)
    optimizer = Adam(config["learn_rate"], L2=config["weight_decay"], L2_is_weight_decay=True, grad_clip=1.0)
    for epoch in range(config["stop"]):
        losses: dict[str, float] = {}
        batches = epoch_batches(nlp, articles, pools, config, rng)
        for i, batch in enumerate(batches):
            progress = (epoch + (i + 0.5) / len(batches)) / config["epochs"]
            optimizer.learn_rate = learn_rate(progress, config["learn_rate"], config["warmup"])
            head.update(batch, drop=config["dropout"], sgd=optimizer, losses=losses)
        print(f"epoch {epoch + 1}: loss {losses['ner']:.0f}", *report(nlp, watch), sep="\n  ", flush=True)


def report(nlp: Language, watch: list[Path]) -> list[str]:
    """One line of scores for each watched file."""
    lines = []
    for path in watch:
        scores = score_file(nlp, path)
        lines.append(
            f"{path.stem}: "
            + " ".join(f"{label} {scores[label][2]:.4f}" for label in ("all", *LABELS))
            + " p{:.3f} r{:.3f}".format(*scores["all"])
        )
    return lines


def save(nlp: Language, folder: Path) -> None:
    """Write the head to `folder` as `pipeline.ner.add_press_head` reads it."""
    head: Any = nlp.get_pipe("ner")
    head.to_disk(folder, exclude=["vocab"])
    config = {key: value for key, value in nlp.get_pipe_config("ner").items() if key != "factory"}
    Config({"ner": config}).to_disk(folder / "config.cfg")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--corpus", type=Path, nargs="+", required=True, help="annotated articles to learn from (JSONL)"
    )
    parser.add_argument("--dev", type=Path, nargs="*", default=[], help="annotated articles to score after each epoch")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="other values than config.toml has")
    options = parser.parse_args()
    config = tomllib.loads(CONFIG.read_text(encoding="utf-8"))
    for key, value in tomllib.loads("\n".join(options.set)).items():
        config[key] = config[key] | value if isinstance(value, dict) else value
    for path in [*options.corpus, *options.dev]:
        if not path.is_file():
            sys.exit(f"{path}: no such file")
    articles = [a for path in options.corpus for a in read_articles(path)]
    nlp = load_base(config["base"])
    train(nlp, articles, config, options.dev)
    save(nlp, options.out)


if __name__ == "__main__":
    main()
