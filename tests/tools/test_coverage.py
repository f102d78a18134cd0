"""Coverage: which lines a record says were executed, and the list of lines that nothing executes."""

import re
import subprocess
from pathlib import Path

import pytest

from rootmode import unexecuted
from rootmode.code_lines import Code, Lines, of_record
from rootmode.project import TOP

# A kernel as far as code_lines.py cares. It has the name of one of the kernel's sources.
_NAME = "kernel/lib/crc32.c"
_SOURCE = """\
const char trampoline_start[] = "t", guest_code[] = "g", trial_page[] = "p";
__attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc(void)
{
}
int first(volatile int *at)
{
    if (*at)
        *at = 8;
    return *at;
}
int second(volatile int *at)
{
    return *at + 13;
}
"""


@pytest.fixture(name="kernel", scope="module")
def _kernel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("kernel")
    (directory / "crc32.c").write_text(_SOURCE, "utf-8")
    subprocess.run(
        ["gcc", "-g", "-O1", "-nostdlib", "-static", "-fno-pie", "-no-pie", "-Wl,-e,first", "-fsanitize-coverage=trace-pc",
         "crc32.c", "-o", "kernel.elf"], cwd=directory, check=True)
    return directory / "kernel.elf"


def _instructions(kernel: Path, function: str) -> list[tuple[int, str, str]]:
    """Return the function's instructions: address, bytes and text."""
    said = subprocess.run(["objdump", f"--disassemble={function}", kernel], capture_output=True, text=True, check=True).stdout
    line = r"^ *([0-9a-f]+):\t((?:[0-9a-f]{2} )+) *\t(.*)$"
    return [(int(at, 16), code, text) for at, code, text in re.findall(line, said, re.M)]


def _report(offset: int) -> bytes:
    """Return what trace.c sends."""
    return bytes([0x80 | offset >> 18 & 0x3F, *(0xC0 | offset >> shift & 0x3F for shift in (12, 6, 0))])


def _text(kernel: Path) -> int:
    said = subprocess.run(["readelf", "-SW", kernel], capture_output=True, text=True, check=True).stdout
    return int(re.findall(r"\] \.text +PROGBITS +([0-9a-f]+)", said)[0], 16)


def _executed(kernel: Path, record: bytes) -> set[int]:
    lines: Lines = of_record(record, [Code(kernel)])
    assert set(lines) <= {_NAME}
    return lines.get(_NAME, set())


def test_qemus_log_has_the_lines_of_its_instructions(kernel: Path) -> None:
    log = "".join(f"0x{at:08x}:  {code} x\n" for at, code, _ in _instructions(kernel, "second"))
    assert 13 in _executed(kernel, log.encode())
    assert not _executed(kernel, log.encode()) & set(range(5, 11))


def test_instructions_with_other_bytes_are_of_other_code(kernel: Path) -> None:
    log = "".join(f"0x{at:08x}:  {'cc ' * len(code.split())} x\n" for at, code, _ in _instructions(kernel, "second"))
    assert not _executed(kernel, log.encode())


def test_report_has_the_lines_of_its_block(kernel: Path) -> None:
    code = _instructions(kernel, "first")
    returns = [after for (_, _, text), (after, _, _) in zip(code, code[1:]) if "__sanitizer_cov_trace_pc" in text]
    start = _text(kernel)
    assert len(returns) >= 3
    first, *others = [_executed(kernel, b"<bochs:1> " + _report(at - start)) for at in returns]
    assert 7 in first and 8 not in first and 9 not in first
    assert any(8 in lines for lines in others)
    assert not any(7 in lines or 13 in lines for lines in others)


def test_half_a_report_is_none(kernel: Path) -> None:
    code = _instructions(kernel, "second")
    after = next(after for (_, _, text), (after, _, _) in zip(code, code[1:]) if "__sanitizer_cov_trace_pc" in text)
    whole = _report(after - _text(kernel))
    assert _executed(kernel, whole)
    assert not _executed(kernel, whole[:2] + whole[3:] + b"x")


def test_list_names_lines_that_the_sources_have() -> None:
    assert unexecuted.read(TOP)[1] == []


def test_line_without_a_reason_or_a_source_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "a.c").write_text("static int f(void)\n{\n\treturn 1;\n}\n", "utf-8")
    (tmp_path / unexecuted.LIST).write_text(
        '[[unexecuted]]\nfile = "a.c"\ninside = "f"\nlines = ["return 1;", "return 2;"]\n', "utf-8")
    lines, problems = unexecuted.read(tmp_path)
    assert ("a.c", "f", "return 1;") in lines
    assert [problem.split(": ")[1] for problem in problems] == ["no reason", "not in the source"]


def test_heads_braces_and_data_are_no_code(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text("static int f(void)\n{\n\treturn 1;\n}\n", "utf-8")
    (tmp_path / "a.asm").write_text("f:\n\tret\t; done\n.table:\tdd 1\n\talign 8\n", "utf-8")
    code, asm = unexecuted.Source.read(tmp_path, "a.c"), unexecuted.Source.read(tmp_path, "a.asm")
    assert [line for line in range(1, 5) if code.has_code(line)] == [3]
    assert asm.key(2) == ("a.asm", "f", "ret") and [line for line in (2, 3, 4) if asm.has_code(line)] == [2]
