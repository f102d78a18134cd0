"""The recipes of docs/fleet.md, as scripts in examples/fleet: a BMC with serial-over-LAN, ssh, and the gate."""

import getpass
import os
import shutil
import socket
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from boot_case import skip_unless_possible

from rootmode import image, log
from rootmode.machine import Machine
from rootmode.project import TOP

FLEET = TOP / "examples" / "fleet"
_LIMIT_S = 120
_QEMU = ("qemu-system-x86_64", "-M", "q35", "-cpu", "Skylake-Client", "-smp", "2", "-m", "256", "-display", "none",
         "-nodefaults", "-no-reboot", "-S")
_MEDIA = ("-device", "qemu-xhci", "-device", "usb-storage,drive=media,removable=on")

# A BMC for one QEMU, whose serial port is SOL's. chassis_control runs a program for each request about power.
_LAN = """\
name "bmc"
set_working_mc 0x20
  startlan 1
    addr 127.0.0.1 {port}
    priv_limit admin
    allowed_auths_callback none md2 md5 straight
    allowed_auths_user none md2 md5 straight
    allowed_auths_operator none md2 md5 straight
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
  sol "tcp:127.0.0.1:{sol}" 115200
  chassis_control "{chassis}"
  user 1 true "" "test" user 10 none md2 md5 straight
  user 2 true "admin" "secret" admin 10 none md2 md5 straight
"""
_MC = """\
mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
mc_enable 0x20
"""


def _skip_unless(*programs: str) -> None:
    missing = [program for program in programs if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}: run tools/setup")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@contextmanager
