"""make install and make uninstall, into a directory of the test's."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from computers import LOGS

from rootmode.project import TOP, outside_make

PLAIN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}

Make = Callable[[str], None]


@pytest.fixture(name="make")
def _make(build: Path, tmp_path: Path) -> Make:
    """make with the prefix /usr below tmp_path."""
    command = ["make", "-s", f"BUILD={build.parent}", f"DESTDIR={tmp_path}", "PREFIX=/usr"]

    def run(target: str) -> None:
        subprocess.run([*command, target], cwd=TOP, env=outside_make(), check=True)

    return run


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_symlink() or path.is_file()}


def _run(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program, as a user runs it: from elsewhere, with nothing of the checkout in its way."""
    return subprocess.run([program, *arguments], cwd="/", env=PLAIN, capture_output=True, text=True, check=False)


def test_what_is_installed_runs_and_is_removed_again(make: Make, tmp_path: Path) -> None:
    make("install")
    modules = {name for name in _files(tmp_path) if name.startswith("usr/share/rootmode/rootmode")
               and name.endswith((".py", ".j2"))}
    modules |= {name for name in _files(tmp_path) if "__pycache__" in name}
    assert _files(tmp_path) - modules == {
        "usr/bin/rootmode-check", "usr/bin/rootmode-monitor", "usr/share/man/man1/rootmode-check.1",
        "usr/share/man/man1/rootmode-monitor.1", "usr/share/rootmode/rootmode-monitor",
        "usr/bin/rootmode-log", "usr/share/man/man1/rootmode-log.1", "usr/share/rootmode/rootmode-log",
        "usr/share/bash-completion/completions/rootmode-log",
        "usr/share/bash-completion/completions/rootmode-monitor",
        "usr/share/rootmode/rootmode.elf", "usr/share/rootmode/rootmode.iso",
    }
    _check_programs(tmp_path / "usr")
    make("uninstall")
    assert _files(tmp_path) == set()
    assert not (tmp_path / "usr/share/rootmode").exists()


def _check_programs(prefix: Path) -> None:
    version = _run(prefix / "bin/rootmode-check", "--version")
    assert version.returncode == 0 and version.stdout.startswith("rootmode-check ")
    usage = _run(prefix / "bin/rootmode-monitor", "--help")
    assert usage.returncode == 0 and "rootmode-monitor unix:/tmp/serial" in usage.stdout
    refused = _run(prefix / "bin/rootmode-monitor", "/no/such/port", "status")
    assert refused.returncode == 2 and "/no/such/port" in refused.stderr and "Traceback" not in refused.stderr
    listed = _run(prefix / "bin/rootmode-log", "--format", "csv", str(LOGS[0]))
    assert listed.returncode == 0 and LOGS[0].stem in listed.stdout, listed.stderr
    for program in ("bin/rootmode-check", "share/rootmode/rootmode.elf"):
        sections = subprocess.run(["readelf", "-SW", prefix / program], capture_output=True, text=True, check=True).stdout
        assert ".text" in sections and ".debug" not in sections
    assert not re.search(r"\.symtab", subprocess.run(
        ["readelf", "-SW", prefix / "bin/rootmode-check"], capture_output=True, text=True, check=True).stdout)


def test_uninstall_leaves_what_others_installed(make: Make, tmp_path: Path) -> None:
    others = ("usr/bin/other", "usr/share/rootmode/notes.txt", "usr/share/man/man1/other.1")
    make("install")
    for name in others:
        (tmp_path / name).write_text("")
    make("uninstall")
    assert _files(tmp_path) == set(others)


def test_install_follows_the_prefix(build: Path, tmp_path: Path) -> None:
    for target in ("install", "uninstall"):
        subprocess.run(["make", "-s", f"BUILD={build.parent}", f"PREFIX={tmp_path}/opt/rootmode", target], cwd=TOP,
                       env=outside_make(), check=True)
        assert (tmp_path / "opt/rootmode/bin/rootmode-monitor").exists() == (target == "install")
