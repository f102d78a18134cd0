#include "arch/x86_64/vmx/selftest/selftest_host.h"

#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/console/console.h"
#include "kernel/console/log.h"
#include "kernel/machine/progress.h"

#include <stdatomic.h>

enum { NOBODY, TRYING, SURVIVED };

enum {
	LOG_US = 600000,     /* time without progress after which nobody logs any more */
	FOLLOW_US = 1500000, /* likewise, after which the first AP has not survived */
};

static uint32_t cpu_count;
static _Atomic uint8_t state;
static const char *_Atomic next;   /* the name of the entry that the first AP will try */
static const char *_Atomic logged; /* the last name in the log */
static bool nobody_logs;           /* of the first AP */

void selftest_host_prepare(uint32_t cpus)
{
	cpu_count = cpus;
}

/* The log must be out before the entry is tried: it may be the last that this machine does. */
static void log_name(const char *name)
{
	log_line("vmx", "self-test: next: %s", name);
	console_flush();
}

static void log_next(void)
{
	const char *name = atomic_load(&next);

	if (name == NULL || name == atomic_load(&logged))
		return;
	log_name(name);
	atomic_store(&logged, name);
}

static bool becomes_first(const struct cpu *cpu)
{
	uint8_t before = NOBODY;

	return (cpu->found.index > 0 || cpu_count == 1) &&
	       atomic_compare_exchange_strong(&state, &before, TRYING);
}

static bool may_follow(const struct cpu *cpu)
{
	for (struct progress_wait wait = progress_wait_begin(); atomic_load(&state) != SURVIVED;) {
		if (cpu->found.index == 0)
			log_next();
		if (progress_wait_is_over(&wait, FOLLOW_US))
			return false;
		pause();
	}
	return true;
}

struct selftest_host selftest_host_read(void)
{
	return (struct selftest_host){
		.cr0 = read_cr0(),
		.cr3 = read_cr3(),
		.cr4 = read_cr4(),
		.efer = rdmsr(IA32_EFER),
		.fs_base = rdmsr(IA32_FS_BASE),
		.gs_base = rdmsr(IA32_GS_BASE),
		.sysenter_esp = rdmsr(IA32_SYSENTER_ESP),
		.sysenter_eip = rdmsr(IA32_SYSENTER_EIP),
		.pat = rdmsr(IA32_PAT),
	};
}

bool selftest_host_begin(const struct cpu *cpu, struct selftest_host *host)
{
	*host = selftest_host_read();
	return becomes_first(cpu) || may_follow(cpu);
}

void selftest_host_announce(const struct cpu *cpu, const char *name)
{
	if (atomic_load(&state) == SURVIVED)
		return;
	if (cpu->found.index == 0) {
		log_name(name);
		return;
	}
	atomic_store(&next, name);
	for (struct progress_wait wait = progress_wait_begin();
	     atomic_load(&logged) != name && !nobody_logs; pause())
		nobody_logs = progress_wait_is_over(&wait, LOG_US);
}

/* CR4 first: without VMXE, every VMX instruction raises #UD. */
void selftest_host_restore(const struct selftest_host *host)
{
	write_cr4_safe(host->cr4);
	write_cr0_safe(host->cr0);
	write_cr3(host->cr3);
	wrmsr(IA32_EFER, host->efer);
	descriptors_reload();
	wrmsr(IA32_FS_BASE, host->fs_base);
	wrmsr(IA32_GS_BASE, host->gs_base);
	wrmsr(IA32_SYSENTER_ESP, host->sysenter_esp);
	wrmsr(IA32_SYSENTER_EIP, host->sysenter_eip);
	wrmsr(IA32_PAT, host->pat);
}

void selftest_host_end(void)
{
	atomic_store(&state, SURVIVED);
}
