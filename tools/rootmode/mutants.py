"""Lists the mutants of a C source: copies with one small change, each a mistake that a person could make."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)|(?P<string>"(?:\\.|[^"\\\n])*")
    |(?P<char>'(?:\\.|[^'\\\n])+')|(?P<number>\d[\w.]*)|(?P<word>[A-Za-z_]\w*)
    |(?P<op><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-~!%^&*()+={}\[\]|;:,.<>/?])""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_NUMBER = re.compile(r"(0[xX])?([0-9A-Fa-f]+?)([uUlL]*)")

# What takes the place of an operator that has operands on both sides.
_BINARY = {
    "==": ["!="], "!=": ["=="], "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["/"], "&": ["|"], "|": ["&"],
    "^": ["|"], "<<": [">>"], ">>": ["<<"], "+=": ["-="], "-=": ["+="], "|=": ["&="], "&=": ["|="], "^=": ["|="],
    "<<=": [">>="], ">>=": ["<<="],
}
_ASSIGNMENTS = {"=", "+=", "-=", "*=", "/=", "|=", "&=", "^=", "<<=", ">>=", "++", "--"}
_CONDITIONS = {"if", "while"}
_NOT_A_STATEMENT = {"return", "if", "for", "while", "do", "else", "switch", "case", "default", "goto", "struct", "enum",
                    "static", "const", "extern", "typedef", "union", "_Static_assert"}
_FIXED_WORDS = {"NULL", "UINT64_C"}

Key = tuple[str, str, str, str]


@dataclass(frozen=True, order=True)
class Mutant:
    """A file with the characters from start to end replaced by text."""

    file: str
    start: int
    end: int
    text: str
    line: int
    inside: str  # the function or object that the change is in
    before: str  # the lines that change, on one line
    after: str

    @property
    def key(self) -> Key:
        """Return what a list names it by: no line number, because that changes with every edit above."""
        return self.file, self.inside, self.before, self.after

    def apply(self, source: str) -> str:
        """Return the mutated source."""
        return source[: self.start] + self.text + source[self.end:]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.inside}: {self.before}  ->  {self.after}"


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


class _Source:
    """A source's tokens, and where each bracket's partner is."""

    def __init__(self, text: str) -> None:
        found = (_Token(m.lastgroup or "", m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text))
        self.tokens = [token for token in found if token.kind not in ("comment", "directive")]
        self.partner: dict[int, int] = {}
        self.parentheses: list[int] = []  # how many are open before each token
        self.inside: list[str] = []  # the function or object at the top level that each token belongs to
        self._match()

    def _match(self) -> None:
        opened: list[int] = []
        name = ""
        for at, token in enumerate(self.tokens):
            if not opened and token.text in ("(", "[", "=") and self.kind(at - 1) == "word":
                name = self[at - 1]
            self.inside.append(name)
            self.parentheses.append(sum(self[index] == "(" for index in opened))
            if token.kind == "op" and token.text in "([{":
                opened.append(at)
            elif token.kind == "op" and token.text in ")]}" and opened:
                start = opened.pop()
                self.partner[start], self.partner[at] = at, start
            if not opened and token.text in (";", "}"):
                name = ""

    def __getitem__(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def is_operand_end(self, at: int) -> bool:
        return self.kind(at) in ("number", "char") or (self.kind(at) == "word" and self[at] != "return") or \
            (self[at] != "" and self[at] in ")]")

    def operand_end(self, at: int) -> int:
        """Return the index after the operand that begins here: a word, a number, a call or a group."""
        after = at + 1 if self[at] != "(" else self.partner.get(at, at) + 1
        while self[after] in ("(", "[", ".", "->") and self[after]:
            after = self.partner.get(after, after) + 1 if self[after] in ("(", "[") else after + 2
        return after


# A change: from the token with this index, up to the one before that index, and what takes their place.
_Change = tuple[int, int, str]


def _changes(source: _Source) -> Iterator[_Change]:
    words = sorted({token.text for token in source.tokens
                    if token.kind == "word" and re.fullmatch(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+", token.text)} - _FIXED_WORDS)
    for at, token in enumerate(source.tokens):
        if token.kind == "op":
            yield from _operator(source, at)
        elif token.kind == "number":
            yield from _number(source, at)
        elif token.kind == "char" and len(token.text) == 3 and token.text[1].isalnum():
            yield at, at + 1, f"'{chr(ord(token.text[1]) + 1)}'"
        elif token.kind == "word":
            yield from _word(source, at, words)
        yield from _statement(source, at)


def _operator(source: _Source, at: int) -> Iterator[_Change]:
    text = source[at]
    if text in _BINARY and source.is_operand_end(at - 1):
        for other in _BINARY[text]:
            yield at, at + 1, other
        if text == "&":  # the mask is dropped
            yield at, source.operand_end(at + 1), ""
    elif text in ("!", "~"):
        yield at, at + 1, ""
    elif text in ("++", "--"):
        yield at, at + 1, "--" if text == "++" else "++"
    elif text == "?":
        yield at, at + 1, "== 0 ?"


def _number(source: _Source, at: int) -> Iterator[_Change]:
    declared = source[at - 1] == "[" and source[at + 1] == "]" and (source.kind(at - 3) == "word" or source[at - 3] == "*")
    match = _NUMBER.fullmatch(source[at])
    nothing = [source[at - 1], source[at], source[at + 1]] == ["{", "0", "}"]
    # A longer array is as good, and {0} is the way to write nothing, whatever the first member is.
    if declared or nothing or not match:
        return
    prefix, digits, suffix = match.groups()
    if prefix:
        value = int(digits, 16)
        for other in sorted({value ^ 1, value << 1 & 0xFFFFFFFFFFFFFFFF} - {value}):
            yield at, at + 1, f"0x{other:X}{suffix}"
    else:
        value = int(digits)
        for other in (value + 1, value - 1):
            if other >= 0:
                yield at, at + 1, f"{other}{suffix}"


def _word(source: _Source, at: int, constants: list[str]) -> Iterator[_Change]:
    text = source[at]
    if text in ("true", "false"):
        yield at, at + 1, "false" if text == "true" else "true"
    elif text in constants and source[at + 1] != "=":
        kin = [word for word in constants if word.split("_")[0] == text.split("_")[0]]
        if len(kin) > 1:  # the next constant of the same kind
            yield at, at + 1, kin[(kin.index(text) + 1) % len(kin)]
    elif text in _CONDITIONS and source[at + 1] == "(" and at + 1 in source.partner:
        close = source.partner[at + 1]
        yield at + 1, at + 2, "(!("
        if source[close + 1] != ";":
            yield at + 1, close + 1, "(0)"
    elif text == "return" and source[at + 1] not in (";", "true", "false", "NULL", "{"):
        end = _semicolon(source, at)
        if end and not (end == at + 2 and source.kind(at + 1) == "number"):
            yield at + 1, end, "0"
            yield at + 1, end, "1"


def _statement(source: _Source, at: int) -> Iterator[_Change]:
    """Remove the statement that begins here, if one does."""
    before = source[at - 1]
    control = before == ")" and source[source.partner.get(at - 1, 0) - 1] in ("if", "for", "while")
    if not (before in (";", "{", "}", "else", ":") or control) or source.parentheses[at] or not source.inside[at]:
        return
    text = source[at]
    end = _semicolon(source, at)
    if not end:
        return
    whole = [source[index] for index in range(at, end)]
    jump = text in ("break", "continue") or (text == "return" and end == at + 1)
    declaration = source.kind(at + 1) == "word" or (source[at + 1] == "*" and source.kind(at + 2) == "word")
    effect = source[at + 1] == "(" or _ASSIGNMENTS & set(whole)
    named = source.kind(at) == "word" and text not in _NOT_A_STATEMENT
    if jump or text in ("*", "++", "--") or (named and effect and not declaration):
        yield at, end, ""


def _semicolon(source: _Source, at: int) -> int:
    """Return the index of the semicolon that ends this statement, or 0 if a block comes first."""
    while at < len(source.tokens):
        text = source[at]
        if text == ";":
            return at
        if text in ("{", "}"):
            return 0
        at = source.partner.get(at, at) + 1 if text in ("(", "[") else at + 1
    return 0


def of_file(top: Path, file: str) -> list[Mutant]:
    """Return all mutants of a source, in the order of their places."""
    text = (top / file).read_text("utf-8")
    source = _Source(text)
    found: set[Mutant] = set()
    for first, last, replacement in _changes(source):
        if replacement == "(!(":  # the negation ends with the condition
            close = source.tokens[source.partner[first]].start
            start, end = source.tokens[first].start, close
            replacement = "(!(" + text[source.tokens[first].end:close] + ")"
        else:
            start, end = source.tokens[first].start, source.tokens[last - 1].end
        if "_Static_assert" != source.inside[first]:
            found.add(_mutant(file, text, (start, end, replacement), source.inside[first]))
    return sorted(found)


def _mutant(file: str, text: str, change: tuple[int, int, str], inside: str) -> Mutant:
    start, end, replacement = change
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end) if "\n" in text[end:] else len(text)
    before = " ".join(text[first:last].split())
    after = " ".join((text[first:start] + replacement + text[end:last]).split())
    return Mutant(file, start, end, replacement, text.count("\n", 0, start) + 1, inside, before, after)


def draw(top: Path, files: Iterable[str], count: int, seed: int) -> list[Mutant]:
    """Return this many mutants of the files, or all if there are fewer.

    Their order is that of a hash of their text and the seed: an edit of one place changes only what is drawn there.
    """
    alike: Counter[Key] = Counter()
    ranked: list[tuple[bytes, Mutant]] = []
    for mutant in (mutant for file in sorted(set(files)) for mutant in of_file(top, file)):
        alike[mutant.key] += 1
        text = "\0".join((str(seed), *mutant.key, str(alike[mutant.key])))
        ranked.append((hashlib.sha256(text.encode()).digest(), mutant))
    return [mutant for _, mutant in sorted(ranked)[:count]]
