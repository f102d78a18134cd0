"""Runs an emulator in its own network namespace, where nobody can reach the ports that it opens.

This file is also the program that runs in the namespace: namespace.py DESCRIPTOR COMMAND...
It listens on SERIAL_PORT of the loopback interface, sends the listening socket to the process outside
through the Unix socket DESCRIPTOR, and executes COMMAND, which connects to SERIAL_PORT.
"""

import fcntl
import functools
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence

SERIAL_PORT = 5555  # any number: the namespace has no other listener

# Root can create a namespace. A user can create one inside a user namespace.
_WAYS = (("unshare", "--net", "--"), ("unshare", "--map-root-user", "--net", "--"))
_ALONE = tuple(("unshare", *user, "--pid", "--fork", "--kill-child", "--") for user in ((), ("--map-root-user",)))
_TRY_S = 10
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
_IFREQ = "16sh14x"


@functools.cache
def prefix() -> tuple[str, ...]:
    """Return the prefix that runs a command in its own network namespace; empty if this host does not permit it."""
    return next((way for way in _WAYS if _succeeds([*way, "true"])), ())


@functools.cache
def alone() -> tuple[str, ...]:
    """Return the prefix that runs a command with processes of its own, which end with it; empty if not permitted.

    Those in other process groups end, too.
    """
    return next((way for way in _ALONE if _succeeds([*way, "true"])), ())


def with_listener(command: Sequence[str], descriptor: int) -> list[str]:
    """Return the command that runs this program, and through it the command, in a namespace."""
    return [*prefix(), sys.executable, "-I", __file__, str(descriptor), *command]


def _succeeds(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRY_S, check=False
        ).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _enable_loopback() -> None:
    """Bring up the loopback interface, which is down in a new namespace."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack(_IFREQ, b"lo", _IFF_UP))


def _main(descriptor: int, command: Sequence[str]) -> None:
    _enable_loopback()
    with socket.socket(fileno=descriptor) as outside:
        listener = socket.create_server(("127.0.0.1", SERIAL_PORT))
        socket.send_fds(outside, [b"\0"], [listener.fileno()])
    os.execvp(command[0], list(command))


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2:])
