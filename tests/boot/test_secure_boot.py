"""Secure Boot: what a UEFI that checks signatures starts, and what it refuses.

OVMF's variables have Debian's snakeoil key, whose private part comes with them, or Microsoft's keys.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from boot_case import Case, qemu
from door import boot, is_refused, run
from typist import Typist

from rootmode.machine import Machine
from rootmode.project import TOP

OVMF = Path("/usr/share/OVMF")
CODE = OVMF / "OVMF_CODE_4M.secboot.fd"
SNAKEOIL = OVMF / "OVMF_VARS_4M.snakeoil.fd"
MICROSOFT = OVMF / "OVMF_VARS_4M.ms.fd"
SHIM = Path("/usr/lib/shim/shimx64.efi.signed")
SNAKEOIL_KEY, SNAKEOIL_CERT = (Path(f"/usr/share/ovmf/PkKek-1-snakeoil.{ending}") for ending in ("key", "pem"))
PASSPHRASE = "pass:snakeoil"
GRUB_CFG = "multiboot2 /boot/rootmode.elf prove exit=debug\nboot\n"


def _tool(*command: str | Path, **environment: str) -> None:
    done = subprocess.run(
        command, cwd=TOP, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr


def _machine(firmware_variables: Path, keeps: str = "snapshot=on") -> Machine:
    """A machine whose UEFI has these variables; by default, what it changes in them is lost."""
    if not CODE.is_file():
        pytest.skip(f"no {CODE}: run tools/setup")
    flash = "if=pflash,format=raw"
    return qemu(1, cmdline="prove exit=debug", vehicle_args=(
        "-global", "driver=cfi.pflash01,property=secure,value=on",
        "-drive", f"{flash},readonly=on,file={CODE}", "-drive", f"{flash},{keeps},file={firmware_variables}",
    ))


def _stick(folder: Path, files: Mapping[str, bytes]) -> Sequence[str]:
    """A USB stick's files, as QEMU's arguments."""
    for name, contents in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents)
    return ["-drive", f"if=virtio,format=raw,readonly=on,file=fat:{folder}"]


@pytest.fixture(name="signed", scope="module")
def _signed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The UEFI program, signed with the snakeoil key."""
    folder = tmp_path_factory.mktemp("signed")
    _tool("openssl", "rsa", "-in", SNAKEOIL_KEY, "-passin", PASSPHRASE, "-out", folder / "key")
    kernel = Path(request.config.getoption("--iso")).with_name("rootmode.elf").resolve()
    program = folder / "rootmode.efi"
    _tool("tools/make-efi", kernel, program, SIGN_KEY=str(folder / "key"), SIGN_CERT=str(SNAKEOIL_CERT))
    return program.read_bytes()


def test_signed_program_runs(signed: bytes, workdir: Path, tmp_path: Path) -> None:
    case = Case(
        "secure-boot-signed", _machine(SNAKEOIL), "UNSUPPORTED no-vmx", (0, 1),
        facts=('rootmode: .*loaded by GRUB .*, command line "prove exit=debug"',),
    )
    boot(case, _stick(tmp_path, {"EFI/BOOT/BOOTX64.EFI": signed, "EFI/BOOT/grub.cfg": GRUB_CFG.encode()}), workdir)


def test_changed_byte_is_refused(signed: bytes, workdir: Path, tmp_path: Path) -> None:
    at = signed.index(b"RESULT: ")  # in the kernel
    changed = signed[:at] + b"r" + signed[at + 1:]
    assert is_refused(_machine(SNAKEOIL), _stick(tmp_path, {"EFI/BOOT/BOOTX64.EFI": changed}), workdir)


def test_unsigned_program_is_refused(iso: Path, workdir: Path, tmp_path: Path) -> None:
    _tool("tools/make-efi", iso.with_name("rootmode.elf").resolve(), tmp_path / "rootmode.efi")
    unsigned = (tmp_path / "rootmode.efi").read_bytes()
    assert is_refused(_machine(SNAKEOIL), _stick(tmp_path / "stick", {"EFI/BOOT/BOOTX64.EFI": unsigned}), workdir)


