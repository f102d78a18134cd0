"""Tests what the tools print without arguments, with wrong arguments, and with --help."""

import re
import subprocess
from pathlib import Path

import pytest

from rootmode.project import TOP

SCRIPTS = subprocess.run(
    ["git", "ls-files", "tools", "tests"], cwd=TOP, capture_output=True, text=True, check=True
).stdout.split()
EXECUTABLES = [name for name in SCRIPTS if (TOP / name).is_file() and (TOP / name).stat().st_mode & 0o100]
SHELL = [name for name in EXECUTABLES if (TOP / name).read_bytes().startswith(b"#!/bin/bash")]
WITH_HELP = (
    "tools/run", "tools/stress", "tools/bench", "tools/check-layers", "tools/check-docs", "tools/rootmode-monitor",
    "tools/rootmode-ktap", "tools/mutate", "tools/mutate-boot",
    "tools/rootmode-symbols",
)
WITHOUT_ARGUMENTS = ("tools/setup",)  # these have a default
CRASHES = re.compile(r"unbound variable|Traceback|syntax error|shift count")


def _call(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TOP / name, *arguments], cwd=TOP, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False,
    )


@pytest.mark.parametrize("name", [name for name in SHELL if name not in WITHOUT_ARGUMENTS])
def test_script_without_arguments(name: str) -> None:
    done = _call(name)
    assert done.returncode == 2
    assert re.search(rf"^({re.escape(name)}: )?usage: {re.escape(name)} ", done.stderr)
    assert len(done.stderr.splitlines()) == 1 and not CRASHES.search(done.stderr)


@pytest.mark.parametrize("arguments", [("kernel", "1234", "log", "--cpus"), ("kernel",), ("--help",)])
def test_debug_with_wrong_arguments(arguments: tuple[str, ...]) -> None:
    done = _call("tools/debug", *arguments)
    assert done.returncode == 2
    assert "usage: tools/debug KERNEL PORT LOG" in done.stderr and not CRASHES.search(done.stderr)


@pytest.mark.parametrize("name", WITH_HELP)
def test_help(name: str) -> None:
    done = _call(name, "--help")
    assert done.returncode == 0
    assert (name if name != "tools/rootmode-monitor" else "rootmode-monitor") in done.stdout
    assert not re.search(rf"usage: {Path(name).name}\b", done.stdout)


def test_help_of_run_has_defaults_and_examples() -> None:
    text, examples = _call("tools/run", "--help").stdout.split("\nexamples:\n")
    entries = re.split(r"^  (?=-)", text[text.index("options:"):], flags=re.MULTILINE)[1:]
    assert len(entries) >= 14
    assert [entry for entry in entries if "default" not in entry and not entry.startswith("-h")] == []
    assert len(re.findall(r"^  tools/run --", examples, re.MULTILINE)) == 3
