"""The benchmark of rootmode-log, with few logs; and that its logs vary as it says."""

import json
import subprocess
from pathlib import Path

import pytest
from made_logs import made_log, made_logs
from program import Run

from rootmode.project import TOP

COUNT = 50


def test_the_benchmark_runs_over_each_form(build: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOTMODE_CHECK", str(build / "rootmode-check"))
    done = subprocess.run(["/usr/bin/python3", TOP / "tests/check/bench-logs", "--count", str(COUNT)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = [row.strip("| ").split(" | ") for row in done.stdout.splitlines()[2:]]
    assert [row[0] for row in rows] == ["table", "json", "jsonl", "csv", "junit", "html"]
    assert all(row[1] == str(COUNT) and float(row[3]) > 0 and 5 < int(row[4]) < 300 for row in rows), done.stdout


def test_the_logs_vary_and_are_sound_or_damaged(check: Run, tmp_path: Path) -> None:
    """What the checker says of them: every verdict that they should have, and no doubt but in the damaged ones."""
    paths = []
    for number, text in enumerate(made_logs(300)):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(text)
    answers = [json.loads(line) for line in check("--jsonl", *paths).stdout.splitlines()]
    doubts = sum(bool(answer.get("log", {}).get("problems")) for answer in answers)
    assert {answer.get("verdict") for answer in answers} >= {"PASS", "BLOCKED", "UNSUPPORTED", "NONE"}
    assert 3 <= doubts <= 30 and len({len(answer.get("cpus", [])) for answer in answers}) >= 7
    assert made_log(7) == made_log(7) != made_log(8)
