/*
 * Loops of VM entries: the same rule for many bits of a field, or for many fields. A loop is one
 * check, which names the first item that the CPU got wrong. The bits of the controls come from the
 * capability MSRs: what is reserved differs from CPU to CPU. SDM vol. 3D A.2 "Reserved Controls and
 * Default Settings" says which must be 1.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

/* clang-format off */
#define CONTROLS(name, needs, items, field, ...) {{{name, needs, BAD_CONTROLS}, BASE_LONG, 0, false, {__VA_ARGS__}}, items, 0, field, 0, 0}
#define BITS(name, needs, expected, base, field, bits, ...) {{{name, needs, expected}, base, 0, false, {__VA_ARGS__}}, ITEMS_BITS, 0, field, 0, bits}
#define FIXED(name, field, msr) {{{name, NULL, BAD_GUEST}, BASE_LONG, 0, false, {{0}}}, ITEMS_FIXED_TO_0, 0, field, 0, msr}
#define RISKY_FIXED(name, field, msr) {{{name, NULL, BAD_HOST}, BASE_LONG, 0, true, {{0}}}, ITEMS_FIXED_TO_0, 0, field, 0, msr}
#define FIELDS(name, needs, expected, base, first, mask, how, value) {{{name, needs, expected}, base, 0, false, {{0}}}, ITEMS_FIELDS, how, first, mask, value}
#define RISKY_FIELDS(name, needs, expected, base, first, mask, how, value) {{{name, needs, expected}, base, 0, true, {{0}}}, ITEMS_FIELDS, how, first, mask, value}

