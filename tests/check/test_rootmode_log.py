"""rootmode-log: each form of its output, comparisons, expectations, and files that are no logs."""

import csv
import gzip
import json
import os
import pty
import re
import subprocess
from pathlib import Path

import junitparser
import pytest
from computers import LOGS, RUNS, dump, intel, log, sealed
from consoles import PACKS, TEXTS

from rootmode import ktap
from rootmode.project import TOP
from rootmode_log import entry, judge

TIGER, RYZEN = log("tigerlake"), log("ryzen")
NO_EPT = sealed(re.sub(r"(msr=0x48b cpus=0 value=)\S+", r"\g<1>0x0", TIGER))
KTAP = """KTAP version 1
1..1
    KTAP version 1
    # Subtest: cpu 0
    1..3
    ok 1 VMXON, CR4.VMXE clear
    not ok 2 entry to SMM from outside it
    # expected: VMfailValid 7
    # seen: VM exit 33
    ok 3 INVEPT # SKIP needs vmx-ept
    # Totals: pass:1 fail:1 skip:1 error:0
not ok 1 cpu 0
"""


def _tested() -> str:
    """A log with a self-test of three checks."""
    rows = "".join(f"[    0.001050] ktap: {row}\n" for row in KTAP.splitlines())
    text = re.sub(r"(?m)^\[[^\n]*\] (vmx: 1 of 1 CPUs)", lambda count: f"{rows}[    0.009999] {count[1]}", TIGER)
    return sealed(re.sub(r"(?m)^(cpus=0 .*)$", r"\1 selftest_ok=1 selftest_not_ok=1 selftest_skipped=1", text))


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    (folder / "deep").mkdir(parents=True)
    (folder / "tiger.txt").write_text(TIGER)
    (folder / "deep" / "ryzen.log.gz").write_bytes(gzip.compress(RYZEN.encode()))
    (folder / "tested.txt").write_text(_tested())
    (folder / "dump").write_text(dump(intel()))
    (folder / ".hidden").write_text("nothing")
    return folder


