"""Keeps the results of mutants in a file, one a line, so that a run that was cut off goes on where it ended."""

import hashlib
import json
import threading
from pathlib import Path

from rootmode import mutants
from rootmode.mutants import Mutant
from rootmode.mutation import Result, Verdict

_Key = tuple[str, str, int, int, str]


def _hash(*texts: bytes) -> str:
    return hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]


class Results:
    """The results of earlier runs, and of this one.

    A killed mutant stays killed as long as its source is the same. One that survived is judged again if anything
    has changed, because a new test may kill it.
    """

    def __init__(self, path: Path | None, tree: Path, tests: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._sources: dict[str, str] = {}
        self._tree = tree
        everything = [*sorted(tree.rglob("*.[ch]")), *sorted(tests.rglob("*.py"))]
        self._state = _hash(*(file.read_bytes() for file in everything))
        self._found: dict[_Key, tuple[Verdict, str]] = {}
        if path and path.exists():
            text = path.read_text("utf-8")
            for line in text.splitlines():
                self._read(line)
            if text and not text.endswith("\n"):
                path.write_text(text + "\n", "utf-8")

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            return  # the last line of a run that was cut off
        key = (entry["file"], entry["source"], entry["start"], entry["end"], entry["text"])
        if entry["verdict"] != Verdict.SURVIVED.value or entry["state"] == self._state:
            self._found[key] = Verdict(entry["verdict"]), entry["by"]
        else:
            self._found.pop(key, None)

    def _key(self, mutant: Mutant) -> _Key:
        if mutant.file not in self._sources:
            self._sources[mutant.file] = _hash((self._tree / mutant.file).read_bytes())
        return mutant.file, self._sources[mutant.file], mutant.start, mutant.end, mutant.text

    def find(self, mutant: Mutant) -> Result | None:
        """Return the known result of a mutant, if it still holds."""
        found = self._found.get(self._key(mutant))
        return Result(mutant, *found) if found else None

    def having(self, verdict: Verdict) -> list[Mutant]:
        """Return the mutants whose result is this one and still holds."""
        files = sorted({key[0] for key in self._found if (self._tree / key[0]).is_file()})
        known = [found for file in files for found in map(self.find, mutants.of_file(self._tree, file)) if found]
        return [result.mutant for result in known if result.verdict == verdict]

    def add(self, result: Result) -> None:
        """Write a result to the file, at once."""
        if not self._path:
            return
        mutant = result.mutant
        entry = {
            "verdict": result.verdict.value, "by": result.by, "file": mutant.file, "line": mutant.line,
            "inside": mutant.inside, "before": mutant.before, "after": mutant.after, "start": mutant.start,
            "end": mutant.end, "text": mutant.text, "source": self._key(mutant)[1], "state": self._state,
        }
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
