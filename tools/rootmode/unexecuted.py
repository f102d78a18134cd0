"""Reads the list of lines that no test executes, and finds what no longer fits the sources.

An entry names a source, the function in it, and the text of the lines, because numbers change with every edit above.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import tomllib

LIST = "tests/coverage.toml"
_DEFINITION = re.compile(r"^(?:__attribute__\(\(.*?\)\)\)? )?[a-z][\w *]*?(\w+)\(")
_LABEL = re.compile(r"^([A-Za-z_]\w*):")
_DATA = re.compile(r"(\.?\w+:)?\s*(d[bwdq]|res[bq]|align|alignb|incbin)\b")
Key = tuple[str, str, str]  # file, function, text of the line


@dataclass(frozen=True)
class Source:
    """The lines of a source, by number from 1: the text of each, and the function or label that it is in."""

    file: str
    texts: tuple[str, ...]
    inside: tuple[str, ...]
    heads: frozenset[int]

    @staticmethod
    def read(top: Path, file: str) -> "Source":
        """Read the source."""
        pattern = _LABEL if file.endswith(".asm") else _DEFINITION
        texts, inside, heads, name = [""], [""], set(), ""
        for number, text in enumerate((top / file).read_text("utf-8").split("\n"), 1):
            found = pattern.match(text)
            if found:
                name = found[1]
                heads.add(number)
            texts.append(text.split(";")[0].strip() if file.endswith(".asm") else text.strip())
            inside.append(name)
        return Source(file, tuple(texts), tuple(inside), frozenset(heads))

    def has_code(self, line: int) -> bool:
        """Return False for a brace, the head of a function, and data in assembly, which have line numbers, too."""
        if self.file.endswith(".asm"):
            return not _DATA.match(self.texts[line])
        return self.texts[line] not in ("{", "}") and line not in self.heads

    def key(self, line: int) -> Key:
        """Return what an entry of the list says about the line."""
        return self.file, self.inside[line], self.texts[line]


def read(top: Path) -> tuple[set[Key], list[str]]:
    """Return the lines on the list, and its problems."""
    try:
        entries = tomllib.loads((top / LIST).read_text("utf-8")).get("unexecuted", [])
        listed = [(str(entry["file"]), str(entry["inside"]), str(line)) for entry in entries for line in entry["lines"]]
        problems = [f"{LIST}: no reason: {entry['file']}: {entry['inside']}" for entry in entries if not entry.get("reason")]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        return set(), [f"{LIST}: {type(error).__name__}: {error}"]
    sources = [Source.read(top, file) for file in {key[0] for key in listed} if (top / file).is_file()]
    known = {source.key(line) for source in sources for line in range(1, len(source.texts))}
    problems += [f"{LIST}: not in the source: {': '.join(key)}" for key in listed if key not in known]
    return set(listed), problems
