/* Lets an AP stop in real mode, right after it counted itself. */
#include "arch/x86_64/apic.h"
#include "arch/x86_64/trampoline.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"
#include "tests/boot/inject/inject.h"

bool __real_apic_send_startup(uint32_t apic_id, uint64_t page_phys);
bool __wrap_apic_send_startup(uint32_t apic_id, uint64_t page_phys);

/*
 * Real-mode code that increments trampoline_started in the given page, as the trampoline does, and
 * then only halts.
 */
static uint64_t make_dead_end(uint64_t page_phys)
{
	uint16_t segment = (uint16_t)(page_phys >> 4);
	uint16_t started = (uint16_t)((const char *)&trampoline_started - trampoline_start);
	uint8_t code[] = {
		0xFA,                            /* cli */
		0xB8, 0,    0,    0x8E, 0xD8,    /* mov ax, segment; mov ds, ax */
		0x66, 0xF0, 0xFF, 0x06, 0,    0, /* lock inc dword [started] */
		0xF4, 0xEB, 0xFD,                /* hlt; jmp back to it */
	};
	uint64_t phys = memory_take_low();

	memcpy(code + 2, &segment, sizeof(segment));
	memcpy(code + 10, &started, sizeof(started));
	memcpy(arch_map(phys, PAGE_SIZE), code, sizeof(code));
	return phys;
}

/* Makes the APs report a disabled execute-disable bit: requires a bit that no Intel CPU has. */
static void require_more(uint64_t page_phys)
{
	size_t at = (size_t)((const char *)&trampoline_no_execute - trampoline_start);
	uint32_t bits = 1u << 31 | 1u << 20;

	memcpy((char *)arch_map(page_phys, PAGE_SIZE) + at, &bits, sizeof(bits));
}

/* Here the words name the AP by its APIC ID. */
bool __wrap_apic_send_startup(uint32_t apic_id, uint64_t page_phys)
{
	static uint64_t dead_end;

	if (inject_find_about("hang-real", apic_id) != NULL) {
		if (dead_end == 0)
			dead_end = make_dead_end(page_phys);
		page_phys = dead_end;
	}
	if (inject_find("no-execute-disable") != NULL)
		require_more(page_phys);
	return __real_apic_send_startup(apic_id, page_phys);
}
