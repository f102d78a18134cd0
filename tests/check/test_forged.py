"""A damaged or forged log is no PASS: mutations of real logs, with a fixed seed, through all that read logs."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from computers import LOGS, RUNS, block, log, sealed
from consoles import GRUB, TEXTS
from program import Run

from rootmode import log as rootmode_log

TIGER = log("tigerlake")
PROVED = log("runs/prove")
NO_VERDICT = 3
SOUND = [path for path in [*LOGS, *RUNS] if "RESULT: PASS" in path.read_text()]
SEED = 17


def _changed_bytes(text: str, chance: random.Random, count: int) -> Iterator[str]:
    """The text with one byte of what the CRC covers, or of the lines around it, changed or removed."""
    start, end = text.index("REPORT"), len(text.rstrip())
    for _ in range(count):
        at = chance.randrange(start, end)
        other = chance.choice([c for c in "0123456789abcdefPASFIL =\n" if c != text[at]])
        yield text[:at] + chance.choice([other, ""]) + text[at + 1:]


def _reordered(text: str, chance: random.Random, count: int) -> Iterator[str]:
    """The text with two lines swapped, or one moved; lines that are equal, or only a time apart, are none."""
    for _ in range(count):
        rows = text.splitlines()
        first, second = sorted(chance.sample(range(len(rows)), 2))
        times = [row[:15] for row in (rows[first], rows[second])]
        if times[0] == times[1]:
            continue
        if chance.randrange(2):
            rows[first], rows[second] = rows[second], rows[first]
        else:
            rows.insert(first, rows.pop(second))
        yield "\n".join(rows) + "\n"


def _file_of(texts: list[str], folder: Path) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(text)
    return paths


def _statuses(check: Run, texts: list[str], folder: Path) -> list[int]:
    """The exit status for each text; many files in one process."""
    told = check("--jsonl", *_file_of(texts, folder)).stdout.splitlines()
    assert len(told) == len(texts)
    return [json.loads(line)["exit_status"] for line in told]


@pytest.mark.parametrize("change", [_changed_bytes, _reordered])
def test_mutations_are_no_pass(check: Run, tmp_path: Path, change: type) -> None:
    chance = random.Random(SEED)
    texts = [text for path in SOUND for text in change(path.read_text(), chance, 60)]
    passed = [text for text, status in zip(texts, _statuses(check, texts, tmp_path), strict=True) if status == 0]
    assert len(texts) > 500 and not passed, passed[0]


def test_a_cut_log_is_no_pass(check: Run, tmp_path: Path) -> None:
    end = len(TIGER) - len("\n")
    texts = [TIGER[:at] for at in range(1, end, 7)] + [TIGER[:end - at] for at in range(1, 12)]
    assert not [text for text, status in zip(texts, _statuses(check, texts, tmp_path), strict=True) if status == 0]
    assert check("--from", "-", text=TIGER[:end]).returncode == 0


def test_the_block_of_another_run_is_no_pass(check: Run, tmp_path: Path) -> None:
    """Its CRC is right, and so is its number of lines: the lines for people tell."""
    logs = [path.read_text() for path in SOUND]
    texts = [one.replace(block(one), block(other)) for one in logs for other in logs if block(one) != block(other)]
    passed = [text for text, status in zip(texts, _statuses(check, texts, tmp_path), strict=True) if status == 0]
    assert len(texts) > 100 and not passed, passed[0]


FORGED = {
    "a verdict that the block does not have": (log("ryzen").replace("UNSUPPORTED no-vmx", "PASS"), "UNSUPPORTED"),
    "a run that entered nothing": (re.sub(r" vmxon=.*", "", TIGER).replace("entered=1 left=1", "entered=0 left=0"), "NONE"),
    "a count of CPUs": (TIGER.replace("1 of 1 CPUs", "2 of 2 CPUs"), "NONE"),
    "a CPU that is not described": (TIGER.replace("machine cpus=1", "machine cpus=2"), "ERROR"),
    "a CPU that people saw fail": (PROVED.replace("VMXON succeeded", "VMXON fault", 1), "NONE"),
    "another APIC's CPU": (TIGER.replace("vendor=GenuineIntel", "vendor=CentaurHauls"), "NONE"),
    "CR4 of people": (TIGER.replace("CR4 = 0x2020", "CR4 = 0x20"), "NONE"),
    "no lines about the CPU": (re.sub(r"\[[^\n]*\] cpu 0: .*\n", "", TIGER), "NONE"),
    "a second block": (TIGER.replace("REPORT 1", block(PROVED) + "\nREPORT 1"), "NONE"),
    "another verdict after it": (TIGER + "RESULT: FAIL ap-timeout\n", "FAIL"),
    "another verdict before it": ("RESULT: PASS\n" + TIGER.replace("RESULT: PASS", "RESULT: FAIL ap-timeout"), "FAIL"),
    "an unknown reason": (TIGER.replace("RESULT: PASS", "RESULT: PASS novel"), "NONE"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forgeries_with_a_right_crc(check: Run, name: str) -> None:
    text, verdict = FORGED[name]
    if name != "a second block":
        text = sealed(text)
    assert json.loads(check("--json", "--from", "-", text=text).stdout)["verdict"] == verdict


def test_boots_are_listed_the_last_decides_and_another_can_be_chosen(check: Run) -> None:
    text = GRUB + log("ryzen") + TIGER[:900] + "\r\n" + GRUB + TIGER
    told = check("--from", "-", text=text)
    assert told.returncode == 0
    assert re.findall("log: boot .*", told.stdout) == [
        "log: boot 1 of 3: UNSUPPORTED no-vmx", "log: boot 2 of 3: no verdict", "log: boot 3 of 3: PASS (this one)",
    ]
    assert [check("--from", "-", "--boot", number, text=text).returncode for number in (1, 2, 3)] == [77, NO_VERDICT, 0]
    refused = check("--from", "-", "--boot", "4", text=text)
    assert refused.returncode == 2 and "there is no boot 4 in this log, which has 3" in refused.stderr


@pytest.mark.parametrize("console", ["ts", "cr-cr-lf", "folded", "grub-before", "a-cut-boot-before", "sent-twice-100-at-0.6"])
def test_the_python_tools_have_the_same_answer(monkeypatch: pytest.MonkeyPatch, build: Path, console: str) -> None:
    monkeypatch.setenv("ROOTMODE_CHECK", str(build / "rootmode-check"))
    parsed = rootmode_log.parse(TEXTS[console](TIGER))
    assert (parsed.verdict, parsed.exit_code, parsed.doubts) == ("PASS", 0, ())
    damaged = rootmode_log.parse(TEXTS[console](TIGER.replace("cr4=0x2020", "cr4=0x2021")))
    assert (damaged.verdict, damaged.exit_code) == ("PASS", NO_VERDICT) and "bad-crc" in damaged.doubts
