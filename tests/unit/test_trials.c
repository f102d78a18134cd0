/* kernel/run/trials.h: what each kind of trial needs, and that nothing is prepared twice. */
#include "kernel/run/trials.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

static struct trials lacks; /* memory for these */
static unsigned proofs, selftests, benches, runs;
static uint32_t lost_each;

bool arch_vmx_prepare_proof(uint32_t cpus)
{
	assert_int_equal(cpus, 7);
	proofs++;
	return !lacks.guests;
}

bool arch_vmx_prepare_selftest(uint32_t cpus)
{
	assert_int_equal(cpus, 7);
	selftests++;
	return !lacks.selftest;
}

bool arch_vmx_prepare_bench(uint32_t cpus)
{
	assert_int_equal(cpus, 7);
	benches++;
	return !lacks.bench;
}

void arch_vmx_bench_alone(struct cpu *cpu)
{
}

void arch_vmx_bench_together(struct cpu *cpu)
{
}

uint32_t arch_smp_run(const struct cpu_list *cpus, void (*work)(struct cpu *cpu), const char *task)
{
	runs++;
	assert_int_equal(cpus->count, work == arch_vmx_bench_alone ? 1 : 3);
	return lost_each;
}

static void each_trial_is_prepared_with_the_guests_that_it_needs(void **state)
{
	for (unsigned bits = 0; bits < 8; bits++) {
		for (unsigned missing = 0; missing < 8; missing++) {
			struct trials wanted = {bits & 1, bits & 2, bits & 4}, ready = {0};
			bool enough = bits == 0 || !(missing & (bits | 1));

			lacks = (struct trials){missing & 1, missing & 2, missing & 4};
			assert_int_equal(trials_prepare(&ready, wanted, 7), enough);
			assert_int_equal(ready.guests, bits != 0 && !lacks.guests);
			assert_true(!ready.selftest || wanted.selftest);
			assert_true(!ready.bench || wanted.bench);
			if (enough) {
				assert_int_equal(ready.selftest, wanted.selftest);
				assert_int_equal(ready.bench, wanted.bench);
			}
		}
	}
}

static void what_is_ready_is_not_prepared_again(void **state)
{
	struct trials all = {true, true, true}, ready = {0};

	for (unsigned round = 0; round < 3; round++)
		assert_true(trials_prepare(&ready, all, 7));
	assert_int_equal(proofs, 1);
	assert_int_equal(selftests, 1);
	assert_int_equal(benches, 1);
}

static void the_bench_runs_on_each_cpu_alone_and_then_on_all(void **state)
{
	struct cpu *none[3] = {NULL};
	const struct cpu_list cpus = {none, 3};

	assert_int_equal(trials_bench(&cpus), 0);
	assert_int_equal(runs, 4);
	lost_each = 1;
	assert_int_equal(trials_bench(&cpus), 4);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_trial_is_prepared_with_the_guests_that_it_needs),
		cmocka_unit_test(what_is_ready_is_not_prepared_again),
		cmocka_unit_test(the_bench_runs_on_each_cpu_alone_and_then_on_all),
	};

	return unit_run(rules, COUNT_OF(rules));
}
