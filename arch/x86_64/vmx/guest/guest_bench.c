/*
 * Measures the round trip from the host to the guest and back. The guest's RIP stays at an
 * instruction that exits, so each VM entry makes the same exit again, and needs no VMWRITE between.
 * Only guest_enter() is between the two readings of the time-stamp counter.
 */
#include "arch/x86_64/descriptors.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/guest.h"
#include "arch/x86_64/vmx/vmcs.h"
#include "arch/x86_64/vmx/vmx_exits.h"
#include "kernel/machine/arch.h"
#include "kernel/machine/memory.h"
#include "kernel/lib/string.h"

enum {
	SAMPLES = PAGE_SIZE / sizeof(uint32_t), /* at most */
	WARM_UP = 16,
	MEASURE_US = 200000, /* limit per exit reason: under a host hypervisor exits are slow */
};

static const uint64_t reasons[BENCH_EXITS] = {
	[BENCH_VMCALL] = EXIT_REASON_VMCALL,
	[BENCH_CPUID] = EXIT_REASON_CPUID,
	[BENCH_HLT] = EXIT_REASON_HLT,
	[BENCH_EPT_VIOLATION] = EXIT_REASON_EPT_VIOLATION,
};

static uint32_t *samples; /* a page for each CPU */

bool arch_vmx_prepare_bench(uint32_t cpus)
{
	uint64_t phys = memory_take(cpus);

	samples = phys != 0 ? arch_map(phys, (uint64_t)cpus * PAGE_SIZE) : NULL;
	return samples != NULL;
}

/* Returns the guest's RIP at the first instruction that exits for this reason. */
static uint64_t place_of(uint64_t reason)
{
	const struct expected_exit *expected = guest_long_exits;

	while (expected->reason != reason)
		expected++;
	return GUEST_CODE + expected->at;
}

/*
 * Measures one round trip, in ticks. Returns 0 if it was another exit, for example for an NMI.
 * LFENCE before each RDTSC keeps the CPU from reading the counter before the VM entry or after it
 * started.
 */
static uint32_t measure_one(struct guest *guest, uint64_t reason)
{
	uint64_t start = rdtsc_ordered();
	raw_status_t failed = guest_enter(guest->registers, guest->launched);
	uint64_t end = rdtsc_ordered();

	if (failed)
		return 0;
	guest->launched = true;
	if (guest_exit_take_nmi(vmcs_value(EXIT_REASON)) || vmcs_value(EXIT_REASON) != reason)
		return 0;
	return end - start < UINT32_MAX ? (uint32_t)(end - start) : UINT32_MAX;
}

/*
 * The first WARM_UP trips are dropped: they fill caches and TLBs. RIP is written again after a trip
 * that failed, as an NMI may have left the guest elsewhere.
 */
static struct bench_ticks bench_measure(struct guest *guest, uint64_t reason, uint32_t *ticks)
{
	uint64_t since = rdtsc();
	unsigned count = 0;
	bool again = true;

	for (unsigned i = 0;
	     i < WARM_UP + SAMPLES && arch_ticks_to_us(rdtsc() - since) < MEASURE_US; i++) {
		uint32_t taken;

		if (again)
			vmcs_write(GUEST_RIP, place_of(reason));
		taken = measure_one(guest, reason);
		again = taken == 0;
		if (i >= WARM_UP && taken != 0)
			ticks[count++] = taken;
	}
	return count > 0 ? bench_summarize(ticks, count) : (struct bench_ticks){0};
}

static void measure_all(struct guest *guest, const struct cpu *cpu,
                        struct bench_ticks results[BENCH_EXITS])
{
	uint32_t *own_samples = samples + cpu->found.index * (size_t)SAMPLES;

	for (enum bench_exit i = 0; i < BENCH_EXITS; i++) {
		if (i != BENCH_EPT_VIOLATION || guest->ept)
			results[i] = bench_measure(guest, reasons[i], own_samples);
	}
}

/*
 * guest_state_write() and the runs leave their traces in cpu->proof, so it is saved and restored:
 * the proof is a result of its own. The trial page is unmapped and the translations are flushed, or
 * else the EPT violation would not occur.
 */
static void bench(struct cpu *cpu, enum bench_mode mode)
{
	struct vmx_proof proof = cpu->proof;
	struct guest guest = guest_make(PROOF_LONG, cpu);

	guest_memory_wait(cpu);
	guest_memory_map_trial(cpu->found.index, false);
	vmcs_invalidate_translations(&cpu->evidence);
	memset(cpu->bench.ticks[mode], 0, sizeof(cpu->bench.ticks[mode]));
	if (vmx_succeeded(vmcs_begin(cpu)) && guest_state_write(&guest, cpu))
		measure_all(&guest, cpu, cpu->bench.ticks[mode]);
	vmcs_end(cpu);
	descriptors_restore_limits();
	cpu->proof = proof;
}

void arch_vmx_bench_alone(struct cpu *cpu)
{
	if (cpu->outcome.in_root_operation)
		bench(cpu, BENCH_ALONE);
}

void arch_vmx_bench_together(struct cpu *cpu)
{
	if (cpu->outcome.in_root_operation)
		bench(cpu, BENCH_TOGETHER);
}
