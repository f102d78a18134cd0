/* kernel/record/after_init.h: what INIT seems to change on all APs of a virtual machine. */
#include "kernel/record/after_init.h"
#include "tests/unit/cpus.h"

enum { CACHED = 0x10, UNCACHED = 0x60000010 };

/* Makes the CPU one that was found like this; cr0 = 0: it did not start. */
static void find(struct cpu *cpu, uint64_t cr0, bool mtrrs)
{
	static const struct msr_reading enabled = {0xC06, MSR_READ}, disabled = {0x6, MSR_READ};

	cpu->inherited.cr0 = cr0;
	cpu->memory_types = (struct memory_types){0};
	if (cr0 != 0)
		memory_types_set(&cpu->memory_types, MEMORY_MTRR_DEF_TYPE,
		                 mtrrs ? enabled : disabled);
}

/* Returns virtual CPUs whose BSP is as it should be. */
static struct machine virtual(uint32_t count, uint64_t cr0, bool mtrrs)
{
	struct machine machine = cpus_machine(count);

	for (uint32_t i = 0; i < count; i++)
		find(machine.cpus.cpu[i], i == 0 ? CACHED : cr0, i == 0 || mtrrs);
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	return machine;
}

static void all_aps_must_have_it(void **state)
{
	struct machine machine = virtual(4, UNCACHED, false);

	assert_true(after_init_sets_cd(&machine.cpus));
	assert_true(after_init_disables_mtrrs(&machine.cpus));
	for (uint32_t i = 1; i < 4; i++) {
		machine = virtual(4, UNCACHED, false);
		find(machine.cpus.cpu[i], CACHED, true);
		assert_false(after_init_sets_cd(&machine.cpus));
		assert_false(after_init_disables_mtrrs(&machine.cpus));
	}
}

static void aps_that_did_not_start_say_nothing(void **state)
{
	for (uint32_t i = 1; i < 4; i++) {
		struct machine machine = virtual(4, UNCACHED, false);

		find(machine.cpus.cpu[i], 0, true);
		assert_true(after_init_sets_cd(&machine.cpus));
		assert_true(after_init_disables_mtrrs(&machine.cpus));
	}
}

static void each_is_a_fact_of_its_own(void **state)
{
	struct machine cd = virtual(2, UNCACHED, true), mtrrs = virtual(2, CACHED, false);

	assert_true(after_init_sets_cd(&cd.cpus));
	assert_false(after_init_disables_mtrrs(&cd.cpus));
	assert_false(after_init_sets_cd(&mtrrs.cpus));
	assert_true(after_init_disables_mtrrs(&mtrrs.cpus));
}

static void the_bsp_must_differ_and_the_machine_be_virtual(void **state)
{
	struct machine machine = virtual(2, UNCACHED, false);

	machine.cpus.cpu[0]->evidence.hypervisor = false;
	assert_false(after_init_sets_cd(&machine.cpus));
	assert_false(after_init_disables_mtrrs(&machine.cpus));
	machine = virtual(2, UNCACHED, false);
	find(machine.cpus.cpu[0], UNCACHED, false);
	assert_false(after_init_sets_cd(&machine.cpus));
	assert_false(after_init_disables_mtrrs(&machine.cpus));
}

static void without_cpus_there_is_nothing_to_say(void **state)
{
	struct cpu_list none = {0};

	assert_false(after_init_sets_cd(&none));
	assert_false(after_init_disables_mtrrs(&none));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(all_aps_must_have_it),
		cmocka_unit_test(aps_that_did_not_start_say_nothing),
		cmocka_unit_test(each_is_a_fact_of_its_own),
		cmocka_unit_test(the_bsp_must_differ_and_the_machine_be_virtual),
		cmocka_unit_test(without_cpus_there_is_nothing_to_say),
	};

	return unit_run(rules, COUNT_OF(rules));
}
