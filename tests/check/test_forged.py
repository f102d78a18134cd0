"""A damaged or forged log is no PASS: mutations of real logs, with a fixed seed, through all that read logs."""

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from computers import LOGS, RUNS, block, keyed, log, sealed, text_crc
from consoles import GRUB, TEXTS
from program import Run

from rootmode import log as rootmode_log

TIGER = log("tigerlake")
PROVED = log("runs/prove")
NEW = log("runs/text_crc")
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


def _files_of(texts: list[str], folder: Path) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(text)
    return paths


def _statuses(check: Run, texts: list[str], folder: Path) -> list[int]:
    """The exit status for each text; many files in one process."""
    told = check("--jsonl", *_files_of(texts, folder)).stdout.splitlines()
    assert len(told) == len(texts)
    return [json.loads(line)["exit_status"] for line in told]


@pytest.mark.parametrize("change", [_changed_bytes, _reordered])
def test_mutations_are_no_pass(check: Run, tmp_path: Path, change: Callable[[str, random.Random, int], Iterator[str]]) -> None:
    chance = random.Random(SEED)
    texts = [text for path in SOUND for text in change(path.read_text(), chance, 60)]
    passed = [text for text, status in zip(texts, _statuses(check, texts, tmp_path), strict=True) if status == 0]
    assert len(texts) > 500 and not passed, passed[0]


def _with_crc(path: Path) -> str:
    """The log as a kernel writes it that gives text_crc."""
    text = path.read_text()
    return text if " text_crc=" in text else keyed(text)


# What a byte is changed into: letters, digits, a line end, an escape, a byte that is no ASCII. Spaces are not among them:
# where consoles add and drop those, nothing is changed.
OTHERS = [*"0123456789abcdefPASFIL=:[]#", "\n", "\x1b", "\xff"]


@pytest.mark.parametrize("seed", range(5))
def test_no_byte_of_a_log_can_be_another(check: Run, tmp_path: Path, seed: int) -> None:
    """All bytes of a real log, in turn, by several tests: also those of the lines for people, which contradict nothing."""
    assert check("--from", "-", text=NEW).returncode == 0
    chance = random.Random(seed)
    texts = []
    for at in range(seed, len(NEW) - len("\n"), 5):
        changed = chance.choice([other for other in OTHERS if other != NEW[at]]) + NEW[at + 1:]
        if not re.match(r"\[ *\d+\.\d{6}\] ", changed):  # "[[   0.1": the first bracket is a prefix, the rest the same time
            texts.append(NEW[:at] + changed)
    passed = [text for text, status in zip(texts, _statuses(check, texts, tmp_path), strict=True) if status == 0]
    assert len(texts) > 400 and not passed, passed[0]


@pytest.mark.parametrize("change", ["changed", "reordered", "lost", "of another run", "behind another boot"])
def test_the_lines_for_people_are_as_they_were(check: Run, tmp_path: Path, change: str) -> None:
    chance = random.Random(SEED)
    texts = []
    for path in SOUND:
        text = _with_crc(path)
        people, rest = text[:text.index("REPORT")], text[text.index("REPORT"):]
        rows = people.splitlines(keepends=True)
        for _ in range(12):
            number, at = chance.randrange(1, len(rows)), chance.randrange(len(people) - 1)
            texts.append({
                "changed": people[:at] + chance.choice([c for c in "xyz" if c != people[at]]) + people[at + 1:],
                "reordered": "".join([*rows[:number - 1], rows[number], rows[number - 1], *rows[number + 1:]]),
                "lost": "".join([*rows[:number], *rows[number + 1:]]),
                "of another run": people.replace("255 MiB", f"{chance.randrange(256, 999)} MiB"),
                "behind another boot": text + people[:at % 90] + "#" + people[at % 90 + 1:],
            }[change] + rest)
    passed = [text for text, status in zip(texts, _statuses(check, texts, tmp_path), strict=True) if status == 0]
    assert len(texts) > 150 and not passed, passed[0]


def test_what_is_wrong_with_the_lines_and_what_is_not(check: Run) -> None:
    first, second, rest = NEW.split("\n", 2)
    key = text_crc(NEW[:NEW.index("REPORT")])
    for text, status, said in (
        (NEW.replace("255 MiB", "256 MiB"), NO_VERDICT, "the lines above REPORT do not match its text_crc"),
        (rest, 0, "the log begins after the first line of the boot, so the lines for people cannot be checked"),
        (f"{second[20:]}\n{rest}", 0, "the log begins after the first line"),
        (f"{first[30:]}\n{second}\n{rest}", NO_VERDICT, "do not match its text_crc"),
        (NEW[NEW.index("REPORT"):], 0, ""),
        (NEW.replace(key, key.replace("crc", "crk")), NO_VERDICT, "malformed REPORT line"),
        (NEW.replace(key, key[:-1]), NO_VERDICT, "malformed REPORT line"),
        (NEW.replace(key, f"{key} new=1"), NO_VERDICT, "malformed REPORT line"),
        (NEW.replace(key, ""), 0, ""),  # as of an older kernel
        (NEW.replace(f"{first}\n", f"{first}  \n login: \n"), 0, ""),
    ):
        told = check("--from", "-", text=text)
        assert told.returncode == status and said in told.stdout, (text, told.stdout)


def test_the_first_line_of_a_later_boot_is_missed(check: Run) -> None:
    """A boot whose first line is damaged is not taken for the block alone."""
    good = check("--from", "-", text=NEW + NEW)
    assert good.returncode == 0 and "boot 2 of 2: PASS (this one)" in good.stdout
    told = check("--from", "-", text=NEW + NEW.replace("rootmode: rootmode", "rootmode: roo\xa4mode"))
    assert told.returncode == NO_VERDICT and "boot 2 of 2: PASS, but in doubt (this one)" in told.stdout


def test_an_error_of_the_kernel_may_cut_a_line(check: Run) -> None:
    text = NEW.replace("RESULT: PASS", "RESULT: ERROR panic").replace("255 MiB of", "25")
    told = json.loads(check("--json", "--from", "-", text=text).stdout)
    assert (told["verdict"], told["log"]["problems"]) == ("ERROR", [])


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
