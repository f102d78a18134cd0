"""Reads the list of mutants that change nothing and of those that survive, and finds what no longer fits the sources."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

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
    problems += [problem for kind, entry in entries if (problem := _boot_problem(top, kind, entry))]
    return {key: kind for key, (kind, _) in zip(keys, entries)}, problems


def _boot_problem(top: Path, kind: str, entry: dict[str, Any]) -> str:
    """Return what is wrong with the boot test that an entry names, or ""."""
    boot = entry.get("boot", "")
    if not boot:
        return ""
    if kind != SURVIVOR:
        return f"{LIST}: a boot kills it, so it changes something: {boot}"
    file, _, test = boot.partition("::")
    text = (top / file).read_text("utf-8") if (top / file).is_file() else ""
    return "" if re.search(rf"\b{re.escape(test.split('[')[0])}\b", text) and test else f"{LIST}: no such boot test: {boot}"


def boots(top: Path) -> dict[Key, str]:
    """Return the boot test that kills each survivor in the list, or "". The list must have no problems."""
    entries = tomllib.loads((top / LIST).read_text("utf-8")).get(SURVIVOR, [])
    return {(entry["file"], entry["inside"], entry["before"], entry["after"]): entry.get("boot", "") for entry in entries}
