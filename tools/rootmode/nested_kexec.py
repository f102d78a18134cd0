"""kexec for the nested vehicle's Linux: Debian's kexec-tools, and the libraries that it loads.

They are read from their packages, never installed: an installed kexec-tools changes how this host reboots.
"""

import re
import tempfile
from pathlib import Path

from rootmode import nested_packages
from rootmode.machine import MachineError
from rootmode.nested_archive import File
from rootmode.programs import output
from rootmode.project import TOP

_PACKAGE = "kexec-tools"
_PACKAGES = TOP / "build" / "nested" / "packages"


def files() -> dict[str, File]:
    """Return bin/kexec and its libraries, by path. Raises MachineError if the packages cannot be had."""
    with tempfile.TemporaryDirectory() as scratch:
        for package in nested_packages.with_libraries(_PACKAGE, "libxen", _PACKAGES):
            output(["dpkg-deb", "-x", package, scratch])
        programs = [path for path in Path(scratch).glob("**/sbin/kexec") if path.is_file()]
        if not programs:
            raise MachineError(f"{_PACKAGE}: no kexec in it")
        folders = sorted({str(path.parent) for path in Path(scratch).glob("**/*.so.*")})
        listing = output(["env", f"LD_LIBRARY_PATH={':'.join(folders)}", "ldd", programs[0]]).decode()
        libraries = [Path(path) for path in re.findall(r"=> (/\S+)", listing)]
        found = {f"lib/{path.name}": File(path.read_bytes()) for path in libraries}
        return {"bin/kexec": File(programs[0].read_bytes(), is_program=True), **found}
