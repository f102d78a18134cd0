"""labgrid: the environments and the test in examples/labgrid.

qemu.yaml has labgrid's QEMU driver. The board of board.yaml is a QEMU, too: its serial port is a pty, its power outlet a
web server, as labgrid's model "rest" of an outlet wants it.
"""

import importlib.util
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from boot_case import skip_unless_possible
from qemu_screen import Monitor

from rootmode import image, log
from rootmode.machine import Machine
from rootmode.project import TOP

EXAMPLES = TOP / "examples" / "labgrid"


def _skip_unless_labgrid() -> None:
    skip_unless_possible(Machine(vehicle="qemu"))
    if not importlib.util.find_spec("labgrid"):
        pytest.skip("labgrid is not installed: the package python3-labgrid is in Debian 12, not in 13")


def _run_labgrid(environment: str, workdir: Path) -> subprocess.CompletedProcess[str]:
    """Run the example's test in this environment."""
    (workdir / "env.yaml").write_text(environment, "utf-8")
    (workdir / "lab.log").unlink(missing_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-c", os.devnull,
         "--lg-env", "env.yaml", EXAMPLES / "test_rootmode.py"],
        cwd=workdir, env={**os.environ, "LOG": str(workdir / "lab.log")}, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=300, check=False,
    )


class _Outlet(BaseHTTPRequestHandler):
    """A power outlet: PUT 1 starts the board, which does not run before. GET returns its state."""

    board: Monitor
    states: list[str]

    def do_PUT(self) -> None:  # pylint: disable=invalid-name  # http.server calls it by this name
        """Switch."""
        state = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        self.states.append(state)
        if state == "1":
            self.board.run("cont")
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
        """Print nothing."""


@contextmanager
def _board(iso: Path, workdir: Path, states: list[str]) -> Iterator[tuple[str, str]]:
    """A QEMU that has not started; yield its serial port, and the address of its outlet."""
    (workdir / "qmp").unlink(missing_ok=True)
    command = ["qemu-system-x86_64", "-M", "q35", "-cpu", "Skylake-Client", "-smp", "2", "-m", "256", "-display", "none",
               "-nodefaults", "-S", "-kernel", str(image.kernel_beside(iso).resolve()), "-append", "prove",
               "-serial", "pty", "-qmp", "unix:qmp,server=on,wait=off"]
    with subprocess.Popen(command, cwd=workdir, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as qemu:
        try:
            assert qemu.stdout
            port = re.search(r"/dev/pts/\d+", qemu.stdout.readline())
            assert port, "QEMU names its pty"
            while not (workdir / "qmp").exists():
                assert qemu.poll() is None
                time.sleep(0.05)
            board = Monitor(workdir / "qmp")
            outlet = ThreadingHTTPServer(("127.0.0.1", 0), type("Outlet", (_Outlet,), {"board": board, "states": states}))
            thread = threading.Thread(target=outlet.serve_forever)
            thread.start()
            yield port[0], f"http://127.0.0.1:{outlet.server_port}/{{index}}"
            outlet.shutdown()
            thread.join()
            outlet.server_close()
        finally:
            qemu.kill()


@pytest.mark.cost(10)
def test_labgrid_switches_a_board_on_and_reads_its_serial_port(iso: Path, workdir: Path) -> None:
    """Only the outlet's model and address and the port's name are others than in board.yaml."""
    _skip_unless_labgrid()
    environment = (EXAMPLES / "board.yaml").read_text("utf-8")
    states: list[str] = []
    with _board(iso, workdir, states) as (port, outlet):
        for example, ours in (("model: netio", "model: rest"), ("pdu.example.org", f"'{outlet}'"), ("/dev/ttyUSB0", port)):
            assert environment.count(example) == 1
            environment = environment.replace(example, ours)
        done = _run_labgrid(environment, workdir)
    assert re.search(r"^1 skipped", done.stdout, re.M) and "the machine has no VMX: no-vmx" in done.stdout, done.stdout
    assert states == ["0", "1"], "off, and on again"
    assert log.parse((workdir / "lab.log").read_text("ascii")).verdict == "UNSUPPORTED"


def test_labgrid_loads_the_board_as_it_is() -> None:
    """labgrid makes the board's resources and drivers, without use of them."""
    _skip_unless_labgrid()
    program = ("import sys; from labgrid import Environment; target = Environment(sys.argv[1]).get_target('main'); "
               "print(*(type(one).__name__ for one in target.resources + target.drivers))")
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program, EXAMPLES / "board.yaml"], capture_output=True,
                          text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [
        "NetworkPowerPort", "RawSerialPort", "NetworkPowerDriver", "SerialDriver"]), done.stderr


@pytest.mark.cost(10)
@pytest.mark.parametrize("boot_args, ending, words", [
    pytest.param("prove", "1 skipped", "the machine has no VMX: no-vmx", id="labgrid-no-vmx"),
    pytest.param("observe", "1 failed", "OBSERVED UNSUPPORTED no-vmx: ", id="labgrid-no-pass"),
])
def test_labgrid_boots_the_kernel_and_judges_its_log(
    boot_args: str, ending: str, words: str, iso: Path, workdir: Path
) -> None:
    _skip_unless_labgrid()
    environment = (EXAMPLES / "qemu.yaml").read_text("utf-8")
    environment = environment.replace("../../build/rootmode.elf", str(image.kernel_beside(iso).resolve()))
    done = _run_labgrid(environment.replace("boot_args: prove", f"boot_args: {boot_args}"), workdir)
    assert re.search(rf"^{ending}", done.stdout, re.M) and words in done.stdout, done.stdout + done.stderr
    parsed = log.parse((workdir / "lab.log").read_text("ascii"))
    assert parsed.verdict and not parsed.problems
