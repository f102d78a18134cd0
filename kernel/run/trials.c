#include "kernel/run/trials.h"

#include "kernel/machine/arch.h"

/* The self-test and the bench also run guests, so they need the memory of the guests, too. */
bool trials_prepare(struct trials *ready, struct trials wanted, uint32_t cpus)
{
	if (!wanted.guests && !wanted.selftest && !wanted.bench)
		return true;
	ready->guests = ready->guests || arch_vmx_prepare_proof(cpus);
	if (!ready->guests)
		return false;
	if (wanted.selftest)
		ready->selftest = ready->selftest || arch_vmx_prepare_selftest(cpus);
	if (wanted.selftest && !ready->selftest)
		return false;
	if (wanted.bench)
		ready->bench = ready->bench || arch_vmx_prepare_bench(cpus);
	return !wanted.bench || ready->bench;
}

/*
 * Alone and together differ where CPUs share something: a core between hyper-threads, a cache, or
 * the host hypervisor's locks.
 */
uint32_t trials_bench(const struct cpu_list *cpus)
{
	uint32_t lost = 0;

	for (uint32_t i = 0; i < cpus->count; i++) {
		const struct cpu_list one = {&cpus->cpu[i], 1};

		lost += arch_smp_run(&one, arch_vmx_bench_alone, TASK_BENCH);
	}
	return lost + arch_smp_run(cpus, arch_vmx_bench_together, TASK_BENCH);
}