const struct entry_loop selftest_loops[] = {
	CONTROLS("entry, a pin-based control that must be 1", NULL, ITEMS_MUST_BE_1, PIN_CONTROLS, {0}),
	CONTROLS("entry, a pin-based control that must be 0", NULL, ITEMS_MUST_BE_0, PIN_CONTROLS, {0}),
	CONTROLS("entry, a primary control that must be 1", NULL, ITEMS_MUST_BE_1, PRIMARY_CONTROLS, {0}),
	CONTROLS("entry, a primary control that must be 0", NULL, ITEMS_MUST_BE_0, PRIMARY_CONTROLS, {0}),
	CONTROLS("entry, a secondary control that must be 0", "vmx-secondary-ctls", ITEMS_MUST_BE_0, SECONDARY_CONTROLS, {0}),
	CONTROLS("entry, a tertiary control that must be 0", "vmx-tertiary-ctls", ITEMS_MUST_BE_0, TERTIARY_CONTROLS, SET(PRIMARY_CONTROLS, PRIMARY_TERTIARY)),
	CONTROLS("entry, a VM-function control that must be 0", "vmx-vmfunc", ITEMS_MUST_BE_0, VM_FUNCTION_CONTROLS, SET(SECONDARY_CONTROLS, SECONDARY_VM_FUNCTIONS)),
	CONTROLS("entry, a VM-exit control that must be 1", NULL, ITEMS_MUST_BE_1, EXIT_CONTROLS, {0}),
	CONTROLS("entry, a VM-exit control that must be 0", NULL, ITEMS_MUST_BE_0, EXIT_CONTROLS, {0}),
	CONTROLS("entry, a secondary VM-exit control that must be 0", "vmx-exit-secondary-ctls", ITEMS_MUST_BE_0, SECONDARY_EXIT_CONTROLS, SET(EXIT_CONTROLS, EXIT_SECONDARY)),
	CONTROLS("entry, a VM-entry control that must be 1", NULL, ITEMS_MUST_BE_1, ENTRY_CONTROLS, {0}),
	CONTROLS("entry, a VM-entry control that must be 0", NULL, ITEMS_MUST_BE_0, ENTRY_CONTROLS, {0}),

	BITS("entry, injection with each reserved bit", NULL, BAD_CONTROLS, BASE_LONG, ENTRY_INTERRUPTION, 0x7FFFC000 | BIT(12), WRITE(ENTRY_INTERRUPTION, INJECT(3, 6))),
	BITS("entry, EPT pointer with each reserved bit", "vmx-ept", BAD_CONTROLS, BASE_LONG, EPT_POINTER, 0x0FULL << 8 | 0xFFFULL << 52, {0}),

	RISKY_FIXED("entry, host CR0, each bit that must be 0", HOST_CR0, IA32_VMX_CR0_FIXED1),
	RISKY_FIXED("entry, host CR4, each bit that must be 0", HOST_CR4, IA32_VMX_CR4_FIXED1),
	RISKY_FIELDS("entry, each host selector with an RPL", NULL, BAD_HOST, BASE_LONG, HOST_ES_SELECTOR, 0x7F, BITS_SET, 3),
	RISKY_FIELDS("entry, each host selector in the LDT", NULL, BAD_HOST, BASE_LONG, HOST_ES_SELECTOR, 0x7F, BITS_SET, 4),
	RISKY_FIELDS("entry, each host base not canonical", NULL, BAD_HOST, BASE_LONG, HOST_FS_BASE, 0x1F, WRITTEN, BIT(62)),

	FIXED("entry, guest CR0, each bit that must be 0", GUEST_CR0, IA32_VMX_CR0_FIXED1),
	FIXED("entry, guest CR4, each bit that must be 0", GUEST_CR4, IA32_VMX_CR4_FIXED1),
	BITS("entry, guest RFLAGS, each reserved bit", NULL, BAD_GUEST, BASE_LONG, GUEST_RFLAGS, EFLAGS_RESERVED, {0}),
	BITS("entry, guest interruptibility, each reserved bit", NULL, BAD_GUEST, BASE_LONG, GUEST_INTERRUPTIBILITY, 0xFFFFFFE0, {0}),
	/* Bit 11 is not reserved any more where the CPU detects bus locks. */
	BITS("entry, guest pending debug, each reserved bit", NULL, BAD_GUEST, BASE_LONG, GUEST_PENDING_DEBUG, 0xFFFFFFFFFFFEA7F0, {0}),
	BITS("entry, guest PDPTE, each reserved bit", "vmx-ept", BAD_GUEST, BASE_PAE, GUEST_PDPTE0, 0x1E6 | 0xFFFULL << 52, WRITE(GUEST_PDPTE0, PAGE_PRESENT)),
	FIELDS("entry, each guest PDPTE with reserved bits", "vmx-ept", BAD_GUEST, BASE_PAE, GUEST_PDPTE0, 0xF, WRITTEN, PAGE_PRESENT | BIT(1)),

	/* ES, CS, SS, DS, FS, GS, LDTR and TR are bits 0 to 7. */
	FIELDS("entry, each segment in virtual-8086 mode with another base", NULL, BAD_GUEST, BASE_V86, GUEST_ES_BASE, 0x3F, BITS_SET, BIT(4)),
	FIELDS("entry, each segment in virtual-8086 mode with another limit", NULL, BAD_GUEST, BASE_V86, GUEST_ES_LIMIT, 0x3F, WRITTEN, 0xFFFE),
	FIELDS("entry, each segment in virtual-8086 mode with other rights", NULL, BAD_GUEST, BASE_V86, GUEST_ES_RIGHTS, 0x3F, WRITTEN, 0xF2),
	FIELDS("entry, each usable data segment with a base wider than 32 bits", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_BASE, 0x0D, BITS_SET, BIT(32)),
	FIELDS("entry, each usable data segment not accessed", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x3D, WRITTEN, 0x92),
	FIELDS("entry, each usable data segment execute-only", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x39, WRITTEN, 0x99),
	FIELDS("entry, each usable data segment a system segment", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x3D, WRITTEN, 0x83),
	FIELDS("entry, each usable data segment with an RPL above its DPL", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_SELECTOR, 0x39, BITS_SET, 3),
	FIELDS("entry, each usable data segment not present", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x3D, WRITTEN, 0x13),
	FIELDS("entry, each usable data segment with reserved bits 11:8", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x3D, WRITTEN, 0x193),
	FIELDS("entry, each usable data segment of pages, limit not", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x3D, WRITTEN, 0x8093),
	FIELDS("entry, each usable data segment of bytes, limit above 1 MiB", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_LIMIT, 0x3D, WRITTEN, BIT(20)),
	FIELDS("entry, each usable data segment with reserved bits 31:17", NULL, BAD_GUEST, BASE_USABLE, GUEST_ES_RIGHTS, 0x3D, WRITTEN, 0x20093),
};
/* clang-format on */

const unsigned selftest_loops_count = COUNT_OF(selftest_loops);
