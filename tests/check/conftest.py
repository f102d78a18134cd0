"""rootmode-check under test: built with sanitizers, with the hardware of this host or a fake one."""

from pathlib import Path

import pytest
from program import Result, Run, run

TOP = Path(__file__).resolve().parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--build", type=Path, default=TOP / "build", help="where the programs were built")


@pytest.fixture(scope="session", name="build")
def _build(request: pytest.FixtureRequest) -> Path:
    """The build directory's check part."""
    directory: Path = request.config.getoption("--build")
    return directory.resolve() / "check"


@pytest.fixture(name="check")
def _check(build: Path) -> Run:
    """Run the program on this host."""
    return lambda *arguments, **options: run(build / "rootmode-check-sanitized", *arguments, **options)


@pytest.fixture(name="fake")
def _fake(build: Path, tmp_path: Path) -> Run:
    """Run the program on a computer of our making: its dump, and its files by their paths."""

    def run_fake(
        dump: str, *arguments: object, files: dict[str, str] | None = None, **variables: str
    ) -> Result:
        root = tmp_path / "root"
        (root / "dev").mkdir(parents=True, exist_ok=True)
        for path, content in (files or {}).items():
            (root / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            (root / path.lstrip("/")).write_text(content)
        (tmp_path / "dump").write_text(dump)
        return run(build / "rootmode-check-fake", *arguments, variables={
            "FAKE_DUMP": str(tmp_path / "dump"), "FAKE_ROOT": str(root), **variables,
        })

    return run_fake
