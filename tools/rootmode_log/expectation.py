"""Expectations in TOML or YAML: what a log must say, and which deviations from the SDM are known.

tests/boot/deviations.toml, with deviations alone, is such a file.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import tomllib

from rootmode import ktap

_VERDICTS = ("PASS", "FAIL", "UNSUPPORTED", "BLOCKED", "ERROR", "OBSERVED PASS", "OBSERVED FAIL", "OBSERVED UNSUPPORTED",
             "OBSERVED BLOCKED")
_DEVIATION_KEYS = ("checks", "where", "subtests", "sometimes", "cause")


class ExpectationError(Exception):
    """The file cannot be read, or says something that is no expectation. The message says what."""


@dataclass(frozen=True)
class Expectation:
    """What a log must say. What is not given is not checked."""

    verdict: tuple[str, ...] = ()
    cpus: int | None = None
    requires: tuple[str, ...] = ()  # capabilities that each CPU must have
    minimum_microcode: int | None = None
    deviation: tuple[ktap.Deviation, ...] = ()


def read(path: Path) -> Expectation:
    """Read the file: YAML by the suffixes .yaml and .yml, else TOML."""
    try:
        text = path.read_text("utf-8")
        data = _yaml(text) if path.suffix in (".yaml", ".yml") else tomllib.loads(text)
        return _expectation(data)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ExpectationError) as error:
        raise ExpectationError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def _yaml(text: str) -> Any:
    try:
        import yaml  # pylint: disable=import-outside-toplevel  # only who writes YAML needs it
    except ImportError:
        raise ExpectationError("YAML needs Python's yaml (Debian: python3-yaml); TOML needs nothing") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ExpectationError(" ".join(str(error).split())) from None


def _expectation(data: Any) -> Expectation:
    if not isinstance(data, dict):
        raise ExpectationError("expected keys and values")
    _check_keys(data, [one.name for one in fields(Expectation)], "")
    return Expectation(
        verdict=_verdicts(data.get("verdict", [])),
        cpus=_number(data, "cpus"), minimum_microcode=_number(data, "minimum_microcode"),
        requires=_names(data, "requires"),
        deviation=tuple(one for entry in _list(data, "deviation", dict) for one in _deviations(entry)),
    )


def _check_keys(data: Mapping[str, Any], known: list[str], where: str) -> None:
    for key in data:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(known)}"
            raise ExpectationError(f"unknown key{where}: {key}: {hint}")


def _list(data: Mapping[str, Any], key: str, kind: type) -> list[Any]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
        raise ExpectationError(f"{key}: expected a list of {'names' if kind is str else 'tables'}")
    return value


def _names(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(_list(data, key, str))


def _verdicts(value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        raise ExpectationError("verdict: expected a verdict, or a list of them")
    for one in values:
        if one not in _VERDICTS:
            raise ExpectationError(f"verdict: unknown: {one}: expected one of {', '.join(_VERDICTS)}")
    return tuple(values)


def _number(data: Mapping[str, Any], key: str) -> int | None:
    value = data.get(key)
    if isinstance(value, str):
        try:
            value = int(value, 0)
        except ValueError:
            pass
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise ExpectationError(f"{key}: expected a number, not {value!r}")
    return value


def _deviations(one: Mapping[str, Any]) -> Iterator[ktap.Deviation]:
    _check_keys(one, list(_DEVIATION_KEYS), " of a deviation")
    checks, cause = _names(one, "checks"), one.get("cause")
    if not checks or not isinstance(cause, str) or not cause:
        raise ExpectationError(f"a deviation has no {'cause' if checks else 'checks'}: {dict(one)}")
    subtests = one.get("subtests", "*")
    if not isinstance(subtests, str):
        raise ExpectationError(f"subtests: expected a pattern, not {subtests!r}")
    sometimes = one.get("sometimes", False)
    if not isinstance(sometimes, bool):
        raise ExpectationError(f"sometimes: expected true or false, not {sometimes!r}")
    return (ktap.Deviation(check, _names(one, "where") or ("*",), cause, subtests, sometimes) for check in checks)


def to_toml(expectation: Expectation) -> Iterator[str]:
    """Yield the lines of a file that says this."""
    if expectation.verdict:
        yield f"verdict = {_quoted(expectation.verdict[0])}"
    if expectation.cpus is not None:
        yield f"cpus = {expectation.cpus}"
    if expectation.minimum_microcode is not None:
        yield f"minimum_microcode = {expectation.minimum_microcode:#x}"
    if expectation.requires:
        yield "requires = ["
        yield from (f"    {_quoted(name)}," for name in expectation.requires)
        yield "]"
    for one in expectation.deviation:
        where = ", ".join(map(_quoted, one.where))
        subtests = f"subtests = {_quoted(one.subtests)}\n" if one.subtests != "*" else ""
        subtests += "sometimes = true\n" if one.sometimes else ""
        yield f"\n[[deviation]]\nchecks = [{_quoted(one.check)}]\nwhere = [{where}]\n{subtests}cause = {_quoted(one.cause)}"


def _quoted(text: str) -> str:
    r"""Return a TOML basic string: only \ and " and control characters need care."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char >= " " and char != "\x7f" else f"\\u{ord(char):04x}" for char in escaped) + '"'
