/*
 * Guest trials: instructions that cause VM exits. SDM vol. 3C 25.1.2 "Instructions That Cause VM
 * Exits Unconditionally", SDM vol. 3C 25.1.3 "Instructions That Cause VM Exits Conditionally"
 */
#include "arch/x86_64/vmx/selftest/selftest_trial_rows.h"

/* clang-format off */
const struct guest_trial selftest_exits[] = {
	{{"exit, CPUID", NULL, EXITS(CPUID)}, &code_cpuid, 0, 0, {{0}}},
	{{"exit, INVD", NULL, EXITS(INVD)}, &code_invd, 0, 0, {{0}}},

	{{"exit, HLT", NULL, EXITS(HLT)}, &code_hlt, 0, 0, {{0}}},
	{{"no exit, HLT", "vmx-preemption-timer", EXITS(PREEMPTION_TIMER)}, &code_halted, 0, 0, {CLEAR(PRIMARY_CONTROLS, PRIMARY_HLT_EXITING), THEN(GUEST_ACTIVITY, ACTIVITY_HLT)}},
};
/* clang-format on */

const unsigned selftest_exits_count = sizeof(selftest_exits) / sizeof(selftest_exits[0]);
