"""The recipes of docs/fleet.md by HTTP: examples/fleet/serve-http, and boot-by-redfish, which boots what it serves."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redfish_bmc
from boot_case import Case, qemu, skip_unless_possible
from door import boot, run

from rootmode import image as images
from rootmode import log
from rootmode.project import TOP

FLEET = TOP / "examples" / "fleet"
_WORDS = "prove exit=debug"
_CASE = Case("http", qemu(1, cmdline=_WORDS, door="iso"), "UNSUPPORTED no-vmx", (0, 1), facts=(r"rootmode: .*loaded by GRUB .*",))


@contextmanager
def _served(folder: Path) -> Iterator[list[str]]:
    """Serve a folder on this host only; yield the addresses of its files."""
    with subprocess.Popen([FLEET / "serve-http", folder, "0", "127.0.0.1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True) as server:
        try:
            assert server.stdout
            yield [server.stdout.readline().strip() for path in folder.iterdir() if path.is_file()]
        finally:
            server.terminate()


@pytest.fixture(name="image")
def _image(iso: Path, workdir: Path) -> Path:
    """Return a folder with the image, whose menu boots at once and ends the machine after the verdict."""
    skip_unless_possible(_CASE.machine)
    folder = workdir / "served"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = images.for_machine(_CASE.machine, iso, workdir)
    shutil.copy(workdir / made, folder / "rootmode.iso")
    return folder


def _by_redfish(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    login = {"REDFISH_USER": redfish_bmc.USER, "REDFISH_PASSWORD": redfish_bmc.PASSWORD}
    return subprocess.run([FLEET / "boot-by-redfish", *arguments], env={**os.environ, **login, **environment}, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


@pytest.mark.cost(8)
@pytest.mark.parametrize("in_manager, power", [(False, "Off"), (True, "On")], ids=["system-off", "manager-on"])
def test_redfish_boots_the_image_that_is_served(image: Path, workdir: Path, in_manager: bool, power: str) -> None:
    """The BMC fetches the image from serve-http, and the server boots it."""
    booted: list[str] = []

    def start(contents: bytes) -> None:
        (workdir / "inserted.iso").write_bytes(contents)
        booted.append(run(_CASE.machine, ["-cdrom", str(workdir / "inserted.iso")], workdir).serial)

    bmc = redfish_bmc.Bmc(start, in_manager=in_manager, power=power)
    with redfish_bmc.serving(bmc) as address, _served(image) as urls:
        done = _by_redfish(address, *urls)
        assert (done.returncode, done.stderr) == (0, ""), f"{done.stderr}; asked: {bmc.asked}"
    assert done.stdout == f"boot-by-redfish: {address}: the image is inserted, and the server restarts\n"
    assert log.parse(booted[0]).verdict == "UNSUPPORTED"


def test_redfish_replaces_a_medium_and_leaves_the_restart_to_others(image: Path) -> None:
    bmc = redfish_bmc.Bmc(lambda contents: None, image="http://other/one.iso", polls=-1)
    with redfish_bmc.serving(bmc) as address, _served(image) as urls:
        done = _by_redfish("--media-only", address, *urls)
        assert (done.returncode, bmc.image, bmc.target, bmc.power) == (0, urls[0], "Cd", "Off"), done.stderr


def test_what_redfish_refuses_is_said(workdir: Path) -> None:
    bmc = redfish_bmc.Bmc(lambda contents: None)
    with redfish_bmc.serving(bmc) as address:
        done = _by_redfish(address, "http://host/image", REDFISH_PASSWORD="wrong")
        assert (done.returncode, done.stderr) == (1, "boot-by-redfish: GET /redfish/v1/: 401 wrong user or password\n")
        done = _by_redfish(address, "smb://host/image")
        assert done.returncode == 1 and ": 400 this cannot be inserted: " in done.stderr
        bmc.has_cd = False
        done = _by_redfish(address, "http://host/image")
        assert done.returncode == 1 and "no virtual CD" in done.stderr
        done = _by_redfish(address, "http://host/image", REDFISH_SYSTEM="2")
        assert (done.returncode, done.stderr) == (1, "boot-by-redfish: set REDFISH_SYSTEM to one of 1\n")
    done = _by_redfish(address, "http://host/image")
    assert done.returncode == 2 and "is no Redfish service that can be reached" in done.stderr
    assert _by_redfish(address, "http://host/image", REDFISH_USER="").returncode == 2


def test_ipxe_boots_what_is_served(iso: Path, workdir: Path) -> None:
    """The guest reaches the server at the address that QEMU gives this host."""
    folder = workdir / "netboot"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["tools/make-netboot", iso.with_name("rootmode.elf").resolve(), folder], cwd=TOP, check=True, timeout=60)
    menu = (folder / "grub.cfg").read_text("utf-8").replace("timeout=3", "timeout=0")
    (folder / "grub.cfg").write_text(menu.replace("rootmode.elf prove\n", f"rootmode.elf {_WORDS}\n", 1), "utf-8")
    with _served(folder) as urls:
        (file,) = [url.replace("127.0.0.1", "10.0.2.2") for url in urls if url.endswith(".ipxe")]
        media = ["-netdev", f"user,id=net,bootfile={file}", "-device", "virtio-net-pci,netdev=net,bootindex=0"]
        boot(_CASE, media, workdir)


def test_what_cannot_be_served_is_said(workdir: Path) -> None:
    done = subprocess.run([FLEET / "serve-http", workdir], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2 and "has no file of rootmode: run make netboot" in done.stderr
    done = subprocess.run([FLEET / "serve-http", workdir, "x"], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (2, "serve-http: 'x' is no TCP port\n")
