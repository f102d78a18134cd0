/* VM entries with a wrong host state, in the SDM's order. All are risky. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

#define ROW(name, needs, base, ...) ENTRY_ROW(name, needs, BAD_HOST, base, 0, true, __VA_ARGS__)

/* clang-format off */
const struct entry_trial selftest_host_state[] = {
	/* SDM vol. 3C 26.2.2 "Checks on Host Control Registers and MSRs" */
	ROW("entry, host CR0.NE clear", NULL, BASE_LONG, CLEAR(HOST_CR0, CR0_NE)),
	ROW("entry, host CR4.VMXE clear", NULL, BASE_LONG, CLEAR(HOST_CR4, CR4_VMXE)),
	ROW("entry, host CR3 beyond physical addresses", NULL, BASE_LONG, SET_HIGH(HOST_CR3, BIT(28))),
	ROW("entry, host CR3 bit 63", NULL, BASE_LONG, SET_HIGH(HOST_CR3, BIT(31))),
	ROW("entry, host SYSENTER_ESP not canonical", NULL, BASE_LONG, WRITE_HIGH(HOST_SYSENTER_ESP, BIT(31))),
	ROW("entry, host SYSENTER_EIP not canonical", NULL, BASE_LONG, WRITE_HIGH(HOST_SYSENTER_EIP, BIT(31))),
	ROW("entry, host IA32_PERF_GLOBAL_CTRL with reserved bits", "vmx-exit-load-perf-global-ctrl", BASE_LONG, SET(EXIT_CONTROLS, EXIT_LOAD_PERF_GLOBAL_CTRL), SET_HIGH(HOST_PERF_GLOBAL_CTRL, BIT(31))),
	ROW("entry, host IA32_PAT with a reserved type", "vmx-exit-load-pat", BASE_LONG, SET(EXIT_CONTROLS, EXIT_LOAD_PAT), CLEAR(HOST_PAT, 7), SET(HOST_PAT, 2)),
	ROW("entry, host IA32_PAT with reserved bits", "vmx-exit-load-pat", BASE_LONG, SET(EXIT_CONTROLS, EXIT_LOAD_PAT), SET_HIGH(HOST_PAT, BIT(31))),
	ROW("entry, host IA32_EFER with reserved bits", "vmx-exit-load-efer", BASE_LONG, SET(HOST_EFER, BIT(1))),
	ROW("entry, host IA32_EFER.LMA clear", "vmx-exit-load-efer", BASE_LONG, CLEAR(HOST_EFER, EFER_LMA)),
	ROW("entry, host IA32_EFER.LME clear", "vmx-exit-load-efer", BASE_LONG, CLEAR(HOST_EFER, EFER_LME)),

	/* SDM vol. 3C 26.2.3 "Checks on Host Segment and Descriptor-Table Registers" */
	ROW("entry, host ES with an RPL", NULL, BASE_LONG, SET(HOST_ES_SELECTOR, 3)),
	ROW("entry, host CS in the LDT", NULL, BASE_LONG, SET(HOST_CS_SELECTOR, 4)),
	ROW("entry, host CS null", NULL, BASE_LONG, WRITE(HOST_CS_SELECTOR, 0)),
	ROW("entry, host TR in the LDT", NULL, BASE_LONG, SET(HOST_TR_SELECTOR, 4)),
	ROW("entry, host TR null", NULL, BASE_LONG, WRITE(HOST_TR_SELECTOR, 0)),
	ROW("entry, host FS base not canonical", NULL, BASE_LONG, WRITE_HIGH(HOST_FS_BASE, BIT(31))),

	/*
	 * SDM vol. 3C 26.2.4 "Checks Related to Address-Space Size". A RIP that is not canonical is not
	 * tried: it cannot be made harmless, because the host would continue there.
	 */
	ROW("entry, host not 64-bit", NULL, BASE_LONG, CLEAR(EXIT_CONTROLS, EXIT_HOST_64BIT)),
	ROW("entry, host CR4.PAE clear", NULL, BASE_LONG, CLEAR(HOST_CR4, CR4_PAE)),
};
/* clang-format on */

const unsigned selftest_host_state_count = COUNT_OF(selftest_host_state);
