"""The text of a QR code as input, whole and damaged. The code is that of a boot in QEMU with 2 CPUs."""

import pytest
from program import Run

CODE = ("RM1:$C4T$D2$E0$F0$G261644288$H$I$K$M$N2595962$OYHYPEYTLU1MU1P$Z YVEYNDYOYR%3DZGEYNYUYIYNEZIYNYTEYL "
        "YSYIYGYNAYTYUYREN506E3$00$11J0$2$$Q0$61R33$P508$QC06$R$SQ1$66RR010$P508$Q0$R$ST$T3836FBB2T$U$V $ZT")


@pytest.mark.parametrize("before, after", [("", ""), ("QR-Code:", "\n"), ("photo taken\n", "\r\n\n")])
def test_code_is_a_log(check: Run, before: str, after: str) -> None:
    done = check("--from", "-", text=before + CODE + after)
    assert (done.returncode, done.stderr) == (77, "")
    assert "REPORT 1 lines=4" in done.stdout and done.stdout.endswith("RESULT: UNSUPPORTED no-vmx\n")
    assert "machine cpus=2 entered=0 left=0 memory=261644288 " in done.stdout
    assert "signature=0x506e3" in done.stdout


def test_code_cut_off_or_damaged_does_no_harm(check: Run) -> None:
    """As for a log that is cut off, what the lines before the cut say counts."""
    for size in range(0, len(CODE) - 1, 5):
        done = check("--from", "-", text=CODE[:size])
        assert done.returncode in (2, 3, 77), f"cut after {size} characters"
    for at in range(4, len(CODE), 7):
        for character in "$%YZ9~":
            check("--from", "-", text=CODE[:at] + character + CODE[at + 1:])
