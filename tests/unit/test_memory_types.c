/* kernel/record/memory_types.h, arch/x86_64/mtrr.h and facts.c, with fake MSRs and CPUID. */
#include "arch/x86_64/mtrr.h"
#include "arch/x86_64/instructions.h"
#include "arch/x86_64/register_instructions.h"
#include "arch/x86_64/registers.h"
#include "kernel/machine/arch.h"
#include "tests/unit/unit.h"

#define MIB        (1ull << 20)
#define LARGE_PAGE (2 * MIB)
#define MASK(size) ((0xFFFFFFF000ull & ~((size) - 1)) | MTRR_PHYSMASK_USED)

static uint64_t msrs[0x300];
static uint32_t features, faulting, highest_read, initial_apic_id;
static unsigned reads;

static int begin(void **state)
{
	memset(msrs, 0, sizeof(msrs));
	features = (uint32_t)(CPUID_1_EDX_MTRR | CPUID_1_EDX_PAT);
	faulting = highest_read = 0;
	reads = 0;
	msrs[IA32_MTRRCAP] = MTRRCAP_FIXED | 2;
	return 0;
}

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	if (leaf != 1 || subleaf != 0)
		return (struct cpuid){0};
	return (struct cpuid){.ebx = initial_apic_id << 24, .edx = features};
}

raw_status_t rdmsr_safe(uint32_t msr, uint64_t *value)
{
	assert_true(msr < COUNT_OF(msrs));
	reads++;
	if (msr >= IA32_MTRR_PHYSBASE0 && msr < IA32_MTRR_FIX64K_00000 && msr > highest_read)
		highest_read = msr;
	*value = msr == faulting ? 0 : msrs[msr];
	return msr == faulting ? RAW_FAULT : 0;
}

static struct memory_types read_types(void)
{
	struct memory_types types;

	memory_types_read(&types, features, rdmsr_safe);
	return types;
}

static void only_registers_that_exist_are_read(void **state)
{
	struct memory_types types = read_types();

	assert_int_equal(reads, 3 + 11 + 2 * 2);
	assert_int_equal(highest_read, IA32_MTRR_PHYSMASK0 + 2);
	assert_int_equal(memory_types_reading(&types, MEMORY_VARIABLE + 3).state, MSR_READ);
	assert_int_equal(memory_types_reading(&types, MEMORY_VARIABLE + 4).state, MSR_NOT_READ);
	msrs[IA32_MTRRCAP] = 0xFF; /* no fixed ranges, and more variable ones than there are */
	types = read_types();
	assert_int_equal(memory_types_reading(&types, MEMORY_FIXED).state, MSR_NOT_READ);
	assert_int_equal(highest_read, IA32_MTRR_PHYSMASK0 + 18);
	reads = features = 0;
	types = read_types();
	assert_int_equal(reads, 0);
	assert_int_equal(types.read, 0);
}

static void a_fault_is_a_fact(void **state)
{
	struct memory_types types;

	faulting = IA32_PAT;
	types = read_types();
	assert_int_equal(memory_types_reading(&types, MEMORY_PAT).state, MSR_FAULTED);
	assert_int_equal(memory_types_reading(&types, MEMORY_MTRRCAP).state, MSR_READ);
}

