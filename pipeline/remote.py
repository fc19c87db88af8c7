"""Inputs and outputs that are not on this disk: addresses such as `s3://press/2024`, by way of fsspec.

Inputs are copied to this machine before they are read; their `source` is the address. A run into such a folder keeps
its state, and its tables until they are whole, in a folder of this machine (`home`), then copies the tables there,
`run.json` last. `file:///data/press` is `/data/press`.
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline.model.article import Article, DepecheError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def is_remote(path: str | Path) -> bool:
    """Whether a path is an address of another store.

    >>> is_remote("s3://press/2024"), is_remote("file:///data"), is_remote("articles/a.txt")
    (True, False, False)
    """
    return bool(_ADDRESS.match(str(path))) and not str(path).lower().startswith("file://")


def local(path: str | Path) -> str | Path:
    """A `file://` address as a path; everything else as it is.

    >>> local("file:///data/press")
    '/data/press'
    """
    if str(path).lower().startswith("file://"):
        return unquote(urlsplit(str(path)).path)
    return path


def home(out: str | Path) -> Path:
    """The folder of this machine in which a run into `out` works: `out` itself, or one for each address.

    It stands in `depeche/` under `XDG_CACHE_HOME`, by default `~/.cache`.
    """
    if not is_remote(out):
        return Path(local(out))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    address = str(out).rstrip("/")
    name = re.sub(r"\W+", "-", address).strip("-")[-60:]
    return cache / "depeche" / f"{name}-{hashlib.sha256(address.encode()).hexdigest()[:12]}"


@contextmanager
def copied(inputs: Sequence[str | Path], folder: Path) -> Iterator[Inputs]:
    """The inputs as paths of this machine; those elsewhere are copied into `folder` while the block runs.

    Raises DepecheError naming the address when it cannot be reached or holds nothing.
    """
    shutil.rmtree(folder, ignore_errors=True)
    found = Inputs()
    try:
        for number, given in enumerate(inputs):
            if is_remote(given):
                place = folder / str(number)
                found.bases[f"{place.as_posix()}/"] = _fetch(str(given), place)
                found.paths.append(place)
            else:
                found.paths.append(local(given))
        yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Inputs:
    """Paths to read, and the addresses that the copies among them stand for."""

    def __init__(self) -> None:
        self.paths: list[str | Path] = []
        self.bases: dict[str, str] = {}

    def named(self, articles: Iterable[Article]) -> Iterator[Article]:
        """Articles with the address they come from as their source."""
        for article in articles:
            for place, base in self.bases.items():
                article.source = article.source.replace(place, base, 1)
                article.note = article.note.replace(place, base)
            yield article


def _fetch(address: str, place: Path) -> str:
    """Copy what an address means (a file, a folder, a pattern) into `place`; returns the address it is relative to."""
    with _told(address) as (files, path):
        if glob.has_magic(path):
            matches = files.glob(path)
            found = [f for match in matches for f in ([match] if files.isfile(match) else files.find(match))]
            base, path = (re.split(r"[*?\[]", whole, maxsplit=1)[0].rpartition("/")[0] for whole in (address, path))
        elif files.isfile(path):
            found = [path]
            base, path = (whole.rpartition("/")[0] for whole in (address, path))
        else:
            base, found = address.rstrip("/"), files.find(path)
        if not found:
            raise DepecheError(f"{address}: no such file or folder")
        for name in sorted(set(found)):
            below = name.removeprefix(path).split("/")
            target = place.joinpath(*(part for part in below if part not in ("", ".", "..")))
            target.parent.mkdir(parents=True, exist_ok=True)
            files.get_file(name, str(target))
        return f"{base}/"


def check(out: str | Path, tables: Iterable[str], replace: bool) -> None:
    """Raise DepecheError when `out` cannot be reached, or holds tables that no run wrote (unless `replace`)."""
    with _told(str(out)) as (files, path):
        known = {name.partition("/")[0] for name in _written(files, path)}
        for name in tables:
            if not replace and name not in known and files.exists(f"{path}/{name}"):
                raise DepecheError(
                    f"{out}/{name}: was not written by depeche; choose another --out, or --replace to overwrite it"
                )


def send(folder: Path, out: str | Path) -> None:
    """Copy the tables of the finished run in `folder` to `out`; `run.json` is the last."""
    names = [*json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"], "run.json"]
    with _told(str(out)) as (files, path):
        before = _written(files, path)
        for name in names:
            files.makedirs(f"{path}/{name}".rpartition("/")[0], exist_ok=True)
            files.put_file(str(folder / name), f"{path}/{name}")
        for stale in sorted(before - set(names)):
            files.rm_file(f"{path}/{stale}")


def _written(files: Any, path: str) -> set[str]:
    """The files that the run at a remote folder wrote."""
    run = f"{path}/run.json"
    return set(json.loads(files.cat_file(run))["files"]) if files.exists(run) else set()


@contextmanager
def _told(address: str) -> Iterator[tuple[Any, str]]:
    """The file system of an address and the path in it; what goes wrong there is told in one sentence."""
    try:
        import fsspec
    except ImportError as error:
        raise DepecheError(f"{address}: needs fsspec; install it with: pip install 'depeche[remote]'") from error
    try:
        files, path = fsspec.core.url_to_fs(address.rstrip("/"))
        yield files, path
    except DepecheError:
        raise
    except ImportError as error:
        raise DepecheError(f"{address}: the driver is missing ({error})") from error
    except Exception as error:  # every driver has errors of its own
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise DepecheError(f"{address}: cannot be reached or used ({why})") from error
