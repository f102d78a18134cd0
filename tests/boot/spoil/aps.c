/*
 * Starts the other CPUs once. They write MSRs and CR0 in real mode, then halt. They may be in VMX
 * root operation then, with a VMXON region for one CPU.
 */
#include "tests/boot/spoil/spoil.h"

enum { IA32_VMX_BASIC = 0x480, PAGE_OF_4_MIB = 0x83 }; /* present, writable, at address 0 */
enum { PAGE_PHYS = 0x8000, MSRS_MOST = 8, END = -1 };

/* aps.asm: the code, and its variables and counters. */
struct ap_msr {
	uint32_t msr, low, high;
};
extern const uint8_t ap_code[], ap_code_end[];
extern const struct ap_msr ap_msrs[MSRS_MOST + 1];
extern const uint32_t ap_cr0, ap_started, ap_directory_phys;
extern const uint64_t ap_region_phys;

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

static void prepare_vmxon(void)
{
	static uint32_t region[1024] __attribute__((aligned(4096)));
	static uint32_t directory[1024] __attribute__((aligned(4096)));
	uint64_t basic;

	if (!try_read_msr(IA32_VMX_BASIC, &basic))
		give_up("this CPU has no VMX");
	region[0] = (uint32_t)basic;
	directory[0] = PAGE_OF_4_MIB;
	*(uint32_t *)in_page(&ap_directory_phys) = (uint32_t)directory;
	*(uint32_t *)in_page(&ap_region_phys) = (uint32_t)region;
}

/* Starts the CPUs only once for all of ap-started, ap-msr, ap-cr0 and ap-vmx. */
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
	if (words_have("ap-vmx"))
		prepare_vmxon();
	apic_start_others(PAGE_PHYS);
	print_value("other CPUs started:", *(volatile uint32_t *)in_page(&ap_started));
}
