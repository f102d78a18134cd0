"""Connects a machine's serial port to a terminal or a program. The vehicle connects by TCP on this host."""

import contextlib
import select
import socket
from pathlib import Path
from typing import Any

from rootmode import namespace, process

_BLOCK = 65536
_DRAIN_S = 1.0  # time to read what a vehicle that has ended left in its connection


class _Connection:
    """The connection to a vehicle. It writes what the vehicle sends to a file."""

    def __init__(self, listener: socket.socket, file: Path) -> None:
        self.socket, _ = listener.accept()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = file.open("ab", buffering=0)

    def fileno(self) -> int:
        """Return the file descriptor, for select()."""
        return self.socket.fileno()

    def receive(self) -> bytes:
        """Return the bytes received, or b"" if the vehicle closed the connection."""
        try:
            data = self.socket.recv(_BLOCK)
        except ConnectionError:
            return b""
        self._file.write(data)
        return data

    def close(self) -> None:
        """Close the connection. A vehicle that is started again makes a new one."""
        self.socket.close()
        self._file.close()


class Line:
    """Writes the machine's output to serial.txt, and carries bytes to and from a peer, which a subclass defines."""

    def __init__(self, workdir: Path) -> None:
        self._workdir = workdir
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._vehicle: _Connection | None = None
        self._inside: socket.socket | None = None
        self._awaits_listener = False
        self.port = self._listener.getsockname()[1]

    def listen_in_namespace(self) -> int:
        """Listen in the vehicle's network namespace. Return the descriptor through which it must send the listener."""
        self._listener.close()
        self._listener, self._inside = socket.socketpair()
        self._awaits_listener = True
        self.port = namespace.SERIAL_PORT
        return self._inside.fileno()

    def descriptors(self) -> tuple[int, ...]:
        """Return the descriptors that the vehicle's process must inherit."""
        return (self._inside.fileno(),) if self._inside else ()

    def carry(self, seconds: float) -> bool:
        """Carry bytes for at most so many seconds. Return False to stop the machine."""
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
        """Read what the vehicle left in the connection, and close it."""
        while self._vehicle and select.select([self._vehicle], [], [], _DRAIN_S)[0]:
            self._receive(self._vehicle)
        if self._vehicle:
            self._vehicle.close()
        self._listener.close()
        if self._inside:
            self._inside.close()

    def send(self, data: bytes) -> None:
        """Send bytes to the machine. They are lost if it has ended, which process.run() notices."""
        with contextlib.suppress(OSError):
            if self._vehicle:
                self._vehicle.socket.sendall(data)

    def peer(self) -> Any:
        """Return what select() can wait for, or None if the peer must not send now."""
        raise NotImplementedError

    def typed(self) -> None:
        """Read from the peer, and send it to the machine."""
        raise NotImplementedError

    def show(self, data: bytes) -> None:
        """Pass bytes from the machine to the peer."""
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
    """A Line whose peer is one end of a socket pair. The other end, `far`, is for another thread."""

    def __init__(self, workdir: Path) -> None:
        super().__init__(workdir)
        self._near, self.far = socket.socketpair()
        self.is_over = False  # set it to True to stop the machine

    def carry(self, seconds: float) -> bool:
        return super().carry(seconds) and not self.is_over

    def peer(self) -> socket.socket:
        return self._near

    def typed(self) -> None:
        with contextlib.suppress(ConnectionError):  # the other end was closed before it had read everything
            self.send(self._near.recv(_BLOCK))

    def show(self, data: bytes) -> None:
        with contextlib.suppress(OSError):
            self._near.sendall(data)

    def finish(self) -> None:
        super().finish()
        self._near.close()