@pytest.fixture(name="run")
def _run(build: Path):  # type: ignore[no-untyped-def]
    environment = {**os.environ, "ROOTMODE_CHECK": str(build / "rootmode-check")}

    def run(*arguments: object, text: str = "") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(["/usr/bin/python3", TOP / "tools" / "rootmode-log", *map(str, arguments)], env=environment,
                              input=text, capture_output=True, text=True, timeout=120, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run


def test_the_table_has_no_colours_where_there_is_no_terminal(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    done = run(folder)
    assert done.returncode == 0 and "\x1b" not in done.stdout
    head, *rows = done.stdout.splitlines()
    assert head.split()[:3] == ["machine", "CPU", "model"] and len(rows) == 4
    assert re.search(r"^tested .*  PASS  .*  1/1  .*  1/1/1  ", done.stdout, re.M)
    assert re.search(r"^ryzen .*  UNSUPPORTED  +no-vmx  ", done.stdout, re.M)
    assert re.search(r"^dump .*  PASS ", done.stdout, re.M)


@pytest.mark.parametrize("width", [60, 200])
def test_the_table_on_a_terminal(build: Path, folder: Path, width: int) -> None:
    near, far = pty.openpty()
    environment = {**os.environ, "ROOTMODE_CHECK": str(build / "rootmode-check"), "COLUMNS": str(width), "TERM": "xterm"}
    with subprocess.Popen(["/usr/bin/python3", TOP / "tools/rootmode-log", folder], env=environment, stdout=far):
        os.close(far)
        shown = b""
        try:
            while data := os.read(near, 65536):
                shown += data
        except OSError:  # the other end is closed
            pass
    os.close(near)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert b"\x1b[32mPASS" in shown and max(map(len, lines)) <= width
    assert ("microcode" in lines[1]) == (width == 200)


def test_json_jsonl_csv_and_markdown_say_the_same(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    records = json.loads(run("--format", "json", folder).stdout)["logs"]
    assert [json.loads(line) for line in run("--format", "jsonl", folder).stdout.splitlines()] == records
    table = list(csv.DictReader(run("-F", "csv", folder).stdout.splitlines()))
    assert [one["machine"] for one in table] == [one["machine"] for one in records] == ["dump", "tested", "tiger", "ryzen"]
    assert [one["file"] for one in table] == [one["file"] for one in records]
    assert run("-F", "markdown", folder).stdout.count("\n") == 2 + len(records)
    tiger = next(one for one in records if one["machine"] == "tiger")
    assert tiger["verdict"] == "PASS" and "vmx-ept" in tiger["capabilities"] and tiger["of_cpus"] == 1


def test_junit_and_tap_have_stable_names(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    path = folder / "tested.txt"
    document = junitparser.JUnitXml.fromstring(run("-F", "junit", path).stdout.encode())
    suite = next(iter(document))
    names = ["cpu-0", "selftest-vmxon-cr4-vmxe-clear", "selftest-entry-to-smm-from-outside-it", "selftest-invept", "verdict"]
    assert [case.name for case in suite] == names and suite.name == "tested"
    assert (suite.tests, suite.failures, suite.skipped) == (5, 1, 1)
    assert run("-F", "tap", path).stdout.splitlines() == [
        "TAP version 13", "1..5", "ok 1 - tested cpu-0", "ok 2 - tested selftest-vmxon-cr4-vmxe-clear",
        "not ok 3 - tested selftest-entry-to-smm-from-outside-it",
        "# cpu 0; expected: VMfailValid 7; seen: VM exit 33",
        "ok 4 - tested selftest-invept # SKIP needs vmx-ept", "ok 5 - tested verdict",
    ]


def test_html_needs_nothing_else_and_runs_nothing_of_a_log(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    (folder / "<b>evil.txt").write_text(TIGER.replace("11th Gen", "<script>alert(1)</script>"))
    page = run("-F", "html", folder).stdout
    assert not re.search(r"(src|href)=|@import|url\(|<b>evil|<script>alert", page)
    assert page.count('scope="row"') >= 4 and "vmx-ept" in page and 'class="sortable' in page


def test_html_has_a_column_for_machines_with_the_same_capabilities(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    (folder / "less").write_text(NO_EPT)
    page = run("-F", "html", folder / "less", folder / "tiger.txt", folder / "tested.txt", folder / "deep").stdout
    assert re.findall(r"<li>([^:]*):", page) == ["less", "tiger, tested"]
    assert "Without VMX, and so in no column: ryzen." in page
    row = page.partition('<tr><th scope="row">vmx-ept</th>')[2].partition("</tr>")[0]
    assert re.findall(r"<td[^>]*>(\w+)", row) == ["no", "yes"]
    assert '<tr class="same"><th scope="row">vmx-msr-bitmap</th>' in page
    assert "Capabilities" not in run("-F", "html", folder / "deep").stdout


def test_compare(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    (folder / "less").write_text(NO_EPT)
    done = run("--compare", folder / "less", folder / "tiger.txt")
    assert done.returncode == 1 and "vmx-ept: off -> on\n" in done.stdout
    assert run("--compare", folder / "tiger.txt", folder / "tiger.txt").stdout == "no difference\n"
    argument = run("--compare", folder / "less", folder / "tiger.txt", "--as", "qemu").stdout
    assert argument.startswith("-cpu host,-vmx-") and ",-vmx-ept," in argument and "ept-violation-ve" not in argument
    element = run("-c", "-a", "libvirt", folder / "less", folder / "tiger.txt").stdout
    assert "<feature policy='disable' name=\"vmx-ept\"/>" in element
    other = run("--compare", folder / "tiger.txt", folder / "less", "--as", "qemu")
    assert other.stdout == "-cpu host\n" and "less lacks vmx-ept, which tiger has" in other.stderr


def test_compare_per_cpu_where_the_cpus_of_a_machine_differ(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a").write_text(dump(intel(), intel(5, {0x48B: 0})))
    (tmp_path / "b").write_text(dump(intel(), intel()))
    said = run("--compare", tmp_path / "a", tmp_path / "b").stdout
    assert "cpu 1: vmx-ept: off -> on\n" in said and "cpu 0: vmx" not in said


def test_baseline(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    (folder / "less").write_text(NO_EPT)
    common = run("--baseline", folder / "less", folder / "tiger.txt").stdout.splitlines()
    assert "vmx-msr-bitmap" in common and "vmx-ept" not in common
    said = run("--baseline", folder / "less", folder / "tiger.txt", "--as", "qemu").stdout.splitlines()
    assert said[0].endswith("less: -cpu host") and ",-vmx-ept," in said[1]


def test_what_is_written_is_met_and_each_departure_is_named(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    path, rules = folder / "tested.txt", folder.parent / "rules.toml"
    rules.write_text(run("--write-expect", path).stdout)
    assert run("--expect", rules, path).returncode == 0
    (folder / "less").write_text(NO_EPT)
    done = run("--expect", rules, folder / "less", folder / "deep", "/no/such/file")
    assert done.returncode == 1
    for line in ("less: requires: cpu 0 lacks vmx-ept", "verdict: expected PASS, but it is UNSUPPORTED no-vmx",
                 "/no/such/file: No such file or directory", "3 logs, 3 with departures"):
        assert line in done.stdout
    rules.write_text('minimum_microcode = "0x10"\ncpus = 2\n')
    done = run("--expect", rules, folder / "tiger.txt")
    assert "minimum_microcode: expected 0x10, but cpu 0 has 0x0" in done.stdout and "cpus: expected 2" in done.stdout


def test_a_check_that_passed_on_another_cpu_is_expected_to_pass_there() -> None:
    failed, passed = ktap.Check("a", False, "", ("expected: b", "seen: c")), ktap.Check("a", True, "", ())
    one = entry.Entry("log", verdict="PASS", entered=True, subtests=(
        ktap.Subtest("cpus 0-1", False, (failed,)), ktap.Subtest("cpu 2", True, (passed,))))
    expected = judge.expectation_of(one, "")
    assert [(known.check, known.subtests) for known in expected.deviation] == [("a", "cpus 0-1")]
    assert not list(judge.departures(one, expected, "any"))


@pytest.mark.parametrize("machine, status, says", [
    ("bochs-2.7/tigerlake", 0, ""), ("kvm/host", 1, "cpu 0: not ok entry to SMM from outside it"),
])
def test_the_project_s_own_deviations_are_expectations(  # type: ignore[no-untyped-def]
    run, tmp_path: Path, machine: str, status: int, says: str,
) -> None:
    path = tmp_path / "log"
    path.write_text(_tested())
    done = run("--expect", TOP / "tests/boot/deviations.toml", "--machine", machine, path)
    assert done.returncode == status and says in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("name, text, says", [
    ("a.toml", "verdcit = 1", "unknown key: verdcit: did you mean verdict?"),
    ("a.yaml", "verdict: GOOD", "verdict: unknown: GOOD: expected one of PASS"),
    ("a.yml", "requires: vmx-ept", "requires: expected a list of names"),
    ("a.toml", "requires = [1]", "requires: expected a list of names"),
    ("a.toml", 'minimum_microcode = "new"', "minimum_microcode: expected a number, not 'new'"),
    ("a.toml", "[[deviation]]\nchecks = ['a']\n", "a deviation has no cause"),
    ("a.toml", "[[deviation]]\nchecks = ['a']\ncause = 'b'\nwhat = 1\n", "unknown key of a deviation: what"),
    ("a.toml", "verdict = ", "a.toml: "), ("a.yaml", "{", "a.yaml: "), ("a.yaml", "7", "expected keys and values"),
])
def test_expectations_that_are_none(run, tmp_path: Path, name: str, text: str, says: str) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / name).write_text(text)
    done = run("--expect", tmp_path / name, LOGS[0])
    assert done.returncode == 2 and says in done.stderr and len(done.stderr.splitlines()) == 1


def test_requires(run, folder: Path) -> None:  # type: ignore[no-untyped-def]
    (folder / "less").write_text(NO_EPT)
    done = run("--requires", "kvm-ept", folder / "less", folder / "tiger.txt")
    assert done.returncode == 1 and f"{folder}/less: requires: cpu 0 lacks vmx-ept\n" in done.stdout
    assert f"{folder}/tiger.txt: requires: kvm-ept: every CPU has what it requires\n" in done.stdout


def test_what_is_no_log_stops_nothing(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name, content in {"empty": b"", "elf": Path("/bin/true").read_bytes(), "cut.gz": gzip.compress(TIGER.encode())[:300],
                          "two\nlines": TIGER.encode(), "good": TIGER.encode()}.items():
        (tmp_path / name).write_bytes(content)
    done = run("-F", "jsonl", tmp_path, "/no/such", "-", text=TIGER)
    said = {one["file"].removeprefix(f"{tmp_path}/"): one for one in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 3
    assert {name for name, one in said.items() if not one["error"]} == {"two\nlines", "good", "-"}
    assert "an ELF file" in said["elf"]["error"] and "truncated" in said["cut.gz"]["error"]


@pytest.mark.parametrize("console", ["ts", "cr-cr-lf", "folded", "virsh", "a-cut-boot-before", "sent-twice-255-at-0.6"])
def test_damaged_logs_have_the_answer_of_rootmode_check(run, console: str) -> None:  # type: ignore[no-untyped-def]
    for path in RUNS:
        said = json.loads(run("-F", "jsonl", text=TEXTS[console](path.read_text())).stdout)
        assert (said["verdict"], said["exit_status"]) == ("PASS", 0)
    forged = json.loads(run("-F", "jsonl", text=TEXTS[console](TIGER.replace("smx=0", "smx=1"))).stdout)
    assert (forged["verdict"], forged["exit_status"]) == ("NONE", 3) and "bad-crc" in forged["problems"]


def test_packed_logs_and_boots(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    for name, pack in PACKS.items():
        (tmp_path / name).write_bytes(pack(RYZEN + TIGER))
    for boot, verdict in ((0, "PASS"), (1, "UNSUPPORTED"), (2, "PASS")):
        rows = list(csv.DictReader(run("-F", "csv", "-b", boot, tmp_path).stdout.splitlines()))
        assert {row["verdict"] for row in rows} == {verdict} and len(rows) == len(PACKS)


@pytest.mark.parametrize("arguments", [
    ("--format", "xml"), ("--as", "qemu"), ("--compare", "a"), ("--expect", "a", "--format", "csv"), ("--boot", "-1"),
    ("--write-expect", "a", "b"), ("--compare", "--baseline"),
])
def test_usage(run, arguments: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    done = run(*arguments)
    assert done.returncode == 2 and done.stderr.startswith("rootmode-log: ") and len(done.stderr.splitlines()) == 1


def test_the_man_page_has_each_option(run) -> None:  # type: ignore[no-untyped-def]
    page = (TOP / "tools/rootmode-log.1").read_text()
    for option in re.findall(r"--([a-z-]+)", run("--help").stdout):
        assert re.search(rf"^\.It Fl \w , -{option}\b", page, re.MULTILINE), option
