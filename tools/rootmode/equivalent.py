"""Reads the list of mutants that change nothing and of those that survive, and finds what no longer fits the sources."""

from collections import Counter
from pathlib import Path

import tomllib

from rootmode import mutants
from rootmode.mutants import Key

LIST = "tests/mutate.toml"
EQUIVALENT = "equivalent"
SURVIVOR = "survivor"  # no test on the host can notice it
FIELDS = ("file", "inside", "before", "after")


def read(top: Path) -> tuple[dict[Key, str], list[str]]:
    """Return the kind of each mutant in the list, and the list's problems."""
    try:
        lists = tomllib.loads((top / LIST).read_text("utf-8"))
        entries = [(kind, entry) for kind in lists for entry in lists[kind]]
        keys: list[Key] = [(entry["file"], entry["inside"], entry["before"], entry["after"]) for _, entry in entries]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        return {}, [f"{LIST}: {type(error).__name__}: {error}"]
    sources = {key[0] for key in keys if (top / key[0]).is_file()}
    known = {mutant.key for file in sources for mutant in mutants.of_file(top, file)}
    problems = [f"{LIST}: unknown kind: {kind}" for kind in lists if kind not in (EQUIVALENT, SURVIVOR)]
    problems += [f"{LIST}: no reason: {': '.join(key)}" for key, (_, entry) in zip(keys, entries) if not entry.get("reason")]
    problems += [f"{LIST}: twice: {': '.join(key)}" for key, times in Counter(keys).items() if times > 1]
    problems += [f"{LIST}: not a mutant of the source any more: {': '.join(key)}" for key in keys if key not in known]
    return {key: kind for key, (kind, _) in zip(keys, entries)}, problems
