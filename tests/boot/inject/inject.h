/*
 * tests/boot/inject/ injects faults for the boot tests. The kernel's objects are linked with these
 * files, which wrap some of the kernel's functions (ld --wrap; the list is in inject.mk). Words on
 * the command line say what to inject:
 *
 *     inject=WHAT[@CPU][/STAGE][=VALUE[,VALUE]]
 *
 * CPU is an index in the list of CPUs, "aps", or "all", the default.
 * inject_faults.c has what happens at a stage, inject_vmx.c the registers and instructions of VMX,
 * inject_guest.c the guests. The stages, in the order in which a CPU reaches them:
 *
 *     options   BSP: the command line is read; there is no list of CPUs yet
 *     listing   BSP: the firmware's tables are read; the list of CPUs is about to be made
 *     start     AP: in 64-bit mode, not announced yet
 *     reading   about to read its registers
 *     evidence  has announced CPU_EVIDENCE, and so on
 *     vmxon
 *     done
 *     narrate   BSP: about to print the narrative; the wait for the APs is over
 *     leave     about to leave VMX operation, as part of an orderly end
 *     bench     about to measure, alone
 *     report    BSP: about to print the report
 *     flush     BSP: the log has ended, and is about to be flushed to the consoles
 */
#ifndef TESTS_BOOT_INJECT_INJECT_H
#define TESTS_BOOT_INJECT_INJECT_H

#include "kernel/lib/bytes.h"

enum { INJECT_CPUS = 256 }; /* largest number of CPUs that injections support */

struct injection {
	struct bytes what;
	struct bytes stage;
	uint32_t cpu;
	uint64_t value[2]; /* 0: not given */
	bool was_performed[INJECT_CPUS];
};

/* Returns the injection of this name for the calling CPU, NULL if there is none. */
const struct injection *inject_find(const char *what);

/* Returns the injection of this name whose first value is the given one, NULL if there is none. */
const struct injection *inject_find_about(const char *what, uint64_t value);

/* Ends the run with REASON_PANIC: the words cannot be performed. */
__attribute__((noreturn)) void inject_fail(const char *what);

/* Performs once what the words say for this stage on the calling CPU. */
void inject_stage(const char *stage);

/* inject_faults.c: performs an injection. May not return. */
void inject_perform(const struct injection *injection);

/* inject_guest.c: performs an injection that is about guests. Returns false for any other. */
bool inject_perform_on_guest(const struct injection *injection);

/* Returns whether the guest of a CPU spins, until an NMI ends that. */
bool inject_guest_spins(uint32_t cpu);

#endif