def _process(command: list[str], workdir: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (workdir / "process.txt").open("ab") as output:
        process = subprocess.Popen(command, cwd=workdir, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# What the BMC runs for "get power", "set power 1", "get boot", "set boot cdrom". A server that is off is a QEMU that has
# not been started (-S). The server forgets the requests, the test does not.
_CHASSIS = """\
#!/usr/bin/python3
import sys
sys.path[:0] = [{tools!r}, {tests!r}]
from pathlib import Path
from qemu_screen import Monitor
import os
os.chdir({folder!r})  # the name of a socket must be short
folder = Path()
with (folder / "requests.txt").open("a") as requests:
    print(*sys.argv[1:], file=requests)
if sys.argv[1:] == ["get", "power"]:
    print("power:%d" % (folder / "on").exists())
elif sys.argv[1:] == ["get", "boot"]:
    print("boot:default")
elif sys.argv[1:] == ["set", "power", "1"]:
    (folder / "on").touch()
    Monitor(folder / "qmp").run("cont")
elif sys.argv[1:] == ["set", "power", "0"]:
    (folder / "on").unlink(missing_ok=True)
"""


@contextmanager
def _bmc(workdir: Path, boot: Sequence[str]) -> Iterator[int]:
    """A simulated BMC; yield its port. boot: QEMU's arguments, with {sol} for the serial port of serial-over-LAN."""
    port, sol = _free_udp_port(), _free_port()
    for name in ("requests.txt", "on", "qmp"):
        (workdir / name).unlink(missing_ok=True)
    chassis = workdir / "chassis"
    chassis.write_text(_CHASSIS.format(folder=str(workdir), tools=str(TOP / "tools"), tests=str(TOP / "tests" / "boot")))
    chassis.chmod(0o755)
    (workdir / "lan.conf").write_text(_LAN.format(port=port, sol=sol, chassis=chassis), "ascii")
    (workdir / "bmc.emu").write_text(_MC, "ascii")
    shutil.rmtree(workdir / "state", ignore_errors=True)
    (workdir / "state").mkdir()
    qemu = [*_QEMU, *(word.format(sol=f"tcp:127.0.0.1:{sol},server=on,wait=off") for word in boot),
            "-qmp", "unix:qmp,server=on,wait=off"]
    with _process(qemu, workdir):
        _wait_for(lambda: (workdir / "qmp").exists())  # QEMU has made its serial ports by then
        with _process(["ipmi_sim", "-c", "lan.conf", "-f", "bmc.emu", "-s", "state", "-n"], workdir):
            yield port


def _wait_for(is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_ready() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert is_ready()


def _by_bmc(port: int, workdir: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "IPMI_USER": "admin", "IPMI_PASSWORD": "secret", "IPMI_CIPHER": "3", "LIMIT": "90"}
    return subprocess.run(
        [FLEET / "boot-by-bmc", f"127.0.0.1:{port}", "sol.txt", *more], cwd=workdir, env=environment,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_LIMIT_S, check=False,
    )


@pytest.mark.cost(25)
@pytest.mark.parametrize("boot", [
    pytest.param(("-drive", "if=none,id=media,format=raw,readonly=on,file={iso}", *_MEDIA, "-serial", "{sol}"),
                 id="bmc-virtual-media"),
    pytest.param(("-kernel", "{elf}", "-append", "prove console=ttyS1,115200", "-serial", "null", "-serial", "{sol}"),
                 id="bmc-ttyS1"),
])
def test_bmc_boots_the_image_and_serial_over_lan_has_the_log(iso: Path, workdir: Path, boot: Sequence[str]) -> None:
    _skip_unless("ipmi_sim", "ipmitool")
    skip_unless_possible(Machine(vehicle="qemu"))
    files = {"iso": str(iso.resolve()), "elf": str(image.kernel_beside(iso).resolve()), "sol": "{sol}"}
    with _bmc(workdir, [word.format(**files) for word in boot]) as port:
        done = _by_bmc(port, workdir, "cdrom")
    assert (done.returncode, done.stdout) == (0, "RESULT: UNSUPPORTED no-vmx\n"), f"{done.stderr}; see {workdir}"
    requests = (workdir / "requests.txt").read_text("ascii").splitlines()
    assert [words for words in requests if words.startswith("set ")] == ["set power 0", "set boot cdrom", "set power 1"]
    checked = subprocess.run(
        [iso.parent / "check" / "rootmode-check", "--quiet", "--from", workdir / "sol.txt"], check=False, timeout=60)
    assert checked.returncode == log.EXIT_CODES["UNSUPPORTED"], "what SOL delivers is a log"


def test_a_bmc_that_does_not_answer_and_no_password_are_said(workdir: Path) -> None:
    _skip_unless("ipmitool")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        done = _by_bmc(deaf.getsockname()[1], workdir)
    assert done.returncode == 2 and "does not answer" in done.stderr
    done = subprocess.run([FLEET / "boot-by-bmc", "127.0.0.1", "x"], cwd=workdir, capture_output=True, text=True,
                          env={"PATH": os.environ["PATH"]}, timeout=_LIMIT_S, check=False)
    assert (done.returncode, done.stderr) == (2, "boot-by-bmc: set IPMI_USER and IPMI_PASSWORD\n")


@contextmanager
def _sshd(workdir: Path) -> Iterator[str]:
    """An ssh server of this user on a free port; yield the ssh command that reaches it."""
    for name in ("host", "user"):
        (workdir / name).unlink(missing_ok=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", workdir / name], check=True)
    shutil.copy(workdir / "user.pub", workdir / "keys")
    port = _free_port()
    settings = [f"ListenAddress 127.0.0.1:{port}", f"HostKey {workdir}/host", f"AuthorizedKeysFile {workdir}/keys",
                "UsePAM no", "StrictModes no", "PidFile none", "PermitRootLogin yes", "PasswordAuthentication no"]
    (workdir / "sshd.conf").write_text("\n".join(settings) + "\n", "ascii")
    Path("/run/sshd").mkdir(exist_ok=True)
    with _process(["/usr/sbin/sshd", "-D", "-e", "-f", f"{workdir}/sshd.conf"], workdir):
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield (f"ssh -p {port} -i {workdir}/user -l {getpass.getuser()} -o BatchMode=yes -o StrictHostKeyChecking=no "
               f"-o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5")


def _check_hosts(ssh: str, hosts: str, iso: Path, workdir: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SSH": ssh, "ROOTMODE_CHECK": str(iso.parent / "check" / "rootmode-check-static"),
                   "AT_ONCE": "2"}
    shutil.rmtree(workdir / "dumps", ignore_errors=True)
    return subprocess.run([FLEET / "check-hosts", workdir / "dumps"], input=hosts, env=environment, capture_output=True,
                          text=True, timeout=_LIMIT_S, check=False)


def _gate(folder: Path, iso: Path, *more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ROOTMODE_CHECK": str(iso.parent / "check" / "rootmode-check")}
    return subprocess.run([FLEET / "gate", folder, *more], env=environment, capture_output=True, text=True,
                          timeout=_LIMIT_S, check=False)


def test_hosts_are_checked_by_ssh(iso: Path, workdir: Path) -> None:
    """The hosts are this one, by several names. One name cannot be reached."""
    _skip_unless("sshd", "ssh")
    if os.geteuid() != 0:
        pytest.skip("the ssh server needs root")
    with _sshd(workdir) as ssh:
        done = _check_hosts(ssh, "127.0.0.1\n# a comment\n\nlocalhost\n", iso, workdir)
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(path.name for path in (workdir / "dumps").iterdir()) == ["127.0.0.1.dump", "localhost.dump"]
        assert not list(Path("/tmp").glob("rootmode-check.*")), "the program is deleted from the host"
        dump = (workdir / "dumps" / "localhost.dump").read_text("ascii")
        assert "cpuid" in dump.lower()
        done = _check_hosts(ssh, "localhost\nno-such-host.invalid\n", iso, workdir)
    assert done.returncode == 1 and "check-hosts: no-such-host.invalid: " in done.stderr
    assert sorted(path.name for path in (workdir / "dumps").iterdir()) == ["localhost.dump", "no-such-host.invalid.error"]


def _log(result: str, vmxon: str, verdict: str) -> str:
    """Return the block and the verdict of a machine with one CPU."""
    block = (
        f"machine cpus=1 entered={int(vmxon == 'succeeded')} left=0\n"
        f"cpus=0 apic_ids=0 result={result} vendor=GenuineIntel signature=0x50654 vmx=1 smx=0 microcode=0x0 "
        f"feature_control=0x5 vmxon={vmxon} cr0=0x80010031 cr4=0x2060\n"
    )
    return f"REPORT 1 lines=2\n{block}END crc32=0x{zlib.crc32(block.encode('ascii')):08x}\nRESULT: {verdict}\n"


def test_gate_names_each_machine_that_is_not_as_required(iso: Path, workdir: Path) -> None:
    folder = workdir / "logs"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    good = _log("ok", "succeeded", "PASS")
    for name, text in (("a", good), ("b", _log("vmxon-fault", "fault", "FAIL vmxon-fault")), ("c", good)):
        (folder / f"{name}.log").write_text(text, "ascii")
    done = _gate(folder, iso)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "gate: 2 of 3 machines are as required"
    assert done.stdout.startswith("b.log: exit status 1: FAIL vmxon-fault")
    (folder / "b.log").unlink()
    done = _gate(folder, iso)
    assert (done.returncode, done.stdout) == (0, "gate: 2 of 2 machines are as required\n")
    assert _gate(workdir / "dumps-that-are-not-there", iso).returncode == 2
    done = _gate(folder, iso, "kvm-ept")
    assert done.returncode == 1, "the block has no MSRs"
    assert done.stdout.startswith("a.log: exit status 3: PASS; kvm-ept: not known whether every CPU has what it requires\n")
    done = _gate(folder, iso, "kvm-epd")
    assert (done.returncode, done.stdout) == (2, "") and "gate: rootmode-check: --requires kvm-epd: no such " in done.stderr
