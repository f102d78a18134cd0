/*
 * Guest trials: accesses of I/O ports, MSRs, the time-stamp counter and the APIC. SDM vol. 3C
 * 24.6.4 "I/O-Bitmap Addresses", SDM vol. 3C 24.6.9 "MSR-Bitmap Address", SDM vol. 3C 25.3 "Changes
 * to Instruction Behavior in VMX Non-Root Operation", SDM vol. 3C 29.4 "Virtualizing Memory-Mapped
 * APIC Accesses"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

#define IO_BITMAPS    PRIMARY_ON(IO_BITMAPS)
#define TPR_SHADOW    PRIMARY_ON(TPR_SHADOW)
#define APIC_ACCESSES SECONDARY_ON(VIRTUALIZE_APIC_ACCESSES)
#define X2APIC        SECONDARY_ON(VIRTUALIZE_X2APIC)

/* Port 80H is that of POST codes: an access that does not exit does no harm. */
#define POST         0x80
#define PORT(number) ((uint32_t)(number) << EXIT_IO_PORT_SHIFT)
#define SIZE_16      1
#define SIZE_32      3

/* Where the MSR bitmap has the bits of MSRs from 0 on, and from C0000000H on. */
#define READ_LOW     0x000
#define READ_HIGH    0x400
#define WRITE_LOW    0x800
#define WRITE_TOP    0xC00
#define NO_MSR       0x40000000
#define FS_BIT       0x20 /* the offset of the quadword with the bit of IA32_FS_BASE, which is bit 0 */
#define SYSENTER     0x28 /* and of IA32_SYSENTER_CS, which is bit 52 */
#define SYSENTER_BIT BIT(20)

/* The type of an APIC access in the qualification: SDM vol. 3C 27.2.1 "Basic VM-Exit Information"
 */
#define APIC_READ        (0 << 12)
#define APIC_WRITE       (1 << 12)
#define X2APIC_TPR       0x808
#define DEBUGCTL_BTF     BIT(1) /* only with RFLAGS.TF it does anything */
#define S_CET_ENDBR      BIT(2) /* does nothing while CR4.CET is clear */
#define LOAD_CET         SET(ENTRY_CONTROLS, ENTRY_LOAD_CET), SET(EXIT_CONTROLS, EXIT_LOAD_CET)
#define VTPR(value)      STORE(TRIAL_VIRTUAL_APIC, 0x80, value)
#define THEN_VTPR(value) THEN_STORED(TRIAL_VIRTUAL_APIC, 0x80, value)

