"""Tests the UEFI firmware without the drivers that almost no boot here needs. That it boots, many other tests show."""

from pathlib import Path

import pytest
import small_uefi

from rootmode import bochs, qemu


@pytest.mark.parametrize("firmware", [bochs.ROMS["uefi"], *qemu.ROMS.values()], ids=["bochs", *qemu.ROMS])
def test_all_these_drivers_are_left_out_and_nothing_moves(firmware: Path) -> None:
    if not firmware.is_file():
        pytest.skip(f"{firmware} is missing: run tools/setup")
    image = firmware.read_bytes()
    small = small_uefi.smaller(image)
    assert len(small) == len(image) and small != image
    assert small_uefi.smaller(small) == small


@pytest.mark.parametrize("image", [bytes(64), bytes(4) + small_uefi.LZMA + bytes(64)], ids=["no-section", "another-kind"])
def test_firmware_that_is_built_in_another_way_is_refused(image: bytes) -> None:
    with pytest.raises(ValueError):
        small_uefi.smaller(image)