static void each_register_has_its_number_and_name(void **state)
{
	static const struct {
		unsigned index;
		uint32_t msr;
		const char *name;
	} cases[] = {
		{MEMORY_MTRRCAP, 0xFE, "IA32_MTRRCAP"},
		{MEMORY_MTRR_DEF_TYPE, 0x2FF, "IA32_MTRR_DEF_TYPE"},
		{MEMORY_PAT, 0x277, "IA32_PAT"},
		{MEMORY_FIXED, 0x250, "IA32_MTRR_FIX64K_00000"},
		{MEMORY_FIXED + 1, 0x258, "IA32_MTRR_FIX16K_80000"},
		{MEMORY_FIXED + 2, 0x259, "IA32_MTRR_FIX16K_A0000"},
		{MEMORY_FIXED + 3, 0x268, "IA32_MTRR_FIX4K_C0000"},
		{MEMORY_FIXED + 4, 0x269, "IA32_MTRR_FIX4K_C8000"},
		{MEMORY_FIXED + 5, 0x26A, "IA32_MTRR_FIX4K_D0000"},
		{MEMORY_FIXED + 6, 0x26B, "IA32_MTRR_FIX4K_D8000"},
		{MEMORY_FIXED + 7, 0x26C, "IA32_MTRR_FIX4K_E0000"},
		{MEMORY_FIXED + 8, 0x26D, "IA32_MTRR_FIX4K_E8000"},
		{MEMORY_FIXED + 9, 0x26E, "IA32_MTRR_FIX4K_F0000"},
		{MEMORY_FIXED + 10, 0x26F, "IA32_MTRR_FIX4K_F8000"},
		{MEMORY_VARIABLE, 0x200, "IA32_MTRR_PHYSBASE0"},
		{MEMORY_COUNT - 1, 0x213, "IA32_MTRR_PHYSMASK9"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char name[32];
		struct text_buffer buffer = text_buffer(name, sizeof(name));

		memory_types_print_name(cases[i].index, &buffer.text);
		assert_string_equal(name, cases[i].name);
		assert_int_equal(memory_types_msr(cases[i].index), cases[i].msr);
	}
}

static void pat_is_reported_as_found(void **state)
{
	struct cpu cpu = {.inherited = {.pat = 0x0007040600070406, .pat_changed = true}};

	msrs[IA32_PAT] = 0x0007040600010406;
	arch_read_facts(&cpu);
	assert_int_equal(cpu.memory_types.value[MEMORY_PAT], 0x0007040600070406);
	cpu.inherited.pat_changed = false;
	arch_read_facts(&cpu);
	assert_int_equal(cpu.memory_types.value[MEMORY_PAT], 0x0007040600010406);
}

static void the_apic_id_per_cpuid_is_compared_as_far_as_the_mode_goes(void **state)
{
	struct cpu cpu = {.found.apic_id = 3, .inherited.apic = APIC_XAPIC};

	initial_apic_id = 3;
	arch_read_facts(&cpu);
	assert_false(cpu.inherited.has_other_id);
	initial_apic_id = 7;
	arch_read_facts(&cpu);
	assert_true(cpu.inherited.has_other_id);
	assert_int_equal(cpu.inherited.cpuid_apic_id, 7);
}

static void a_range_splits_a_block_if_it_begins_or_ends_inside(void **state)
{
	static const struct {
		struct mtrr_range range;
		uint64_t phys;
		bool splits;
	} cases[] = {
		{{0x80000000 | 6, MASK(1024 * MIB)}, 0x80000000, false},
		{{0x80000000 | 6, MASK(LARGE_PAGE)}, 0x80000000, false},
		{{0x7FF00000, MASK(MIB)}, 0x7FE00000, true},
		{{0x7FF00000, MASK(MIB)}, 0x80000000, false},
		{{0x7FFE0000, MASK(0x10000ull)}, 0x7FE00000, true},
		{{0x80000000 | 6, MASK(LARGE_PAGE) | 0x7FF}, 0x80000000, false}, /* no address */
		{{0x7FF00000, MASK(MIB) & ~MTRR_PHYSMASK_USED}, 0x7FE00000, false},
		{{0x7FF00000, MASK(MIB) & ~0x40000000ull}, 0x3FE00000, true}, /* not contiguous */
		{{0x7FF00000 | 5, MASK(MIB) | 0x7FF}, 0x7FE00000, true},      /* no address */
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_int_equal(mtrr_range_splits(&cases[i].range, cases[i].phys, LARGE_PAGE),
		                 cases[i].splits);
}

/* The first call reads the MTRRs, once and for all: so this is one test, not several. */
static void blocks_are_split_at_small_ranges_and_below_1_mib(void **state)
{
	msrs[IA32_MTRRCAP] = 0xFFFFFF00 | 3;
	msrs[IA32_MTRR_PHYSBASE0] = 6;
	msrs[IA32_MTRR_PHYSMASK0] = MASK(1024 * MIB);
	msrs[IA32_MTRR_PHYSBASE0 + 4] = 0x3FF00000;
	msrs[IA32_MTRR_PHYSMASK0 + 4] = MASK(MIB);
	assert_true(mtrr_split(0, LARGE_PAGE));
	assert_int_equal(reads, 0);
	assert_true(mtrr_split(0x3FE00000, LARGE_PAGE));
	assert_int_equal(reads, 1 + 3 + 1);
	assert_false(mtrr_split(0x3FC00000, LARGE_PAGE));
	assert_false(mtrr_split(0x40000000, LARGE_PAGE));
	assert_int_equal(reads, 1 + 3 + 1);
}

static void pat_and_the_mtrrs_exist_by_features_of_their_own(void **state)
{
	struct memory_types types;

	features = (uint32_t)CPUID_1_EDX_PAT;
	types = read_types();
	assert_int_equal(types.read, 1ull << MEMORY_PAT);
	features = (uint32_t)CPUID_1_EDX_MTRR;
	types = read_types();
	assert_int_equal(memory_types_reading(&types, MEMORY_PAT).state, MSR_NOT_READ);
	assert_int_equal(memory_types_reading(&types, MEMORY_VARIABLE).state, MSR_READ);
}

/* Each is the first half of a block, one after the other from 2 MiB. */
static void of_many_small_ranges_the_first_16_are_kept(void **state)
{
	msrs[IA32_MTRRCAP] = 18;
	for (uint32_t i = 0; i < 18; i++) {
		msrs[IA32_MTRR_PHYSBASE0 + 2 * i] = (i + 1) * LARGE_PAGE;
		msrs[IA32_MTRR_PHYSMASK0 + 2 * i] = MASK(MIB);
	}
	for (uint32_t i = 0; i < 16; i++)
		assert_true(mtrr_split((i + 1) * LARGE_PAGE, LARGE_PAGE));
	for (uint32_t i = 16; i < 20; i++)
		assert_false(mtrr_split((i + 1) * LARGE_PAGE, LARGE_PAGE));
}

static void without_mtrrs_only_memory_below_1_mib_has_several_types(void **state)
{
	features = 0;
	assert_true(mtrr_split(0, LARGE_PAGE));
	assert_true(mtrr_split(MIB - 1, LARGE_PAGE));
	assert_false(mtrr_split(MIB, LARGE_PAGE));
	assert_false(mtrr_split(0x3FE00000, LARGE_PAGE));
	assert_int_equal(reads, 0);
}

static void without_mtrrs_no_block_is_split_above_1_mib(void **state)
{
	features = ~(uint32_t)CPUID_1_EDX_MTRR;
	msrs[IA32_MTRR_PHYSBASE0] = 0x7FF00000;
	msrs[IA32_MTRR_PHYSMASK0] = MASK(MIB);
	assert_false(mtrr_split(0x7FE00000, LARGE_PAGE));
	assert_int_equal(reads, 0);
	assert_true(mtrr_split(0, LARGE_PAGE));
}

static void each_variable_range_has_two_names(void **state)
{
	for (unsigned i = MEMORY_VARIABLE; i < MEMORY_COUNT; i++) {
		char name[32], expected[32];
		struct text_buffer buffer = text_buffer(name, sizeof(name));
		unsigned variable = i - MEMORY_VARIABLE;

		snprintf(expected, sizeof(expected), "IA32_MTRR_PHYS%s%u",
		         variable & 1 ? "MASK" : "BASE", variable >> 1);
		memory_types_print_name(i, &buffer.text);
		assert_string_equal(name, expected);
		assert_int_equal(memory_types_msr(i), 0x200 + variable);
	}
}

static void fixed_and_variable_ranges_are_read_each_for_itself(void **state)
{
	struct memory_types types;

	msrs[IA32_MTRRCAP] = MTRRCAP_FIXED;
	types = read_types();
	assert_int_equal(types.read, (1u << MEMORY_VARIABLE) - 1);
	msrs[IA32_MTRRCAP] = 1;
	types = read_types();
	assert_int_equal(types.read & ((1u << MEMORY_VARIABLE) - (1u << MEMORY_FIXED)), 0);
	assert_int_equal(types.read >> MEMORY_VARIABLE, 3);
}

static int order_of(const struct memory_types *a, const struct memory_types *b, unsigned index)
{
	int order = 0;

	memory_types_order(&order, a, b, index);
	return order;
}

/* Two CPUs have the same register if both have it, with one value, or both have it not. */
static void registers_are_the_same_if_state_and_value_are(void **state)
{
	static const struct msr_reading readings[] = {{.state = MSR_NOT_READ},
	                                              {.state = MSR_READ},
	                                              {.state = MSR_READ, .value = 1},
	                                              {.state = MSR_FAULTED}};

	for (unsigned index = 0; index < MEMORY_COUNT; index++) {
		for (size_t i = 0; i < COUNT_OF(readings); i++) {
			for (size_t j = 0; j < COUNT_OF(readings); j++) {
				struct memory_types a = {0}, b = {0};

				memory_types_set(&a, index, readings[i]);
				memory_types_set(&b, index, readings[j]);
				assert_int_equal(order_of(&a, &b, index) == 0, i == j);
				assert_int_equal(order_of(&a, &b, index), -order_of(&b, &a, index));
				for (unsigned other = 0; other < MEMORY_COUNT; other++)
					assert_true(other == index || order_of(&a, &b, other) == 0);
			}
		}
	}
}

static void what_was_not_read_has_no_value(void **state)
{
	struct memory_types types = {0};

	memory_types_set(&types, MEMORY_PAT, (struct msr_reading){.state = MSR_READ, .value = 7});
	assert_int_equal(memory_types_reading(&types, MEMORY_PAT).value, 7);
	memory_types_set(&types, MEMORY_PAT,
	                 (struct msr_reading){.state = MSR_FAULTED, .value = 7});
	assert_int_equal(memory_types_reading(&types, MEMORY_PAT).state, MSR_FAULTED);
	assert_int_equal(memory_types_reading(&types, MEMORY_PAT).value, 0);
	memory_types_set(&types, MEMORY_PAT, (struct msr_reading){.state = MSR_NOT_READ});
	assert_int_equal(memory_types_reading(&types, MEMORY_PAT).state, MSR_NOT_READ);
}

static void only_the_enable_bit_disables_the_mtrrs(void **state)
{
	for (unsigned bit = 0; bit < 64; bit++) {
		struct memory_types types = {0};
		struct msr_reading reading = {.state = MSR_READ, .value = 1ull << bit};

		assert_false(memory_types_disabled(&types));
		memory_types_set(&types, MEMORY_MTRR_DEF_TYPE, reading);
		assert_int_equal(memory_types_disabled(&types), bit != 11);
		reading.value = ~reading.value;
		memory_types_set(&types, MEMORY_MTRR_DEF_TYPE, reading);
		assert_int_equal(memory_types_disabled(&types), bit == 11);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test_setup(only_registers_that_exist_are_read, begin),
		cmocka_unit_test_setup(a_fault_is_a_fact, begin),
		cmocka_unit_test_setup(each_register_has_its_number_and_name, begin),
		cmocka_unit_test_setup(pat_is_reported_as_found, begin),
		cmocka_unit_test_setup(the_apic_id_per_cpuid_is_compared_as_far_as_the_mode_goes,
	                               begin),
		cmocka_unit_test_setup(a_range_splits_a_block_if_it_begins_or_ends_inside, begin),
		cmocka_unit_test_setup(blocks_are_split_at_small_ranges_and_below_1_mib, begin),
		cmocka_unit_test_setup(pat_and_the_mtrrs_exist_by_features_of_their_own, begin),
		cmocka_unit_test_setup(of_many_small_ranges_the_first_16_are_kept, begin),
		cmocka_unit_test_setup(without_mtrrs_only_memory_below_1_mib_has_several_types,
	                               begin),
		cmocka_unit_test_setup(without_mtrrs_no_block_is_split_above_1_mib, begin),
		cmocka_unit_test_setup(each_variable_range_has_two_names, begin),
		cmocka_unit_test_setup(fixed_and_variable_ranges_are_read_each_for_itself, begin),
		cmocka_unit_test_setup(registers_are_the_same_if_state_and_value_are, begin),
		cmocka_unit_test_setup(what_was_not_read_has_no_value, begin),
		cmocka_unit_test_setup(only_the_enable_bit_disables_the_mtrrs, begin),
	};

	return unit_run(rules, COUNT_OF(rules));
}
