/* Starts the other CPUs once. They write MSRs and CR0 in real mode, then halt. */
#include "tests/boot/spoil/spoil.h"

enum { PAGE_PHYS = 0x8000, MSRS_MOST = 8, END = -1 };

/* aps.asm: the code, and its variables and counters. */
struct ap_msr {
	uint32_t msr, low, high;
};
extern const uint8_t ap_code[], ap_code_end[];
extern const struct ap_msr ap_msrs[MSRS_MOST + 1];
extern const uint32_t ap_cr0, ap_started;

static void *in_page(const void *variable)
{
	return (uint8_t *)PAGE_PHYS + ((const uint8_t *)variable - ap_code);
}

static void list_msrs(struct ap_msr *list)
{
	const char *value;
	unsigned n = 0;

	for (; n < MSRS_MOST && (value = words_value("ap-msr", n)) != NULL; n++) {
		uint64_t to_write;

		list[n].msr = (uint32_t)number_take(&value);
		to_write = number_take(&value);
		list[n].low = (uint32_t)to_write;
		list[n].high = (uint32_t)(to_write >> 32);
	}
	list[n].msr = (uint32_t)END;
}

/* Starts the CPUs only once for all of ap-started, ap-msr and ap-cr0. */
void aps_spoil(const char *value)
{
	static bool done;

	(void)value;
	if (done)
		return;
	done = true;
	for (size_t i = 0; i < (size_t)(ap_code_end - ap_code); i++)
		((volatile uint8_t *)PAGE_PHYS)[i] = ap_code[i];
	list_msrs(in_page(ap_msrs));
	*(uint32_t *)in_page(&ap_cr0) = (uint32_t)words_number("ap-cr0", 0);
	apic_start_others(PAGE_PHYS);
	print_value("other CPUs started:", *(volatile uint32_t *)in_page(&ap_started));
}
