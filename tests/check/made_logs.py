"""Logs of machines that nobody has: facts of the recorded logs, varied by a seed."""

import random
import re
from collections.abc import Iterator

from computers import LOGS, keyed, recorded_logs, sealed

MODELS = tuple(path.stem for path in LOGS)
RECORDED = recorded_logs()
PROVED = "runs/prove_selftest_bench"  # with the lines of the self-test, a hundred times as many
COUNTS = (1, 2, 4, 8, 16, 64, 256)
CAPABILITIES = (0x481, 0x482, 0x483, 0x484, 0x485, 0x48B, 0x48C)
FEATURE_CONTROL = ": locked, VMX outside SMX on, VMX in SMX off"


def made_log(seed: int) -> str:
    """A log: about one in twenty is damaged, one in ten is BLOCKED, and one in fifty has a self-test.

    Four of five have a CRC of the lines for people.
    """
    chance = random.Random(seed)
    if chance.random() < 0.02:
        return _damaged(RECORDED[PROVED], chance)
    text = _counted(RECORDED[chance.choice(MODELS)], chance.choice(COUNTS))
    text = _loaded(_cut_down(text, chance), chance.randrange(1, 1 << 12))
    if chance.random() < 0.1:
        text = _blocked(text)
    return _damaged(keyed(sealed(text)) if chance.random() < 0.8 else sealed(text), chance)


def made_logs(count: int, seed: int = 0) -> Iterator[str]:
    """Some logs, the same ones for the same seed."""
    return (made_log(seed + number) for number in range(count))


def _counted(text: str, count: int) -> str:
    """The log of a machine with this many such CPUs."""
    if count == 1:
        return text
    cpus = f"0-{count - 1}"
    for old, new in {
        "] cpu 0: ": f"] cpus {cpus}: ", "APIC ID 0": f"APIC ID {cpus}", "cpus=0 ": f"cpus={cpus} ",
        "apic_ids=0 ": f"apic_ids={cpus} ", "cpus=1 ": f"cpus={count} ", "entered=1 left=1": f"entered={count} left={count}",
        "enabled: 1,": f"enabled: {count},", "1 of 1 CPUs": f"{count} of {count} CPUs", "0 of 1 CPUs": f"0 of {count} CPUs",
        "VMXON region at 0x104000": f"VMXON regions from 0x104000 to {0x104000 + 0x2000 * (count - 1):#x}, 0x2000 apart",
    }.items():
        text = text.replace(old, new)
    return text


def _loaded(text: str, revision: int) -> str:
    """With this microcode revision."""
    text = re.sub(r"(APIC ID \S+)\n", rf"\g<1>, microcode {revision:#x}\n", text, count=1)
    return text.replace("microcode=0x0", f"microcode={revision << 32:#x}")


def _cut_down(text: str, chance: random.Random) -> str:
    """Without some capability: a bit that a control may have is gone."""

    def without(found: re.Match[str]) -> str:
        return f"{found[1]}{int(found[2], 16) & ~(1 << chance.randrange(32, 64)):#x}"

    msr = chance.choice(CAPABILITIES)
    return re.sub(rf"(msr={msr:#x} cpus=\S+ value=)(\w+)", without, text)


def _blocked(text: str) -> str:
    """Of a machine whose firmware has VMX disabled and locked. One without VMX stays as it is."""
    if " vmxon=" not in text:
        return text
    text = re.sub(r"\[[^\n]*\] cpus? \S+ (CR0 = |VMXON region)[^\n]*\n", "", text)
    text = re.sub(r" vmxon=[^\n]*", "", text).replace("result=ok", "result=feature-control-locked-off")
    text = text.replace("RESULT: PASS", "RESULT: BLOCKED feature-control-locked-off")
    text = text.replace(f"= 0x5{FEATURE_CONTROL}", "= 0x1: locked, VMX outside SMX off, VMX in SMX off")
    text = text.replace("feature_control=0x5", "feature_control=0x1")
    text = re.sub(r"entered=\d+ left=\d+", "entered=0 left=0", text)
    return re.sub(r"vmx: \d+ of", "vmx: 0 of", text)


def _damaged(text: str, chance: random.Random) -> str:
    """Mostly as it is; seldom cut, or with a changed byte."""
    kind, at = chance.random(), chance.randrange(len(text))
    if kind < 0.025:
        return text[:at]
    return text[:at] + chance.choice("0123456789 \n#") + text[at + 1:] if kind < 0.05 else text
