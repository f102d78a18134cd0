"""Tests that the proofs keep in step with the fuzz targets and with the sources."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TARGETS = sorted(path.stem.removeprefix("fuzz_") for path in (TESTS / "fuzz").glob("fuzz_*.c"))
HARNESSES = sorted((TESTS / "proof").glob("prove_*.c"))
MUTANTS = [line for line in (TESTS / "proof" / "mutants.txt").read_text("utf-8").splitlines()
           if line and not line.startswith("#")]
NOT_PROVED = (TESTS.parent / "docs" / "proofs.md").read_text("utf-8").partition("## What is not proved")[2]

# Each has a sentence in docs/proofs.md, which begins with its name.
REASONS = {
    "framebuffer": "the solver does not finish: it divides one unknown by another",
    "line_editor": "no proof was tried: its state is 800 characters, and each is searched for the end",
    "monitor": "its requests change the whole machine; prove_choose.c has the list of CPUs that they name",
    "readings": "no proof was tried: it reads on a user's computer, not in the kernel",
    "transcript": "no proof was tried: its state is a screen of 16384 cells",
}


def has_harness(target: str) -> bool:
    """Return whether a harness includes the source or header of this name."""
    include = re.compile(rf'^#include "(?:kernel|arch)/(?:[\w]+/)*{target}\.[ch]"', re.M)
    return any(include.search(path.read_text("utf-8")) for path in HARNESSES)


def test_there_are_targets_and_harnesses() -> None:
    assert len(TARGETS) >= 11
    assert len(HARNESSES) >= 20


@pytest.mark.parametrize("target", TARGETS)
def test_a_fuzz_target_has_a_harness_or_a_reason(target: str) -> None:
    assert has_harness(target) != (target in REASONS)


@pytest.mark.parametrize("target", REASONS)
def test_a_reason_is_about_a_target_and_is_documented(target: str) -> None:
    assert target in TARGETS
    assert f"\n- `{target}`" in NOT_PROVED


def test_the_first_mutants_are_about_the_lock_bit_the_verdict_and_the_reader() -> None:
    """make test-proof tries them after all rules."""
    first = (TESTS / "proof" / "mutants.txt").read_text("utf-8").split("\n\n")[0].splitlines()
    sources = [line.split(" :: ")[0] for line in first if not line.startswith("#")]
    assert sources == ["arch/x86_64/vmx/plan.c", "kernel/record/verdict.c", "kernel/lib/bytes.c"]


@pytest.mark.parametrize("line", MUTANTS)
def test_a_mutant_changes_one_place_and_names_its_harness(line: str) -> None:
    source, old, new, harness = [part.strip().replace("\\n", "\n").replace("\\t", "\t") for part in line.split(" :: ")]
    assert (TESTS.parent / source).read_text("utf-8").count(old) == 1
    assert old != new
    assert (TESTS / "proof" / f"{harness}.c").exists()
