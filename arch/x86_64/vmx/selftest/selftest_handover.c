#include "arch/x86_64/vmx/selftest/selftest_handover.h"

#include "arch/x86_64/instructions.h"
#include "arch/x86_64/vmx/guest/vmcs_host.h"
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmcs_fields.h"
#include "kernel/machine/progress.h"

#include <stdatomic.h>

enum { NOBODY, GIVING, GIVEN };
enum { GIVEN_US = 1500000 }; /* time without progress after which no AP will give it */

static uint32_t cpu_count;
static _Atomic uint8_t state;

void selftest_handover_prepare(uint32_t cpus)
{
	cpu_count = cpus;
	atomic_store(&state, NOBODY);
}

/* The region stands in for the CPU's own, so that arch_vmx_leave() clears what is in use. */
void selftest_handover_give(struct cpu *cpu)
{
	uint64_t own_phys = cpu->found.vmcs_phys;
	uint64_t region_phys = selftest_address(HANDED_VMCS, cpu);
	uint8_t before = NOBODY;
	struct guest guest;

	if (cpu->found.index == 0 || !atomic_compare_exchange_strong(&state, &before, GIVING))
		return;
	vmcs_end(cpu);
	cpu->found.vmcs_phys = region_phys;
	selftest_write_good(&guest, cpu);
	guest_run(&guest);
	vmcs_write(GUEST_RSP, region_phys);
	vmcs_end(cpu);
	cpu->found.vmcs_phys = own_phys;
	atomic_store(&state, GIVEN);
}

bool selftest_handover_take(const struct cpu *cpu)
{
	struct progress_wait wait = progress_wait_begin();

	if (cpu->found.index != 0 || cpu_count == 1)
		return false;
	while (atomic_load(&state) != GIVEN && !progress_wait_is_over(&wait, GIVEN_US))
		pause();
	return atomic_load(&state) == GIVEN;
}

struct vmx_status selftest_handover_run(struct cpu *cpu)
{
	struct guest guest = guest_make(PROOF_LONG, cpu);

	vmcs_set_host((uint64_t)guest_exit, &cpu->evidence, &cpu->proof);
	return guest_run(&guest);
}