/* clang-format off */
const struct guest_trial selftest_accesses[] = {
	TRIAL("I/O, IN of 8 bits", NULL, IO, code_in8, PORT(POST) | EXIT_IO_IN, PASS(RDX, POST)),
	TRIAL("I/O, IN of 32 bits", NULL, IO, code_in32, PORT(POST) | EXIT_IO_IN | SIZE_32, PASS(RDX, POST)),
	TRIAL("I/O, IN of an immediate port", NULL, IO, code_in_80, PORT(POST) | EXIT_IO_IN | EXIT_IO_IMMEDIATE, NOTHING),
	TRIAL("I/O, OUT", NULL, IO, code_out8, PORT(POST), PASS(RDX, POST)),
	TRIAL("I/O, INS", NULL, IO, code_ins, PORT(POST) | EXIT_IO_IN | EXIT_IO_STRING, PASS(RDX, POST), THEN(GUEST_LINEAR_ADDRESS, TRIAL_ADDRESS(TRIAL_APIC))),
	TRIAL("I/O, REP OUTS", NULL, IO, code_rep_outs, PORT(POST) | EXIT_IO_STRING | EXIT_IO_REP | SIZE_16, PASS(RDX, POST), PASS(RCX, 2), THEN(GUEST_LINEAR_ADDRESS, TRIAL_ADDRESS(TRIAL_DATA))),
	ENDS("no exit, IN", NULL, code_in8, PRIMARY_OFF(IO_EXITING), PASS(RDX, POST)),
	TRIAL("I/O bitmap A, a port in it", "vmx-io-bitmap", IO, code_in8, PORT(POST) | EXIT_IO_IN, IO_BITMAPS, STORE(TRIAL_IO_A, POST / 8, BIT(0)), PASS(RDX, POST)),
	ENDS("I/O bitmap A, the port beside it", "vmx-io-bitmap", code_in8, IO_BITMAPS, STORE(TRIAL_IO_A, POST / 8, BIT(1)), PASS(RDX, POST)),
	TRIAL("I/O bitmap A, the last byte of an access", "vmx-io-bitmap", IO, code_in32, PORT(POST) | EXIT_IO_IN | SIZE_32, IO_BITMAPS, STORE(TRIAL_IO_A, POST / 8, BIT(3)), PASS(RDX, POST)),
	ENDS("I/O bitmap A, the byte behind an access", "vmx-io-bitmap", code_in16, IO_BITMAPS, STORE(TRIAL_IO_A, POST / 8, BIT(2)), PASS(RDX, POST)),
	TRIAL("I/O bitmap B, its first port", "vmx-io-bitmap", IO, code_in8, PORT(0x8000) | EXIT_IO_IN, IO_BITMAPS, STORE(TRIAL_IO_B, 0, BIT(0)), PASS(RDX, 0x8000)),
	TRIAL("I/O bitmap B, its last port", "vmx-io-bitmap", IO, code_in8, PORT(0xFFFF) | EXIT_IO_IN, IO_BITMAPS, STORE_HIGH(TRIAL_IO_B, 0xFF8, BIT(31)), PASS(RDX, 0xFFFF)),
	TRIAL("I/O bitmaps, an access that begins in A and ends in B", "vmx-io-bitmap", IO, code_in16, PORT(0x7FFF) | EXIT_IO_IN | SIZE_16, IO_BITMAPS, STORE(TRIAL_IO_B, 0, BIT(0)), PASS(RDX, 0x7FFF)),
	TRIAL("I/O bitmaps, an access that wraps around", "vmx-io-bitmap", IO, code_in16, PORT(0xFFFF) | EXIT_IO_IN | SIZE_16, IO_BITMAPS, PASS(RDX, 0xFFFF)),

	TRIAL("MSR, no bitmap, RDMSR", NULL, RDMSR, code_rdmsr, 0, PRIMARY_OFF(MSR_BITMAPS), PASS(RCX, IA32_SYSENTER_CS)),
	TRIAL("MSR, no bitmap, WRMSR", NULL, WRMSR, code_wrmsr, 0, PRIMARY_OFF(MSR_BITMAPS), PASS(RCX, IA32_SYSENTER_CS)),
	TRIAL("MSR bitmap, read of a low one in it", "vmx-msr-bitmap", RDMSR, code_rdmsr, 0, STORE_HIGH(TRIAL_MSR_BITMAP, READ_LOW + SYSENTER, SYSENTER_BIT), PASS(RCX, IA32_SYSENTER_CS)),
	ENDS("MSR bitmap, read of a low one not in it", "vmx-msr-bitmap", code_rdmsr, WRITE(GUEST_SYSENTER_CS, 0x1230), STORE_HIGH(TRIAL_MSR_BITMAP, WRITE_LOW + SYSENTER, SYSENTER_BIT), PASS(RCX, IA32_SYSENTER_CS), THEN_HOLDS(RAX, 0x1230)),
	TRIAL("MSR bitmap, write of a low one in it", "vmx-msr-bitmap", WRMSR, code_wrmsr, 0, STORE_HIGH(TRIAL_MSR_BITMAP, WRITE_LOW + SYSENTER, SYSENTER_BIT), PASS(RCX, IA32_SYSENTER_CS)),
	ENDS("MSR bitmap, write of a low one not in it", "vmx-msr-bitmap", code_wrmsr, WRITE(GUEST_SYSENTER_CS, 0), STORE_HIGH(TRIAL_MSR_BITMAP, READ_LOW + SYSENTER, SYSENTER_BIT), PASS(RCX, IA32_SYSENTER_CS), PASS(RAX, 0x4560), THEN(GUEST_SYSENTER_CS, 0x4560)),
	TRIAL("MSR bitmap, read of a high one in it", "vmx-msr-bitmap", RDMSR, code_rdmsr, 0, STORE(TRIAL_MSR_BITMAP, READ_HIGH + FS_BIT, BIT(0)), PASS(RCX, IA32_FS_BASE)),
	ENDS("MSR bitmap, read of a high one not in it", "vmx-msr-bitmap", code_rdmsr, WRITE(GUEST_FS_BASE, 0x7890), STORE(TRIAL_MSR_BITMAP, WRITE_TOP + FS_BIT, BIT(0)), PASS(RCX, IA32_FS_BASE), THEN_HOLDS(RAX, 0x7890)),
	TRIAL("MSR bitmap, write of a high one in it", "vmx-msr-bitmap", WRMSR, code_wrmsr, 0, STORE(TRIAL_MSR_BITMAP, WRITE_TOP + FS_BIT, BIT(0)), PASS(RCX, IA32_FS_BASE)),
	ENDS("MSR bitmap, write of a high one not in it", "vmx-msr-bitmap", code_wrmsr, WRITE(GUEST_FS_BASE, 0), STORE(TRIAL_MSR_BITMAP, READ_HIGH + FS_BIT, BIT(0)), PASS(RCX, IA32_FS_BASE), PASS(RAX, 0x1000), THEN(GUEST_FS_BASE, 0x1000)),
	TRIAL("MSR bitmap, read of one outside both ranges", "vmx-msr-bitmap", RDMSR, code_rdmsr, 0, PASS(RCX, NO_MSR)),
	TRIAL("MSR bitmap, write of one outside both ranges", "vmx-msr-bitmap", WRMSR, code_wrmsr, 0, PASS(RCX, NO_MSR)),

	ENDS("MSR area, loaded at entry", "vmx-msr-bitmap", code_rdmsr, WRITE(ENTRY_MSR_LOAD_COUNT, 1), PASS(RCX, IA32_KERNEL_GS_BASE), THEN_HOLDS(RAX, TRIAL_MSR_VALUE)),
	ENDS("MSR area, stored at exit", "vmx-msr-bitmap", code_wrmsr, WRITE(EXIT_MSR_STORE_COUNT, 1), PASS(RCX, IA32_KERNEL_GS_BASE), PASS(RAX, 0x3000), THEN_STORED(TRIAL_AREAS, 8, 0x3000)),
	TRIAL("MSR area, loaded at exit", "vmx-msr-bitmap", CPUID, code_cpuid, 0, WRITE(EXIT_MSR_LOAD_COUNT, 1), STORE(TRIAL_AREAS, 8, 0x4000)),
	ENDS("MSR area, what was loaded at exit", "vmx-msr-bitmap", code_rdmsr, PASS(RCX, IA32_KERNEL_GS_BASE), THEN_HOLDS(RAX, 0x4000)),
	ENDS("IA32_EFER, loaded at entry", "vmx-entry-load-efer, vmx-exit-load-efer, vmx-msr-bitmap", code_rdmsr, SET(GUEST_EFER, EFER_SCE), PASS(RCX, IA32_EFER), THEN_HOLDS(RAX, EFER_LMA | EFER_LME | EFER_SCE)),
	ENDS("IA32_EFER, saved at exit", "vmx-exit-save-efer, vmx-entry-load-efer, vmx-exit-load-efer, vmx-msr-bitmap", code_wrmsr, SET(EXIT_CONTROLS, EXIT_SAVE_EFER), PASS(RCX, IA32_EFER), PASS(RAX, EFER_LMA | EFER_LME | EFER_SCE), THEN(GUEST_EFER, EFER_LMA | EFER_LME | EFER_SCE)),
	ENDS("IA32_DEBUGCTL, loaded at entry", "vmx-msr-bitmap", code_rdmsr, SET(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), WRITE(GUEST_DEBUGCTL, DEBUGCTL_BTF), PASS(RCX, IA32_DEBUGCTL), THEN_HOLDS(RAX, DEBUGCTL_BTF)),
	ENDS("IA32_DEBUGCTL, not loaded at entry", "vmx-entry-noload-debugctl, vmx-msr-bitmap", code_rdmsr, CLEAR(ENTRY_CONTROLS, ENTRY_LOAD_DEBUG), WRITE(GUEST_DEBUGCTL, DEBUGCTL_BTF), PASS(RCX, IA32_DEBUGCTL), THEN_HOLDS(RAX, 0)),
	ENDS("IA32_DEBUGCTL, saved at exit", "vmx-msr-bitmap", code_wrmsr, SET(EXIT_CONTROLS, EXIT_SAVE_DEBUG), PASS(RCX, IA32_DEBUGCTL), PASS(RAX, DEBUGCTL_BTF), THEN(GUEST_DEBUGCTL, DEBUGCTL_BTF)),
	ENDS("IA32_PAT, loaded at entry", "vmx-entry-load-pat, vmx-exit-load-pat, vmx-msr-bitmap", code_rdmsr, SET(ENTRY_CONTROLS, ENTRY_LOAD_PAT), SET(EXIT_CONTROLS, EXIT_LOAD_PAT), WRITE(GUEST_PAT, 0x06040600), PASS(RCX, IA32_PAT), THEN_HOLDS(RAX, 0x06040600)),
	ENDS("IA32_PAT, saved at exit", "vmx-exit-save-pat, vmx-exit-load-pat, vmx-msr-bitmap", code_wrmsr, SET(EXIT_CONTROLS, EXIT_SAVE_PAT | EXIT_LOAD_PAT), WRITE(GUEST_PAT, 0), PASS(RCX, IA32_PAT), PASS(RAX, 0x04060406), THEN(GUEST_PAT, 0x04060406)),
	ENDS("IA32_S_CET, loaded at entry", "vmx-entry-load-cet, vmx-exit-save-cet, vmx-msr-bitmap", code_rdmsr, LOAD_CET, WRITE(GUEST_S_CET, S_CET_ENDBR), PASS(RCX, IA32_S_CET), THEN_HOLDS(RAX, S_CET_ENDBR)),
	ENDS("IA32_S_CET, saved at exit", "vmx-entry-load-cet, vmx-exit-save-cet, vmx-msr-bitmap", code_wrmsr, LOAD_CET, PASS(RCX, IA32_S_CET), PASS(RAX, S_CET_ENDBR), THEN(GUEST_S_CET, S_CET_ENDBR)),
	ENDS("IA32_PERF_GLOBAL_CTRL, loaded at entry", "vmx-entry-load-perf-global-ctrl, vmx-exit-load-perf-global-ctrl, vmx-msr-bitmap, " SELFTEST_COUNTERS, code_rdmsr, SET(ENTRY_CONTROLS, ENTRY_LOAD_PERF_GLOBAL_CTRL), SET(EXIT_CONTROLS, EXIT_LOAD_PERF_GLOBAL_CTRL), WRITE(GUEST_PERF_GLOBAL_CTRL, 1), PASS(RCX, IA32_PERF_GLOBAL_CTRL), THEN_HOLDS(RAX, 1)),
	TRIAL("IA32_PERF_GLOBAL_CTRL, loaded at exit", "vmx-exit-load-perf-global-ctrl, vmx-msr-bitmap, " SELFTEST_COUNTERS, CPUID, code_before_rdmsr, 0, SET(EXIT_CONTROLS, EXIT_LOAD_PERF_GLOBAL_CTRL), WRITE(HOST_PERF_GLOBAL_CTRL, 1), PASS(RCX, IA32_PERF_GLOBAL_CTRL)),
	GOES_ON("IA32_PERF_GLOBAL_CTRL, what was loaded at exit", "vmx-exit-load-perf-global-ctrl, vmx-msr-bitmap, " SELFTEST_COUNTERS, VMCALL, THEN_HOLDS(RAX, 1)),

	ENDS("TSC offset, RDTSC", "vmx-tsc-offset", code_rdtsc, PRIMARY_ON(TSC_OFFSETTING), WRITE_HIGH(TSC_OFFSET, BIT(30)), THEN_HOLDS_BITS(RDX, BIT(30))),
	ENDS("TSC offset, RDTSCP", "vmx-tsc-offset, vmx-rdtscp-exit", code_rdtscp, PRIMARY_ON(TSC_OFFSETTING), SECONDARY_ON(RDTSCP), WRITE_HIGH(TSC_OFFSET, BIT(30)), THEN_HOLDS_BITS(RDX, BIT(30))),
	ENDS("TSC offset, RDMSR", "vmx-tsc-offset, vmx-msr-bitmap", code_rdmsr, PRIMARY_ON(TSC_OFFSETTING), WRITE_HIGH(TSC_OFFSET, BIT(30)), PASS(RCX, IA32_TIME_STAMP_COUNTER), THEN_HOLDS_BITS(RDX, BIT(30))),
	ENDS("TSC offset, not in use", "vmx-tsc-offset", code_rdtsc, WRITE_HIGH(TSC_OFFSET, BIT(30)), THEN_HOLDS_NOT(RDX, BIT(30))),
	ENDS("TSC scaling", "vmx-tsc-scaling, vmx-tsc-offset", code_rdtsc, PRIMARY_ON(TSC_OFFSETTING), SECONDARY_ON(TSC_SCALING), WRITE(TSC_MULTIPLIER, 1), WRITE(TSC_OFFSET, 0x1234), THEN_HOLDS(RAX, 0x1234)),

	TRIAL("APIC access, read", "vmx-apicv-xapic", APIC_ACCESS, code_apic_read, APIC_READ | 0x20, APIC_ACCESSES),
	TRIAL("APIC access, write", "vmx-apicv-xapic", APIC_ACCESS, code_apic_write, APIC_WRITE | 0x300, APIC_ACCESSES),
	/* A fetch must exit, too, but is not tried: Bochs 2.7 panics on it. */
	TRIAL("APIC access, TPR without a TPR shadow", "vmx-apicv-xapic", APIC_ACCESS, code_apic_tpr, APIC_READ | 0x80, APIC_ACCESSES),
	ENDS("APIC access, none without the control", NULL, code_apic_read, NOTHING),
	ENDS("APIC access, TPR read from its shadow", "vmx-apicv-xapic, vmx-flexpriority", code_apic_tpr, APIC_ACCESSES, TPR_SHADOW, VTPR(0x5F), THEN_HOLDS(RAX, 0x5F)),
	ENDS("APIC access, TPR written to its shadow", "vmx-apicv-xapic, vmx-flexpriority", code_apic_to_tpr, APIC_ACCESSES, TPR_SHADOW, PASS(RAX, 0x70), THEN_VTPR(0x70)),
	ENDS("x2APIC, TPR read from its shadow", "vmx-apicv-x2apic, vmx-flexpriority, vmx-msr-bitmap", code_rdmsr, X2APIC, TPR_SHADOW, VTPR(0x5F), PASS(RCX, X2APIC_TPR), THEN_HOLDS(RAX, 0x5F)),
	ENDS("x2APIC, TPR written to its shadow", "vmx-apicv-x2apic, vmx-flexpriority, vmx-msr-bitmap", code_wrmsr, X2APIC, TPR_SHADOW, PASS(RCX, X2APIC_TPR), PASS(RAX, 0x70), THEN_VTPR(0x70)),
};
/* clang-format on */

const unsigned selftest_accesses_count = COUNT_OF(selftest_accesses);