def test_image_is_refused(iso: Path, workdir: Path) -> None:
    assert is_refused(_machine(SNAKEOIL), ["-cdrom", str(iso.resolve())], workdir)


# MokManager's dialogs: the text that each ends with, and the keys that go on.
ENTER, DOWN, UP = b"\r", b"\x1b[B", b"\x1b[A"
ENROLL = (
    ("Verification failed", ENTER),
    ("Press any key to perform MOK management", ENTER),
    ("Enroll hash from disk", DOWN + ENTER),  # Enroll key from disk
    ("QEMU VVFAT", ENTER),
    ("rootmode.cer", ENTER),
    ("View key", DOWN + ENTER),  # Continue
    ("Enroll the key(s)?", DOWN + ENTER),  # Yes
    ("Perform MOK management", ENTER),  # Reboot
)


@pytest.mark.cost(60)
def test_shim_starts_the_program_once_its_owner_has_enrolled_the_key(iso: Path, workdir: Path, tmp_path: Path) -> None:
    """A laptop with Microsoft's keys: shim refuses the program at first; a person enrolls the certificate."""
    if not SHIM.is_file():
        pytest.skip(f"no {SHIM}: run tools/setup")
    key, certificate, made = tmp_path / "key.pem", tmp_path / "cert.pem", tmp_path / "made"
    made.mkdir()
    _tool("openssl", "req", "-new", "-x509", "-newkey", "rsa:2048", "-sha256", "-nodes", "-days", "3650",
          "-subj", "/CN=rootmode/", "-keyout", key, "-out", certificate)
    _tool("tools/make-efi", iso.with_name("rootmode.elf").resolve(), made / "rootmode.efi",
          SIGN_KEY=str(key), SIGN_CERT=str(certificate), SHIM="1")
    stick = _stick(tmp_path / "stick", {
        "EFI/BOOT/BOOTX64.EFI": (made / "shimx64.efi").read_bytes(),
        "EFI/BOOT/mmx64.efi": (made / "mmx64.efi").read_bytes(),
        "EFI/BOOT/grubx64.efi": (made / "rootmode.efi").read_bytes(),
        "EFI/BOOT/grub.cfg": GRUB_CFG.encode(),
        "rootmode.cer": (made / "rootmode.cer").read_bytes(),
    })
    variables = tmp_path / "variables.fd"
    variables.write_bytes(MICROSOFT.read_bytes())
    machine = _machine(variables, "readonly=off")
    owner = Typist(workdir, ENROLL)
    run(machine, stick, workdir, owner)  # -no-reboot ends it
    assert owner.is_done and "RESULT" not in owner.seen, f"see {workdir}"
    boot(Case("secure-boot-shim", machine, "UNSUPPORTED no-vmx", (0, 1)), stick, workdir)


@pytest.mark.parametrize("environment, says", [
    ({"SIGN_KEY": "key"}, "SIGN_KEY and SIGN_CERT: give both, or neither"),
    ({"SHIM": "1"}, "SHIM=1: shim starts only a signed program: give SIGN_KEY and SIGN_CERT"),
    ({"SIGN_KEY": "/none", "SIGN_CERT": str(SNAKEOIL_CERT)}, "sbsign with /none and "),
])
def test_signing_says_what_is_wrong(iso: Path, tmp_path: Path, environment: Mapping[str, str], says: str) -> None:
    command = ["tools/make-efi", str(iso.with_name("rootmode.elf").resolve()), str(tmp_path / "rootmode.efi")]
    done = subprocess.run(
        command, cwd=TOP, env=os.environ | environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and done.stderr.startswith(f"tools/make-efi: {says}")
    assert not (tmp_path / "rootmode.efi").exists()
