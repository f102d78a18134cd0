"""tools/version: what a release, a commit after it, a source archive and a bare folder are called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from rootmode.project import TOP

DATE = "1700000000"
ENVIRONMENT = os.environ | {
    "GIT_AUTHOR_DATE": f"@{DATE} +0000", "GIT_COMMITTER_DATE": f"@{DATE} +0000", "GIT_CONFIG_GLOBAL": "/dev/null",
}


def _version(tree: Path, what: str = "name") -> str:
    done = subprocess.run([tree / "tools/version", what], capture_output=True, text=True, check=True, cwd="/")
    return done.stdout.strip()


def _git(tree: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    return subprocess.run(
        ["git", "-C", tree, *identity, *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=True
    ).stdout.strip()


@pytest.fixture(name="tree")
def a_tree(tmp_path: Path) -> Path:
    """A folder that has the script alone, below a repository that is not its own."""
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "commit", "-q", "--allow-empty", "-m", "other")
    tree = tmp_path / "tree"
    (tree / "tools").mkdir(parents=True)
    shutil.copy(TOP / "tools/version", tree / "tools/version")
    return tree


@pytest.fixture(name="clone")
def a_clone(tree: Path) -> Path:
    """A repository with one commit."""
    _git(tree, "init", "-q")
    _git(tree, "add", ".")
    _git(tree, "commit", "-q", "-m", "first")
    return tree


def test_commit_without_tag(clone: Path) -> None:
    _git(clone, "tag", "other")
    assert _version(clone) == _git(clone, "rev-parse", "--short", "HEAD")
    assert _version(clone, "date") == DATE


def test_tag_and_commits_after_it(clone: Path) -> None:
    _git(clone, "tag", "v1.2.3")
    assert _version(clone) == "1.2.3"
    _git(clone, "commit", "-q", "--allow-empty", "-m", "second")
    assert _version(clone) == f"1.2.3-1-g{_git(clone, 'rev-parse', '--short', 'HEAD')}"


def test_changed_file(clone: Path) -> None:
    _git(clone, "tag", "v1.2.3")
    with open(clone / "tools/version", "a", encoding="utf-8") as script:
        script.write("\n")
    assert _version(clone) == "1.2.3-dirty"


def test_source_archive(clone: Path) -> None:
    (clone / "VERSION").write_text("4.5.6 1600000000\n", encoding="utf-8")
    assert (_version(clone), _version(clone, "date")) == ("4.5.6", "1600000000")
    shutil.rmtree(clone / ".git")
    assert (_version(clone), _version(clone, "date")) == ("4.5.6", "1600000000")


def test_folder_without_either(tree: Path) -> None:
    assert (_version(tree), _version(tree, "date")) == ("unknown", "0")


@pytest.mark.parametrize("text", ['1.2"3 1600000000', "1.2.3", "1.2.3 yesterday", f"{'9' * 61} 1600000000", ""])
def test_broken_file(tree: Path, text: str) -> None:
    (tree / "VERSION").write_text(text + "\n", encoding="utf-8")
    done = subprocess.run([tree / "tools/version", "name"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("tools/version: VERSION: expected ") and done.stderr.count("\n") == 1
