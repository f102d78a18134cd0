/* kernel/report/compare_memory.h: memory types that should be the same on all CPUs. */
#include "kernel/report/compare_memory.h"
#include "tests/unit/cpus.h"

static void print(const struct machine *machine, struct text *to)
{
	compare_memory_print(machine, to);
}

static const char *differences_of(const struct machine *machine)
{
	const char *printed = cpus_printed(print, machine);
	struct unit_capture *capture = unit_capture();

	assert_int_equal(compare_memory_print(machine, &capture->text), printed[0] != '\0');
	return printed;
}

/* Memory types as Bochs' firmware sets them. */
static void set_memory_types(struct machine *machine)
{
	static const struct msr_reading def_type = {0xC06, MSR_READ},
					mask = {0xFFC0000800, MSR_READ};

	for (uint32_t i = 0; i < machine->cpus.count; i++) {
		struct memory_types *types = &machine->cpus.cpu[i]->memory_types;

		memory_types_set(types, MEMORY_MTRR_DEF_TYPE, def_type);
		memory_types_set(types, MEMORY_VARIABLE + 1, mask);
	}
}

static void memory_types_that_differ_are_named(void **state)
{
	static const struct msr_reading write_through = {0xC04, MSR_READ},
					faults = {0, MSR_FAULTED};
	struct machine machine = cpus_machine(4);

	set_memory_types(&machine);
	assert_string_equal(differences_of(&machine), "");
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_MTRR_DEF_TYPE, write_through);
	memory_types_set(&machine.cpus.cpu[3]->memory_types, MEMORY_VARIABLE + 1, faults);
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_MTRR_DEF_TYPE = 0xc04, lacks bits "
	                    "0x2\ncpu 3: warning: unlike cpu 0: IA32_MTRR_PHYSMASK0 cannot be "
	                    "read\n");
}

static void disabled_mtrrs_are_explained_and_their_ranges_left_out(void **state)
{
	static const struct msr_reading zero = {0, MSR_READ};
	struct machine machine = cpus_machine(3);

	set_memory_types(&machine);
	memory_types_set(&machine.cpus.cpu[2]->memory_types, MEMORY_MTRR_DEF_TYPE, zero);
	memory_types_set(&machine.cpus.cpu[2]->memory_types, MEMORY_VARIABLE + 1, zero);
	assert_string_equal(differences_of(&machine),
	                    "cpu 2: warning: unlike cpu 0: IA32_MTRR_DEF_TYPE = 0x0, lacks bits "
	                    "0xc06\ncpu 2: warning: its MTRRs are disabled, so it caches no memory "
	                    "and is far slower than CPU 0\n");
}

static void mtrrs_that_a_virtual_init_disables_are_no_difference(void **state)
{
	static const struct msr_reading zero = {0, MSR_READ};
	struct machine machine = cpus_machine(3);

	set_memory_types(&machine);
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	for (uint32_t i = 1; i < machine.cpus.count; i++)
		memory_types_set(&machine.cpus.cpu[i]->memory_types, MEMORY_MTRR_DEF_TYPE, zero);
	assert_string_equal(differences_of(&machine), "");
	machine.cpus.cpu[0]->evidence.hypervisor = false;
	assert_string_not_equal(differences_of(&machine), "");
}

static void a_cpu_that_read_no_memory_types_is_not_compared(void **state)
{
	struct machine machine = cpus_machine(2);

	set_memory_types(&machine);
	machine.cpus.cpu[1]->memory_types = (struct memory_types){0};
	assert_string_equal(differences_of(&machine), "");
	set_memory_types(&machine);
	machine.cpus.cpu[0]->memory_types = (struct memory_types){0};
	assert_string_equal(differences_of(&machine), "");
}

static void bits_that_differ_are_printed_on_their_side(void **state)
{
	static const struct msr_reading more = {0xC0F, MSR_READ}, both = {0x40F, MSR_READ},
					known = {0xC06, MSR_READ};
	struct machine machine = cpus_machine(2);
	struct memory_types *first = &machine.cpus.cpu[0]->memory_types,
			    *second = &machine.cpus.cpu[1]->memory_types;

	memory_types_set(first, MEMORY_PAT, known);
	memory_types_set(second, MEMORY_PAT, more);
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_PAT = 0xc0f, extra bits 0x9\n");
	memory_types_set(second, MEMORY_PAT, both);
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_PAT = 0x40f, lacks bits 0x800, "
	                    "extra bits 0x9\n");
}

static void neighbours_have_lines_of_their_own_from_the_first_register_on(void **state)
{
	static const struct msr_reading one = {1, MSR_READ}, two = {2, MSR_READ};
	struct machine machine = cpus_machine(3);

	set_memory_types(&machine);
	for (uint32_t i = 0; i < 3; i++)
		memory_types_set(&machine.cpus.cpu[i]->memory_types, MEMORY_MTRRCAP,
		                 (struct msr_reading){0, MSR_READ});
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_MTRRCAP, one);
	memory_types_set(&machine.cpus.cpu[2]->memory_types, MEMORY_MTRRCAP, two);
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_MTRRCAP = 0x1, extra bits 0x1\n"
	                    "cpu 2: warning: unlike cpu 0: IA32_MTRRCAP = 0x2, extra bits 0x2\n");
}

static void all_ranges_of_disabled_mtrrs_are_left_out(void **state)
{
	static const struct msr_reading zero = {0, MSR_READ}, one = {1, MSR_READ};
	struct machine machine = cpus_machine(2);

	set_memory_types(&machine);
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_MTRR_DEF_TYPE, zero);
	for (unsigned index = MEMORY_FIXED; index < MEMORY_COUNT; index++)
		memory_types_set(&machine.cpus.cpu[1]->memory_types, index, one);
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_MTRR_DEF_TYPE = 0x0, lacks bits "
	                    "0xc06\ncpu 1: warning: its MTRRs are disabled, so it caches no memory "
	                    "and is far slower than CPU 0\n");
}

static void pat_is_compared_even_where_init_disables_the_mtrrs(void **state)
{
	static const struct msr_reading zero = {0, MSR_READ}, one = {1, MSR_READ};
	struct machine machine = cpus_machine(2);

	set_memory_types(&machine);
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	memory_types_set(&machine.cpus.cpu[0]->memory_types, MEMORY_PAT, zero);
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_MTRR_DEF_TYPE, zero);
	memory_types_set(&machine.cpus.cpu[1]->memory_types, MEMORY_PAT, one);
	assert_string_equal(differences_of(&machine),
	                    "cpu 1: warning: unlike cpu 0: IA32_PAT = 0x1, extra bits 0x1\n");
}

static void without_cpus_there_is_no_difference(void **state)
{
	struct machine machine = {0};

	assert_string_equal(differences_of(&machine), "");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(memory_types_that_differ_are_named),
		cmocka_unit_test(disabled_mtrrs_are_explained_and_their_ranges_left_out),
		cmocka_unit_test(mtrrs_that_a_virtual_init_disables_are_no_difference),
		cmocka_unit_test(a_cpu_that_read_no_memory_types_is_not_compared),
		cmocka_unit_test(bits_that_differ_are_printed_on_their_side),
		cmocka_unit_test(neighbours_have_lines_of_their_own_from_the_first_register_on),
		cmocka_unit_test(all_ranges_of_disabled_mtrrs_are_left_out),
		cmocka_unit_test(pat_is_compared_even_where_init_disables_the_mtrrs),
		cmocka_unit_test(without_cpus_there_is_no_difference),
	};

	return unit_run(rules, COUNT_OF(rules));
}
