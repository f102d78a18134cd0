/* kernel/report/narrate.h: the lines of regions and names, at their edges. */
#include "kernel/report/narrate.h"
#include "tests/unit/cpus.h"

static void up_to_16_uneven_regions_are_listed(void **state)
{
	struct machine machine = cpus_machine(16);

	machine.cpus.cpu[15]->found.region_phys = 0x200000;
	cpus_assert_told(&machine, "VMXON regions at 0x100000,0x101000,");
}

static void a_list_of_regions_has_those_of_its_line_alone(void **state)
{
	struct machine machine = cpus_machine(4);

	machine.cpus.cpu[1]->evidence.signature = 1;
	machine.cpus.cpu[3]->found.region_phys = 0x200000;
	cpus_assert_told(&machine, "cpus 0,2-3: VMXON regions at 0x100000,0x102000,0x200000, ");
}

static void a_region_is_not_recorded_if_one_of_the_line_is_not(void **state)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct machine machine = cpus_machine(2);

		machine.cpus.cpu[i]->found.region_phys = 0;
		cpus_assert_told(&machine, "cpus 0-1: VMXON region not recorded, ");
		machine = cpus_machine(2);
		machine.cpus.cpu[i]->found.region_phys = 1;
		cpus_assert_not_told(&machine, "not recorded");
	}
}

static void names_count_however_short(void **state)
{
	struct machine machine = cpus_machine(1);
	struct vmx_evidence *evidence = &machine.cpus.cpu[0]->evidence;

	evidence->signature = 0xF0050654 & ~0xF000u;
	strcpy(evidence->brand, "X");
	strcpy(evidence->hypervisor_vendor, "Y");
	cpus_assert_told(&machine, "cpu 0: GenuineIntel, X, family 6, model 85, stepping 4, ");
	cpus_assert_told(&machine, "ECX[31] is clear: CPUID.40000000H names one, Y\n");
	strcpy(evidence->hypervisor_beneath, "Z");
	evidence->hypervisor = true;
	cpus_assert_told(&machine, ", hypervisor Z with the interface of Y\n");
	evidence->signature = 0xF0F00F41;
	cpus_assert_told(&machine, ", family 30, model 4, stepping 1, ");
	evidence->signature = 0x000FFF00 | 0x41;
	cpus_assert_told(&machine, ", family 15, model 244, stepping 1, ");
}

static void the_first_cpu_may_fail_to_leave(void **state)
{
	struct machine machine = cpus_machine(2);

	cpus_stop(machine.cpus.cpu[0], REASON_VMXOFF);
	assert_int_equal(
		strncmp(cpus_printed(narrate_leaving, &machine), "cpu 0: error: VMXOFF", 20), 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(up_to_16_uneven_regions_are_listed),
		cmocka_unit_test(a_list_of_regions_has_those_of_its_line_alone),
		cmocka_unit_test(a_region_is_not_recorded_if_one_of_the_line_is_not),
		cmocka_unit_test(names_count_however_short),
		cmocka_unit_test(the_first_cpu_may_fail_to_leave),
	};

	return unit_run(rules, COUNT_OF(rules));
}
