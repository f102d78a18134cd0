"""Arguments, JSON strings, the man pages."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from program import Run

from rootmode.project import TOP

PAGE = TOP / "tools" / "check" / "rootmode-check.1"
PAGES = (PAGE, TOP / "tools" / "rootmode-monitor.1", TOP / "tools" / "rootmode-log.1")


@pytest.mark.parametrize(("arguments", "problem"), [
    (["--nonsense"], "unrecognized option"),
    (["-x"], "invalid option"),
    (["--from"], "requires an argument"),
    (["log.txt"], "unexpected argument: log.txt (for a file: --from FILE)"),
    (["--record", "--json"], "--record cannot be combined with"),
    (["--quiet", "--json"], "--quiet cannot be combined with"),
    (["--from", "/nowhere/log.txt"], "/nowhere/log.txt: No such file or directory"),
    (["--from", "/"], "/: this is a directory; expected a log"),
])
def test_a_wrong_argument_is_named_and_ends_with_2(check: Run, arguments: list[str], problem: str) -> None:
    result = check(*arguments)
    assert result.returncode == 2 and result.stdout == "" and problem in result.stderr


def test_help_and_the_man_page_have_every_option(check: Run) -> None:
    result = check("--help")
    page = PAGE.read_text()
    options = re.findall(r"\{\"([a-z]+)\", \w+_argument, NULL, '(\w)'\},", (TOP / "tools/check/arguments.c").read_text())
    assert result.returncode == 0 and options
    for name, letter in options:
        assert re.search(rf"^  -{letter}, --{name}\b", result.stdout, re.MULTILINE), name
        assert re.search(rf"^\.It Fl {letter} , -{name}\b", page, re.MULTILINE), name


def test_version(check: Run) -> None:
    result = check("-V")
    assert result.returncode == 0 and re.fullmatch(r"rootmode-check \S+\n", result.stdout)


def test_output_that_cannot_be_written_is_an_error(build: Path) -> None:
    with open("/dev/full", "wb") as full:
        result = subprocess.run([build / "rootmode-check-sanitized"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert result.returncode == 3 and b"No space left" in result.stderr


def test_every_byte_of_a_string_survives_json(build: Path) -> None:
    text = subprocess.run([build / "json-strings"], capture_output=True, text=True, check=True).stdout
    told = json.loads(text)
    every = "".join(map(chr, range(1, 256)))
    assert told["all"] == every and told[every] == "the name" and text.isascii()
    assert told["number"] == 2**64 - 1 and told["hex"] == "0xffffffffffffffff" and told["zero"] == "0x0"
    assert told["lines"] == ['one "1"', "", "two"] and told["unended"] == ["one", "two"] and told["empty"] == []
    assert told["none"] is None and told["yes"] is True and told["nested"] == [{}, [1]]


@pytest.mark.skipif(not shutil.which("man"), reason="man is missing")
@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_man_page_has_no_warnings(page: Path) -> None:
    result = subprocess.run(["man", "--warnings", "-l", page], capture_output=True, text=True, check=True,
                            env={**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MANROFFSEQ": ""})
    assert result.stderr == "" and "EXIT STATUS" in result.stdout


@pytest.mark.skipif(not shutil.which("mandoc"), reason="mandoc is missing")
@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_man_page_by_mandoc(page: Path) -> None:
    subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], check=True)
