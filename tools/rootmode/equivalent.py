"""Reads the list of mutants that change nothing, and finds what no longer fits the sources."""

from collections import Counter
from pathlib import Path

import tomllib

from rootmode import mutants
from rootmode.mutants import Mutant

LIST = "tests/mutate.toml"
FIELDS = ("file", "inside", "before", "after")
Key = tuple[str, ...]


def key_of(mutant: Mutant) -> Key:
    """Return what an entry names: the text, and no line number, which changes with every edit above."""
    return mutant.file, mutant.inside, mutant.before, mutant.after


def read(top: Path) -> tuple[set[Key], list[str]]:
    """Return the keys of the list, and its problems."""
    try:
        entries = tomllib.loads((top / LIST).read_text("utf-8")).get("equivalent", [])
        keys = [tuple(str(entry[field]) for field in FIELDS) for entry in entries]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        return set(), [f"{LIST}: {type(error).__name__}: {error}"]
    sources = {key[0] for key in keys if (top / key[0]).is_file()}
    known = {key_of(mutant) for file in sources for mutant in mutants.of_file(top, file)}
    problems = [f"{LIST}: no reason: {': '.join(key)}" for key, entry in zip(keys, entries) if not entry.get("reason")]
    problems += [f"{LIST}: twice: {': '.join(key)}" for key, times in Counter(keys).items() if times > 1]
    problems += [f"{LIST}: not a mutant of the source any more: {': '.join(key)}" for key in keys if key not in known]
    return set(keys), problems
