#include "tools/check/msr_name.h"

#include "kernel/lib/count.h"
#include "kernel/record/record.h"
#include "kernel/record/vmx_record.h"

/* Names beside those of the SDM: older editions, Linux, VirtualBox 4 and 5, and QEMU's vmxcap. */
static const struct {
	const char *name;
	uint32_t msr;
} others[] = {
	{"IA32_FEATURE_CONTROL", IA32_FEATURE_CONTROL}, {"IA32_FEAT_CTL", IA32_FEATURE_CONTROL},
	{"IA32_BIOS_SIGN_ID", IA32_BIOS_SIGN_ID},       {"IA32_UCODE_REV", IA32_BIOS_SIGN_ID},
	{"IA32_VMX_BASIC_INFO", IA32_VMX_BASIC},        {"IA32_VMX_MISC_CTLS", IA32_VMX_MISC},
};

bool msr_by_name(struct bytes name, uint32_t *msr)
{
	bytes_skip(name, "MSR_", &name);
	for (unsigned i = 0; i < COUNT_OF(others); i++) {
		if (bytes_equal(name, others[i].name)) {
			*msr = others[i].msr;
			return true;
		}
	}
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		if (bytes_equal(name, record_msr_name(i))) {
			*msr = VMX_MSR_FIRST + i;
			return true;
		}
	}
	return false;
}

bool msr_is_used(uint64_t msr)
{
	return msr == IA32_FEATURE_CONTROL || msr == IA32_BIOS_SIGN_ID ||
	       (msr >= VMX_MSR_FIRST && msr < VMX_MSR_FIRST + VMX_MSR_COUNT);
}
