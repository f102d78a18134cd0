"""Checks the product's structure: which folder may use which, and that there are no cycles among files.

An arrow from one file to another is an #include, or a symbol that one object needs and the other
defines: a function that is called by name, or a variable.
"""

import graphlib
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

# Each folder may use itself and the folders in earlier lines, but not others in its own line.
ORDER = (
    ("kernel/lib",),
    ("kernel/record", "kernel/tables"),
    ("kernel/report", "kernel/machine"),
    ("kernel/console",),
    ("kernel/discover", "kernel/run"),
    ("kernel/monitor",),
    ("kernel",),
)
# The same for arch/. It may use all of kernel/. In the other direction, kernel/ uses only arch.h.
MACHINE_ORDER = (
    ("arch/x86_64",),
    ("arch/x86_64/devices", "arch/x86_64/vmx"),
    ("arch/x86_64/vmx/guest",),
    ("arch/x86_64/vmx/selftest",),
)
DOOR = "arch_"  # the names in kernel/machine/arch.h begin with this
# The compiler inserts calls of this function to check stack canaries.
OF_COMPILER = re.compile("__stack_chk_")
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
SYMBOL = re.compile(r"^(\S+): (\S+) (\w) ", re.M)

Arrows = Mapping[str, Mapping[str, str]]  # from file -> to file -> reason


def includes(top: Path, names: Iterable[str]) -> Arrows:
    """Return the arrows from #include."""
    return {name: {target: f"includes {target}" for target in INCLUDE.findall((top / name).read_text("utf-8"))}
            for name in names if name.endswith((".c", ".h"))}


def calls(top: Path, build: Path, sources: Iterable[str]) -> Arrows:
    """Return the arrows from symbols, read from the objects of an up-to-date build."""
    objects = [f"{build}/{source}.o" for source in sources]
    command = ["nm", "--print-file-name", "--format=posix", *objects]
    output = subprocess.run(command, cwd=top, capture_output=True, text=True, check=True).stdout
    symbols = [(path[len(f"{build}/"):-len(".o")], name, kind) for path, name, kind in SYMBOL.findall(output)]
    defined = {name: source for source, name, kind in symbols if kind.isupper() and kind != "U"}
    arrows: dict[str, dict[str, str]] = {source: {} for source in sources}
    for source, name, kind in symbols:
        target = defined.get(name, source)
        if kind == "U" and target != source and not OF_COMPILER.match(name):
            arrows[source][target] = f"uses {name} of {target}"
    return arrows


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _rank(folder: str) -> tuple[str, int]:
    """Return the side, kernel or arch, and the folder's line there, or -1 if the lists lack the folder."""
    side = folder.partition("/")[0]
    order = ORDER if side == "kernel" else MACHINE_ORDER
    return side, next((rank for rank, folders in enumerate(order) if folder in folders), -1)


def turned_back(arrows: Arrows) -> list[str]:
    """Return the arrows that go against the order of the folders."""
    problems = []
    for name, targets in sorted(arrows.items()):
        side, rank = _rank(_folder(name))
        if side not in ("kernel", "arch"):
            continue
        if rank < 0:
            problems.append(f"{name}:1: its folder has no place in the order of tools/rootmode/structure.py")
        for target, why in sorted(targets.items()):
            target_side, target_rank = _rank(_folder(target))
            through_door = why.startswith(f"uses {DOOR}")
            if target_side != side or through_door or _folder(target) == _folder(name):
                continue
            if target_rank >= rank:
                problems.append(f"{name}:1: {why}, though {_folder(target)} is not below {_folder(name)}")
    return problems


def circles(arrows: Arrows) -> list[str]:
    """Return one cycle of files that use each other, if there is any."""
    try:
        graphlib.TopologicalSorter(arrows).prepare()
    except graphlib.CycleError as error:
        path = list(reversed(error.args[1]))
        whys = [arrows[name][target] for name, target in zip(path, path[1:])]
        return [f"{path[0]}:1: uses itself in the end: {', which '.join(whys)}"]
    return []
