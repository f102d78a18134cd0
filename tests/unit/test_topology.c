/* arch/x86_64/topology.h, with a fake CPUID. */
#include "arch/x86_64/topology.h"
#include "arch/x86_64/instructions.h"
#include "tests/unit/unit.h"

static uint32_t leaves;
static struct cpuid leaf1;
static struct cpuid levels_b[3], levels_1f[10];

struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	static const struct cpuid none;

	if (leaf <= 1)
		assert_int_equal(subleaf, 0);
	if (leaf == 0)
		return (struct cpuid){.eax = leaves};
	if (leaf == 1)
		return leaf1;
	if (leaf == 0x0B && subleaf < COUNT_OF(levels_b))
		return levels_b[subleaf];
	if (leaf == 0x1F && subleaf < COUNT_OF(levels_1f))
		return levels_1f[subleaf];
	return none;
}

/* EAX: shift; EBX: CPUs; ECX: type and level; EDX: x2APIC ID. */
#define LEVEL(shift, cpus, type, level, id) {shift, cpus, (type) << 8 | (level), id}

static void the_last_level_of_leaf_b_is_the_package(void **state)
{
	leaves = 0x16;
	levels_b[0] = (struct cpuid)LEVEL(1, 2, 1, 0, 0x23);
	levels_b[1] = (struct cpuid)LEVEL(4, 12, 2, 1, 0x23);
	assert_int_equal(topology_read().apic_id, 0x23);
	assert_int_equal(topology_read().package_shift, 4);
}

static void leaf_1f_comes_first_and_has_dies(void **state)
{
	leaves = 0x1F;
	levels_b[0] = (struct cpuid)LEVEL(1, 2, 1, 0, 0x123);
	levels_b[1] = (struct cpuid)LEVEL(4, 12, 2, 1, 0x123);
	levels_1f[0] = (struct cpuid)LEVEL(1, 2, 1, 0, 0x123);
	levels_1f[1] = (struct cpuid)LEVEL(4, 12, 2, 1, 0x123);
	levels_1f[2] = (struct cpuid)LEVEL(6, 48, 5, 2, 0x123);
	assert_int_equal(topology_read().package_shift, 6);
	assert_int_equal(topology_read().apic_id, 0x123);
}

static void an_empty_leaf_says_nothing(void **state)
{
	leaves = 0x1F;
	levels_1f[0] = (struct cpuid)LEVEL(0, 0, 1, 0, 0);
	levels_b[0] = (struct cpuid)LEVEL(3, 8, 2, 0, 9);
	assert_int_equal(topology_read().apic_id, 9);
	assert_int_equal(topology_read().package_shift, 3);
}

static void older_cpus_have_an_initial_id_and_a_count_that_is_rounded_up(void **state)
{
	leaves = 0x0A;
	leaf1 = (struct cpuid){.ebx = 0x05060800, .edx = 1u << 28};
	assert_int_equal(topology_read().apic_id, 5);
	assert_int_equal(topology_read().package_shift, 3);
	leaf1.edx = ~(1u << 28);
	assert_int_equal(topology_read().package_shift, 0);
	leaf1.edx = 1u << 28;
	for (unsigned ids = 0; ids < 256; ids++) {
		unsigned shift;

		leaf1.ebx = 0xFF00FFFF | ids << 16;
		shift = topology_read().package_shift;
		assert_true(1u << shift >= ids);
		assert_true(shift == 0 || 1u << (shift - 1) < ids);
	}
}

/* A hypervisor may report an endless list of levels. */
static void levels_are_bounded(void **state)
{
	leaves = 0x1F;
	for (unsigned i = 0; i < COUNT_OF(levels_1f); i++)
		levels_1f[i] = (struct cpuid)LEVEL(i, 1, 1, i, 7);
	assert_int_equal(topology_read().package_shift, 7);
}

/* A level without a type is none, whatever its number. The bits above the shift are reserved. */
static void each_field_has_its_bits(void **state)
{
	leaves = 0x0B;
	levels_b[0] = (struct cpuid){0xFFFFFFE4, 0xFFFF, 0xFFFF0180, 0x12345678};
	levels_b[1] = (struct cpuid){9, 1, 0xFFFF00FF, 1};
	assert_int_equal(topology_read().package_shift, 4);
	assert_int_equal(topology_read().apic_id, 0x12345678);
}

/* A CPU answers a leaf above its highest with the data of that one. */
static void a_leaf_above_the_highest_is_not_read(void **state)
{
	leaf1 = (struct cpuid){.ebx = 0x05000000};
	levels_b[0] = (struct cpuid)LEVEL(1, 2, 1, 0, 0xB);
	levels_1f[0] = (struct cpuid)LEVEL(2, 2, 1, 0, 0x1F);
	for (leaves = 1; leaves < 0x30; leaves++)
		assert_int_equal(topology_read().apic_id, leaves < 0x0B   ? 5
		                                          : leaves < 0x1F ? 0x0B
		                                                          : 0x1F);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_last_level_of_leaf_b_is_the_package),
		cmocka_unit_test(leaf_1f_comes_first_and_has_dies),
		cmocka_unit_test(an_empty_leaf_says_nothing),
		cmocka_unit_test(older_cpus_have_an_initial_id_and_a_count_that_is_rounded_up),
		cmocka_unit_test(levels_are_bounded),
		cmocka_unit_test(each_field_has_its_bits),
		cmocka_unit_test(a_leaf_above_the_highest_is_not_read),
	};

	return unit_run(rules, COUNT_OF(rules));
}
