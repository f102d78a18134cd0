/*
 * Guest trials: instructions that cause VM exits. SDM vol. 3C 25.1.2 "Instructions That Cause VM
 * Exits Unconditionally", SDM vol. 3C 25.1.3 "Instructions That Cause VM Exits Conditionally", SDM
 * vol. 3C 24.6.19 "XSS-Exiting Bitmap". TPAUSE, UMWAIT and UMONITOR came after that edition.
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

#define UNDEFINED THEN(EXIT_INTERRUPTION, EXCEPTION(VECTOR_UD))

/* IA32_XSS with the state of CET in user mode, from the area of MSRs that VM entry loads. */
#define XSS_CET BIT(11)
#define WITH_XSS                                                                           \
	SECONDARY_ON(XSAVES), SET(GUEST_CR4, CR4_OSXSAVE), WRITE(ENTRY_MSR_LOAD_COUNT, 1), \
		STORE(TRIAL_AREAS, 0, IA32_XSS), STORE(TRIAL_AREAS, 8, XSS_CET)

/* clang-format off */
const struct guest_trial selftest_exits[] = {
	TRIAL("exit, CPUID", NULL, CPUID, code_cpuid, 0, NOTHING),
	TRIAL("exit, GETSEC", SELFTEST_SMX, GETSEC, code_getsec, 0, SET(GUEST_CR4, CR4_SMXE)),
	TRIAL("exit, GETSEC with CR4.SMXE clear is undefined", NULL, EXCEPTION, code_getsec, 0, UNDEFINED),
	TRIAL("exit, INVD", NULL, INVD, code_invd, 0, NOTHING),
	TRIAL("exit, XSETBV", SELFTEST_XSAVE, XSETBV, code_xsetbv, 0, SET(GUEST_CR4, CR4_OSXSAVE), PASS(RAX, 1)),
	TRIAL("exit, XSETBV with CR4.OSXSAVE clear is undefined", NULL, EXCEPTION, code_xsetbv, 0, UNDEFINED),
	TRIAL("exit, INVEPT", "vmx-invept", INVEPT, code_invept, 0, NOTHING),
	TRIAL("exit, INVVPID", "vmx-invvpid", INVVPID, code_invvpid, 0, NOTHING),
	TRIAL("exit, VMCLEAR", NULL, VMCLEAR, code_vmclear, 0, NOTHING),
	TRIAL("exit, VMLAUNCH", NULL, VMLAUNCH, code_vmlaunch, 0, NOTHING),
	TRIAL("exit, VMPTRLD", NULL, VMPTRLD, code_vmptrld, 0, NOTHING),
	TRIAL("exit, VMPTRST", NULL, VMPTRST, code_vmptrst, 0, NOTHING),
	/* Of a register operand the qualification must be 0, but that is not tried: Bochs 2.7 stores what an
	   earlier instruction left, so the result would change from run to run. */
	TRIAL("exit, VMREAD", NULL, VMREAD, code_vmread, 8, NOTHING),
	TRIAL("exit, VMRESUME", NULL, VMRESUME, code_vmresume, 0, NOTHING),
	TRIAL("exit, VMWRITE", NULL, VMWRITE, code_vmwrite, 0, NOTHING),
	TRIAL("exit, VMXOFF", NULL, VMXOFF, code_vmxoff, 0, NOTHING),
	TRIAL("exit, VMXON", NULL, VMXON, code_vmxon, 0, NOTHING),
	TRIAL("exit, VMFUNC not enabled is undefined", NULL, EXCEPTION, code_vmfunc, 0, UNDEFINED),

	TRIAL("exit, HLT", NULL, HLT, code_hlt, 0, NOTHING),
	TRIAL("no exit, HLT", "vmx-preemption-timer", PREEMPTION_TIMER, code_halted, 0, PRIMARY_OFF(HLT_EXITING), THEN(GUEST_ACTIVITY, ACTIVITY_HLT)),
	TRIAL("exit, INVLPG", NULL, INVLPG, code_invlpg, TRIAL_ADDRESS(TRIAL_DATA) + 0x10, PRIMARY_ON(INVLPG_EXITING)),
	ENDS("no exit, INVLPG", NULL, code_invlpg, NOTHING),
	TRIAL("exit, INVPCID", "vmx-invpcid-exit", INVPCID, code_invpcid, 0, SECONDARY_ON(INVPCID), PRIMARY_ON(INVLPG_EXITING), PASS(RAX, 2)),
	ENDS("no exit, INVPCID", "vmx-invpcid-exit", code_invpcid, SECONDARY_ON(INVPCID), PASS(RAX, 2)),
	TRIAL("exit, INVPCID not enabled is undefined", NULL, EXCEPTION, code_invpcid, 0, PRIMARY_ON(INVLPG_EXITING), PASS(RAX, 2), UNDEFINED),
	TRIAL("exit, MONITOR", SELFTEST_MONITOR, MONITOR, code_monitor, 0, PRIMARY_ON(MONITOR_EXITING), PASS(RAX, TRIAL_ADDRESS(TRIAL_DATA))),
	ENDS("no exit, MONITOR", SELFTEST_MONITOR, code_monitor, PASS(RAX, TRIAL_ADDRESS(TRIAL_DATA))),
	TRIAL("exit, MWAIT", SELFTEST_MONITOR, MWAIT, code_mwait, 0, PRIMARY_ON(MWAIT_EXITING)),
	ENDS("no exit, MWAIT without MONITOR", "vmx-preemption-timer, " SELFTEST_MONITOR, code_mwait, NOTHING),
	TRIAL("exit, PAUSE", "vmx-pause-exit", PAUSE, code_pause, 0, PRIMARY_ON(PAUSE_EXITING)),
	ENDS("no exit, PAUSE", NULL, code_pause, NOTHING),
	TRIAL("exit, RDPMC", NULL, RDPMC, code_rdpmc, 0, PRIMARY_ON(RDPMC_EXITING)),
	TRIAL("exit, RDTSC", NULL, RDTSC, code_rdtsc, 0, PRIMARY_ON(RDTSC_EXITING)),
	ENDS("no exit, RDTSC", NULL, code_rdtsc, NOTHING),
	TRIAL("exit, RDTSCP", "vmx-rdtscp-exit", RDTSCP, code_rdtscp, 0, SECONDARY_ON(RDTSCP), PRIMARY_ON(RDTSC_EXITING)),
	ENDS("no exit, RDTSCP", "vmx-rdtscp-exit", code_rdtscp, SECONDARY_ON(RDTSCP)),
	TRIAL("exit, RDTSCP not enabled is undefined", NULL, EXCEPTION, code_rdtscp, 0, PRIMARY_ON(RDTSC_EXITING), UNDEFINED),
	TRIAL("exit, RDRAND", "vmx-rdrand-exit", RDRAND, code_rdrand, 0, SECONDARY_ON(RDRAND_EXITING)),
	ENDS("no exit, RDRAND", "vmx-rdrand-exit", code_rdrand, NOTHING),
	TRIAL("exit, RDSEED", "vmx-rdseed-exit", RDSEED, code_rdseed, 0, SECONDARY_ON(RDSEED_EXITING)),
	ENDS("no exit, RDSEED", "vmx-rdseed-exit", code_rdseed, NOTHING),
	TRIAL("exit, WBINVD", "vmx-wbinvd-exit", WBINVD, code_wbinvd, 0, SECONDARY_ON(WBINVD_EXITING)),
	ENDS("no exit, WBINVD", "vmx-wbinvd-exit", code_wbinvd, NOTHING),
	ENDS("no exit, XSAVES without bits in IA32_XSS", "vmx-xsaves, " SELFTEST_XSAVE, code_xsaves, SECONDARY_ON(XSAVES), SET(GUEST_CR4, CR4_OSXSAVE), PASS(RAX, 1)),
	TRIAL("exit, XSAVES not enabled is undefined", NULL, EXCEPTION, code_xsaves, 0, PASS(RAX, 1), UNDEFINED),
	/* What VM entry loads into IA32_XSS stays there until selftest_try_guests() restores it. */
	TRIAL("exit, XSAVES of a component in the XSS-exiting bitmap", "vmx-xsaves, " SELFTEST_CET, XSAVES, code_xsaves, 0, WITH_XSS, WRITE(XSS_EXITING_BITMAP, XSS_CET), PASS(RAX, XSS_CET)),
	TRIAL("exit, XRSTORS of a component in the XSS-exiting bitmap", "vmx-xsaves, " SELFTEST_CET, XRSTORS, code_xrstors, 0, WITH_XSS, WRITE(XSS_EXITING_BITMAP, XSS_CET), PASS(RAX, XSS_CET)),
	ENDS("no exit, XSAVES of a component not in the XSS-exiting bitmap", "vmx-xsaves, " SELFTEST_CET, code_xsaves, WITH_XSS, PASS(RAX, XSS_CET)),
	ENDS("no exit, XSAVES of another component", "vmx-xsaves, " SELFTEST_CET, code_xsaves, WITH_XSS, WRITE(XSS_EXITING_BITMAP, XSS_CET), PASS(RAX, 1)),
	TRIAL("exit, XRSTORS not enabled is undefined", NULL, EXCEPTION, code_xrstors, 0, PASS(RAX, 1), UNDEFINED),
	TRIAL("exit, TPAUSE", "vmx-enable-user-wait-pause", TPAUSE, code_tpause, 0, SECONDARY_ON(USER_WAIT_PAUSE), PRIMARY_ON(RDTSC_EXITING)),
	TRIAL("exit, UMWAIT", "vmx-enable-user-wait-pause", UMWAIT, code_umwait, 0, SECONDARY_ON(USER_WAIT_PAUSE), PRIMARY_ON(RDTSC_EXITING)),
	ENDS("no exit, TPAUSE until a time that has passed", "vmx-enable-user-wait-pause", code_tpause, SECONDARY_ON(USER_WAIT_PAUSE)),
	ENDS("no exit, UMONITOR", "vmx-enable-user-wait-pause", code_umonitor, SECONDARY_ON(USER_WAIT_PAUSE), PRIMARY_ON(RDTSC_EXITING)),
	TRIAL("exit, TPAUSE not enabled is undefined", "vmx-enable-user-wait-pause", EXCEPTION, code_tpause, 0, PRIMARY_ON(RDTSC_EXITING), UNDEFINED),
	TRIAL("exit, UMONITOR not enabled is undefined", "vmx-enable-user-wait-pause", EXCEPTION, code_umonitor, 0, UNDEFINED),
	TRIAL("exit, a loop of PAUSE", "vmx-ple, vmx-preemption-timer", PAUSE, code_pauses, 0, SECONDARY_ON(PAUSE_LOOP_EXITING), WRITE(PLE_GAP, 0x10000), WRITE(PLE_WINDOW, 0x100)),

	TRIAL("exit, SGDT", "vmx-desc-exit", GDTR_IDTR, code_sgdt, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, SIDT", "vmx-desc-exit", GDTR_IDTR, code_sidt, 0x20, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, LGDT", "vmx-desc-exit", GDTR_IDTR, code_lgdt, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, LIDT", "vmx-desc-exit", GDTR_IDTR, code_lidt, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, SLDT", "vmx-desc-exit", LDTR_TR, code_sldt, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, STR", "vmx-desc-exit", LDTR_TR, code_str, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, LLDT", "vmx-desc-exit", LDTR_TR, code_lldt, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	TRIAL("exit, LTR", "vmx-desc-exit", LDTR_TR, code_ltr, 0, SECONDARY_ON(DESCRIPTOR_TABLE_EXITING)),
	ENDS("no exit, SGDT", NULL, code_sgdt, NOTHING),
	ENDS("no exit, SIDT", NULL, code_sidt, NOTHING),
	ENDS("no exit, SLDT", NULL, code_sldt, NOTHING),
	ENDS("no exit, STR", NULL, code_str, NOTHING),
};
/* clang-format on */

const unsigned selftest_exits_count = COUNT_OF(selftest_exits);
