/*
 * Every field of the VMCS, per SDM vol. 3D B.1 "16-Bit Fields" and the sections after it, and the
 * checks of VMREAD and VMWRITE that go through them. A check names the first field that fails.
 */
#include "arch/x86_64/vmx/selftest/selftest_fields.h"

#include "arch/x86_64/vmx/vmcs_fields.h"
#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/lib/count.h"

#include <stddef.h>

#define SUCCESS     {VMX_SUCCEEDED, 0, 0}
#define UNSUPPORTED {VMX_FAIL_VALID, VMX_ERROR_UNSUPPORTED_FIELD, 0}

/* clang-format off */
const struct field_range field_ranges[] = {
	{0x0000, 1, "vmx-vpid"},
	{0x0002, 1, "vmx-posted-intr"},
	{0x0004, 1, "ept-violation-ve"},
	{0x0800, 8, NULL},
	{0x0810, 1, "vmx-apicv-vid"},
	{0x0812, 1, "vmx-pml"},
	{0x0C00, 7, NULL},
	{0x2000, 2, NULL},
	{0x2004, 1, "vmx-msr-bitmap"},
	{0x2006, 4, NULL},
	{0x200E, 1, "vmx-pml"},
	{0x2010, 1, NULL},
	{0x2012, 1, "vmx-flexpriority"},
	{0x2014, 1, "vmx-apicv-xapic"},
	{0x2016, 1, "vmx-posted-intr"},
	{0x2018, 1, "vmx-vmfunc"},
	{0x201A, 1, "vmx-ept"},
	{0x201C, 4, "vmx-apicv-vid"},
	{0x2024, 1, "vmx-eptp-switching"},
	{0x2026, 2, "vmx-shadow-vmcs"},
	{0x202A, 1, "ept-violation-ve"},
	{0x202C, 1, "vmx-xsaves"},
	{0x202E, 1, "vmx-encls-exit"},
	{0x2032, 1, "vmx-tsc-scaling"},
	{0x2400, 1, "vmx-ept"},
	{0x2800, 2, NULL},
	{0x2804, 1, "vmx-entry-load-pat"},
	{0x2806, 1, "vmx-entry-load-efer"},
	{0x2808, 1, "vmx-entry-load-perf-global-ctrl"},
	{0x280A, 4, "vmx-ept"},
	{0x2812, 1, "vmx-entry-load-bndcfgs"},
	{0x2C00, 1, "vmx-exit-load-pat"},
	{0x2C02, 1, "vmx-exit-load-efer"},
	{0x2C04, 1, "vmx-exit-load-perf-global-ctrl"},
	{0x4000, 14, NULL},
	{0x401C, 1, "vmx-flexpriority"},
	{0x401E, 1, "vmx-secondary-ctls"},
	{0x4020, 2, "vmx-ple"},
	{0x4400, 8, NULL},
	{0x4800, 22, NULL},
	{0x482E, 1, "vmx-preemption-timer"},
	{0x4C00, 1, NULL},
	{0x6000, 4, NULL},
	{0x6008, 4, SELFTEST_CR3_TARGETS},
	{0x6400, 6, NULL},
	{0x6800, 20, NULL},
	{0x6C00, 12, NULL},
};

const struct field_check selftest_fields[] = {
	{{"VMCS fields, 16-bit control, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x0000},
	{{"VMCS fields, 16-bit guest-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x0800},
	{{"VMCS fields, 16-bit host-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x0c00},
	{{"VMCS fields, 64-bit control, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x2000},
	{{"VMCS fields, 64-bit guest-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x2800},
	{{"VMCS fields, 64-bit host-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x2c00},
	{{"VMCS fields, 32-bit control, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x4000},
	{{"VMCS fields, 32-bit guest-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x4800},
	{{"VMCS fields, 32-bit host-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x4c00},
	{{"VMCS fields, natural-width control, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x6000},
	{{"VMCS fields, natural-width guest-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x6800},
	{{"VMCS fields, natural-width host-state, written and read", NULL, SUCCESS}, FIELD_READ_BACK, 0x6c00},
	{{"VMCS fields, high halves, written and read", NULL, SUCCESS}, FIELD_HALVES, 0},
	{{"VMCS fields, read-only, read", NULL, SUCCESS}, FIELD_READ, 0},
	{{"VMCS fields, read-only, written", "!vmx-vmwrite-vmexit-fields", {VMX_FAIL_VALID, VMX_ERROR_READ_ONLY_FIELD, 0}}, FIELD_WRITE, 0},
	{{"VMCS fields, VM-exit information, written", "vmx-vmwrite-vmexit-fields", SUCCESS}, FIELD_WRITE, 0},
	{{"VMCS fields, without their capability, read", NULL, UNSUPPORTED}, FIELD_READ_ABSENT, 0},
	{{"VMCS fields, without their capability, written", NULL, UNSUPPORTED}, FIELD_WRITE_ABSENT, 0},
	{{"VMREAD, each reserved bit of an encoding", NULL, UNSUPPORTED}, FIELD_READ_RESERVED, 0},
	{{"VMWRITE, each reserved bit of an encoding", NULL, UNSUPPORTED}, FIELD_WRITE_RESERVED, 0},
	{{"VMREAD, high half of a field that has none", NULL, UNSUPPORTED}, FIELD_READ_NEITHER, 0},
	{{"VMREAD, above the index in IA32_VMX_VMCS_ENUM", NULL, UNSUPPORTED}, FIELD_ABOVE, 0},
	{{"VMREAD, flags after it", NULL, SUCCESS}, FIELD_FLAGS_READ, 0},
	{{"VMWRITE, flags after it", NULL, SUCCESS}, FIELD_FLAGS_WRITE, 0},
};
/* clang-format on */

const unsigned field_range_count = COUNT_OF(field_ranges);
const unsigned selftest_fields_count = COUNT_OF(selftest_fields);

/* Access rights have reserved bits, which a CPU need not keep; so has L of all segments but CS. */
uint64_t field_kept(uint16_t field)
{
	static const uint64_t widths[] = {0xFFFF, UINT64_MAX, 0xFFFFFFFF, UINT64_MAX};

	if (field == GUEST_CS_RIGHTS)
		return 0x1F0FF;
	if (field >= GUEST_ES_RIGHTS && field <= GUEST_TR_RIGHTS)
		return 0x1D0FF;
	return widths[(field & FIELD_WIDTH) >> 13];
}
