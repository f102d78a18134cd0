"""A machine's serial line with two ends: the vehicle connects to ours, by TCP on this host."""

import contextlib
import select
import socket
from pathlib import Path
from typing import Any

from rootmode import namespace, process

_BLOCK = 65536
_DRAIN_S = 1.0  # what a vehicle that has ended may still have left in its connection


class _Connection:
    """A vehicle's end of the line. What it sends is kept in a file."""

    def __init__(self, listener: socket.socket, file: Path) -> None:
        self.socket, _ = listener.accept()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = file.open("ab", buffering=0)

    def fileno(self) -> int:
        """For select()."""
        return self.socket.fileno()

    def receive(self) -> bytes:
        """What has come; b"" if the vehicle has closed its end."""
        try:
            data = self.socket.recv(_BLOCK)
        except ConnectionError:
            return b""
        self._file.write(data)
        return data

    def close(self) -> None:
        """A vehicle that starts anew connects again."""
        self.socket.close()
        self._file.close()


class Line:
    """Keeps what comes in serial.txt, and carries bytes to and from a peer: a subclass says which."""

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._vehicle: _Connection | None = None
        self._inside: socket.socket | None = None
        self._awaits_listener = False
        self.port = self._listener.getsockname()[1]

    def listen_in_namespace(self) -> int:
        """Use the listener that the vehicle's network namespace sends; the descriptor to send it through."""
        self._listener.close()
        self._listener, self._inside = socket.socketpair()
        self._awaits_listener = True
        self.port = namespace.SERIAL_PORT
        return self._inside.fileno()

    def descriptors(self) -> tuple[int, ...]:
        """What the vehicle's process inherits."""
        return (self._inside.fileno(),) if self._inside else ()

    def carry(self, seconds: float) -> bool:
        """Carry what comes within so long; False to give the machine up."""
        peer = [self.peer()] if self._vehicle and self.peer() is not None else []
        ready, _, _ = select.select([self._vehicle or self._listener, *peer], [], [], seconds)
        if self._listener in ready and self._awaits_listener:
            self._take_listener()
        elif self._listener in ready:
            self._vehicle = _Connection(self._listener, self._workdir / process.SERIAL)
        if self._vehicle and self._vehicle in ready:
            self._receive(self._vehicle)
        if peer and peer[0] in ready:
            self.typed()
        return True

    def finish(self) -> None:
        """Take what the vehicle has left, and close the line."""
        while self._vehicle and select.select([self._vehicle], [], [], _DRAIN_S)[0]:
            self._receive(self._vehicle)
        if self._vehicle:
            self._vehicle.close()
        self._listener.close()
        if self._inside:
            self._inside.close()

    def send(self, data: bytes) -> None:
        """Bytes to the machine; lost if it has ended, which process.run() notices."""
        with contextlib.suppress(OSError):
            if self._vehicle:
                self._vehicle.socket.sendall(data)

    def peer(self) -> Any:
        """What select() can wait for, if the peer may send now."""
        raise NotImplementedError

    def typed(self) -> None:
        """The peer has something: read it, and send it."""
        raise NotImplementedError

    def show(self, data: bytes) -> None:
        """Bytes from the machine, for the peer."""
        raise NotImplementedError

    def _take_listener(self) -> None:
        _, descriptors, _, _ = socket.recv_fds(self._listener, 1, 1)
        self._listener.close()
        self._listener = socket.socket(fileno=descriptors[0])
        self._awaits_listener = False

    def _receive(self, vehicle: _Connection) -> None:
        data = vehicle.receive()
        if data:
            self.show(data)
        else:
            vehicle.close()
            self._vehicle = None


class SocketLine(Line):
    """A line whose peer is a socket of a pair; `far` is the end for a program in another thread."""

    def __init__(self, workdir: Path) -> None:
        super().__init__(workdir)
        self._near, self.far = socket.socketpair()
        self.is_over = False  # set it to give the machine up

    def carry(self, seconds: float) -> bool:
        return super().carry(seconds) and not self.is_over

    def peer(self) -> socket.socket:
        return self._near

    def typed(self) -> None:
        self.send(self._near.recv(_BLOCK))

    def show(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._near.sendall(data)

    def finish(self) -> None:
        super().finish()
        self._near.close()
