#!/usr/bin/env python3
"""Answers one HTTP request on standard input with a file of a folder.

usage: served.py FOLDER

QEMU runs it for each connection to an address inside the guest's network (guestfwd), so nothing listens on the host.
"""

import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Answer GET and HEAD."""
    method, path, _ = sys.stdin.buffer.readline().decode("ascii").split()
    while sys.stdin.buffer.readline().strip():
        pass  # the headers, up to the empty line
    file = (folder / path.lstrip("/")).resolve()
    found = file.is_relative_to(folder) and file.is_file()
    body = file.read_bytes() if found else b""
    status = "200 OK" if found else "404 Not Found"
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    sys.stdout.buffer.write(head.encode("ascii") + (body if method == "GET" else b""))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print("usage: tests/boot/served.py FOLDER", file=sys.stderr)
        sys.exit(2)
    main(Path(sys.argv[1]).resolve())
