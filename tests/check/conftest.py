"""rootmode-check under test: built with sanitizers, with the hardware of this host or a fake one."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))

STATUSES = {0, 1, 2, 3, 4, 77}

Result = subprocess.CompletedProcess
Run = Callable[..., Result]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--build", type=Path, default=TOP / "build", help="where the programs were built")


@pytest.fixture(scope="session")
def build(request: pytest.FixtureRequest) -> Path:
    """The build directory's check part."""
    return request.config.getoption("--build").resolve() / "check"


def run(program: Path, *arguments: object, text: str | bytes = b"", before: tuple[str, ...] = (), **variables: str) -> Result:
    """Run a program; whatever it is given, it must end by itself, and no sanitizer may complain."""
    result = subprocess.run(
        [*before, str(program), *map(str, arguments)],
        input=text if isinstance(text, bytes) else text.encode(),
        capture_output=True, env={**os.environ, "LC_ALL": "C", **variables}, timeout=60, check=False,
    )
    result.stdout = result.stdout.decode("utf-8")
    result.stderr = result.stderr.decode("utf-8", "replace")
    assert result.returncode in STATUSES, result.stderr
    assert "Sanitizer" not in result.stderr and "runtime error" not in result.stderr, result.stderr
    return result


@pytest.fixture
def check(build: Path) -> Run:
    """Run the program on this host."""
    return lambda *arguments, **options: run(build / "rootmode-check-sanitized", *arguments, **options)


@pytest.fixture
def fake(build: Path, tmp_path: Path) -> Run:
    """Run the program on a computer of our making: its dump, and its files by their paths."""

    def run_fake(dump: str, *arguments: object, files: dict[str, str] | None = None, **variables: str) -> Result:
        root = tmp_path / "root"
        (root / "dev").mkdir(parents=True, exist_ok=True)
        for path, content in (files or {}).items():
            (root / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            (root / path.lstrip("/")).write_text(content)
        (tmp_path / "dump").write_text(dump)
        return run(build / "rootmode-check-fake", *arguments, FAKE_DUMP=str(tmp_path / "dump"),
                   FAKE_ROOT=str(root), **variables)

    return run_fake
