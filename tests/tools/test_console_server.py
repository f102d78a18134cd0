"""rootmode-monitor by a console server: pyserial's own RFC 2217 server, in front of a pty with a monitor behind it."""

import contextlib
import os
import pty
import select
import socket
import subprocess
import termios
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import serial
from serial import rfc2217

from rootmode.project import TOP

_END_S = 20
GREETING = b"[    0.010909] rootmode: monitor started: type help or exit\r\n"
_ANSWERS = {b"echo off": b"ok\r\n", b"status": b"cpu 0: in VMX root operation\r\nok\r\n", b"mute": b""}


def _answer(machine: int) -> None:
    """Be the monitor at the machine's end of the serial line, until the other end is closed."""
    line = b""
    os.write(machine, GREETING)
    while True:
        try:
            data = os.read(machine, 256)
        except OSError:
            data = b""
        if not data:
            return
        *requests, line = (line + data.replace(b"\x03", b"")).split(b"\r")
        for request in requests:
            unknown = b"not supported: " + request + b"; supported: status\r\nerror not supported\r\n"
            os.write(machine, _ANSWERS.get(request, unknown))


class Pty(serial.Serial):  # type: ignore[misc]  # pylint: disable=too-many-ancestors
    """A serial port without the modem's wires, which a pty does not have."""

    cts = dsr = ri = cd = False

    def _update_rts_state(self) -> None:
        pass

    def _update_dtr_state(self) -> None:
        pass


class Server:
    """A console server with one port, as pyserial's example of one does it."""

    def __init__(self, path: str) -> None:
        self._serial = Pty(path, 115200, timeout=0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.hang_up_on = b""
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End, so that the thread uses no descriptor that is another file's by then."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(_END_S)
        assert not self._thread.is_alive(), "the client has not closed its connection"
        self._listener.close()
        self._serial.close()

    def _serve(self) -> None:
        try:
            client, _ = self._listener.accept()
        except OSError:
            return

        class Writer:
            """What the manager sends its part of the protocol to."""

            @staticmethod
            def write(data: bytes) -> None:
                client.sendall(data)

        with client:
            self._carry(client, rfc2217.PortManager(self._serial, Writer()))

    def _carry(self, client: socket.socket, manager: Any) -> None:
        while True:
            ready, _, _ = select.select([client, self._serial], [], [])
            if client in ready:
                received = client.recv(1024)
                data = b"".join(manager.filter(received))
                if not received or (self.hang_up_on and self.hang_up_on in data):
                    return
                self._serial.write(data)
            if self._serial in ready:
                client.sendall(b"".join(manager.escape(self._serial.read(1024))))

    def baud(self) -> int:
        """The rate that the client has set."""
        return int(self._serial.baudrate)


@pytest.fixture(name="server")
def _server() -> Iterator[Server]:
    machine, port = pty.openpty()
    attributes = termios.tcgetattr(machine)
    attributes[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(machine, termios.TCSANOW, attributes)
    monitor = threading.Thread(target=_answer, args=(machine,), daemon=True)
    monitor.start()
    opened = Server(os.ttyname(port))
    yield opened
    opened.close()
    os.close(port)
    monitor.join(_END_S)
    assert not monitor.is_alive(), "the port is still open"
    os.close(machine)


def _client(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/usr/bin/python3", TOP / "tools/rootmode-monitor", *map(str, arguments)], timeout=60,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_a_request_and_the_baud_rate_reach_the_port(server: Server) -> None:
    done = _client("-b", 57600, f"rfc2217://127.0.0.1:{server.port}", "status", "no")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("> status\ncpu 0: in VMX root operation\nok\n> no\n") and "error not supported" in done.stdout
    assert server.baud() == 57600


def test_no_answer_in_time(server: Server) -> None:
    done = _client("-t", 2, f"rfc2217://127.0.0.1:{server.port}", "mute")
    assert (done.returncode, done.stderr) == (124, "rootmode-monitor: no answer in time\n")


def test_a_server_that_hangs_up(server: Server) -> None:
    server.hang_up_on = b"status"
    done = _client(f"rfc2217://127.0.0.1:{server.port}", "status")
    assert done.returncode == 3 and done.stderr.startswith("rootmode-monitor: ") and done.stderr.count("\n") == 1


def test_the_url_of_a_plain_socket() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve() -> None:
            client, _ = listener.accept()
            with client:
                _answer(client.fileno())

        server = threading.Thread(target=serve, daemon=True)
        server.start()
        done = _client(f"socket://127.0.0.1:{listener.getsockname()[1]}", "status")
        server.join(_END_S)
    assert not server.is_alive()
    assert (done.returncode, done.stdout) == (0, "cpu 0: in VMX root operation\nok\n")


@pytest.mark.parametrize("url", [
    "rfc2217://127.0.0.1:1", "rfc2217://127.0.0.1", "rfc2217://127.0.0.1:4000?no=1", "socket://127.0.0.1:1",
])
def test_what_cannot_be_opened(url: str) -> None:
    done = _client(url, "status")
    assert done.returncode == 2 and done.stderr.startswith("rootmode-monitor: ") and "Traceback" not in done.stderr


@pytest.mark.parametrize("typed, offered", [
    ("rfc", ["rfc2217://"]), ("--", ["--keep-going", "--timeout", "--baud", "--help"]), ("-b 5", ["57600"]),
])
def test_completion(typed: str, offered: list[str]) -> None:
    script = ("source tools/rootmode-monitor.completion; compopt() { :; }; read -ra words <<< \"$1\"\n"
              "COMP_WORDS=(rootmode-monitor \"${words[@]}\"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _rootmode_monitor\n"
              "printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "-c", script, "bash", typed], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == offered and not done.stderr
