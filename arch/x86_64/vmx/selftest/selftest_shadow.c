/*
 * Guest trials: VMREAD and VMWRITE of a guest with a shadow VMCS. SDM vol. 3C 24.6.15 "VMCS
 * Shadowing Bitmap Addresses", SDM vol. 3C 24.10 "VMCS Types: Ordinary and Shadow"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

#define SHADOWING                                                                            \
	SECONDARY_ON(VMCS_SHADOWING),                                                        \
	{                                                                                    \
		VMCS_LINK_POINTER, TRIAL_WRITE | TRIAL_PHYS, TRIAL_QUADWORD(TRIAL_SHADOW, 0) \
	}

/* Where a bitmap has the bit of GUEST_RSP. */
#define BITMAP_QUADWORD (GUEST_RSP / 64 * 8)
#define BITMAP_BIT      BIT(GUEST_RSP % 64)
#define LISTED(page)    STORE(page, BITMAP_QUADWORD, BITMAP_BIT)
#define FIELD           PASS(RCX, GUEST_RSP)
#define STORED          STORE(TRIAL_DATA, 0, 0x5000)

/* clang-format off */
const struct guest_trial selftest_shadow[] = {
	ENDS("VMCS shadowing, VMWRITE and VMREAD", "vmx-shadow-vmcs", code_shadow, SHADOWING, FIELD, STORED, THEN_STORED(TRIAL_DATA, 8, 0x5000)),
	TRIAL("VMCS shadowing, VMREAD of a field in its bitmap", "vmx-shadow-vmcs", VMREAD, code_vmread, 8, SHADOWING, FIELD, LISTED(TRIAL_VMREAD_BITMAP)),
	TRIAL("VMCS shadowing, VMWRITE to a field in its bitmap", "vmx-shadow-vmcs", VMWRITE, code_vmwrite, 0, SHADOWING, FIELD, LISTED(TRIAL_VMWRITE_BITMAP)),
	ENDS("VMCS shadowing, the bitmaps are not mixed up", "vmx-shadow-vmcs", code_vmread_only, SHADOWING, FIELD, LISTED(TRIAL_VMWRITE_BITMAP)),
	TRIAL("VMCS shadowing, VMREAD of an encoding beyond the bitmap", "vmx-shadow-vmcs", VMREAD, code_vmread, 8, SHADOWING, PASS(RCX, 0x8000)),
	ENDS("VMCS shadowing, no shadow VMCS", "vmx-shadow-vmcs", code_shadow_none, SECONDARY_ON(VMCS_SHADOWING), FIELD),
	TRIAL("VMCS shadowing, VMPTRLD exits", "vmx-shadow-vmcs", VMPTRLD, code_vmptrld, 0, SHADOWING),
};
/* clang-format on */

const unsigned selftest_shadow_count = COUNT_OF(selftest_shadow);
