/* kernel/report/report.h: the facts, as lines for people. docs/serial-log.md "Lines for people" */
#include "tests/unit/cpus.h"

static void the_facts_of_the_contract_appear_for_each_cpu(void **state)
{
	static const char *const facts[] = {
		": GenuineIntel, Intel(R) Core(TM) i7-7800X CPU @ 3.50GHz, family 6, model 85, "
		"stepping 4, ",
		": CPUID.1:ECX.VMX[5] = 1\n",
		": IA32_FEATURE_CONTROL = 0x0: unlocked, VMX outside SMX off, VMX in SMX off\n",
		": IA32_FEATURE_CONTROL after writing it = 0x5: locked, VMX outside SMX on, VMX in "
		"SMX off\n",
		": IA32_VMX_BASIC = 0xd810000000002b: revision identifier 0x2b, region size 4096 "
		"bytes, "
		"write-back\n",
		": CR0 = 0x80010031, CR4 = 0x2020\n",
		", VMXON succeeded\n",
	};
	struct machine machine = cpus_machine(4);

	machine.verbose = true;
	for (size_t i = 0; i < COUNT_OF(facts); i++)
		assert_int_equal(unit_occurrences(cpus_story(&machine), facts[i]), 4);
	cpus_assert_told(&machine, "cpu 3: VMXON region at 0x103000, VMXON succeeded\n");
	cpus_assert_told(&machine, ", APIC ID 6, microcode 0x2000062\n");
	machine.cpus.cpu[3]->evidence.microcode.value = 0xFFFFFFFF; /* no revision, bits 63:32 */
	cpus_assert_told(&machine, ", APIC ID 6\n");
	machine.cpus.cpu[3]->evidence.microcode.value = 1ull << 32;
	cpus_assert_told(&machine, ", APIC ID 6, microcode 0x1\n");
}

static void equal_cpus_share_lines_whatever_their_number(void **state)
{
	struct machine two = cpus_machine(2);
	struct machine machine = cpus_machine(17);
	struct machine many = cpus_machine(4096);

	cpus_assert_told(&two, "cpus 0-1: CPUID.1:ECX.VMX[5] = 1\n");
	assert_int_equal(unit_occurrences(cpus_story(&machine), "CPUID.1:ECX.VMX[5]"), 1);
	cpus_assert_told(&machine, "APIC ID 0,2,4,6,8,10,12,14,16,18,20,22,24,26,28,30,32");
	assert_int_equal(unit_occurrences(cpus_story(&many), "\n"),
	                 unit_occurrences(cpus_story(&two), "\n"));
}

static void a_shared_line_says_where_each_region_is(void **state)
{
	struct machine machine = cpus_machine(16);

	cpus_assert_told(&machine, "cpus 0-15: VMXON regions from 0x100000 to 0x10f000, 0x1000 "
	                           "apart, VMXON succeeded\n");
	machine.cpus.count = 3;
	machine.cpus.cpu[0]->found.region_phys = 0x200000;
	cpus_assert_told(
		&machine,
		"cpus 0-2: VMXON regions at 0x200000,0x101000,0x102000, VMXON succeeded\n");
	machine.cpus.count = 2;
	machine.cpus.cpu[0]->found.region_phys = 0x100000;
	cpus_assert_told(&machine, "cpus 0-1: VMXON regions from 0x100000 to 0x101000, 0x1000 "
	                           "apart, VMXON succeeded\n");
}

/* CPUs 0 and 2 share a line, and so do 1 and 3: the regions of a line are those of its CPUs. */
static void regions_are_of_the_cpus_of_the_line(void **state)
{
	struct machine machine = cpus_machine(4);

	machine.cpus.cpu[1]->outcome.cr0 = machine.cpus.cpu[3]->outcome.cr0 = 0x21;
	machine.cpus.cpu[1]->evidence.signature = machine.cpus.cpu[3]->evidence.signature = 0x1;
	cpus_assert_told(&machine, "cpus 0,2: VMXON regions from 0x100000 to 0x102000, 0x2000 "
	                           "apart, VMXON succeeded\n");
	cpus_assert_told(&machine, "cpus 1,3: VMXON regions from 0x101000 to 0x103000, 0x2000 "
	                           "apart, VMXON succeeded\n");
}

static void many_uneven_regions_do_not_make_a_line_of_all_addresses(void **state)
{
	struct machine machine = cpus_machine(17);

	machine.cpus.cpu[16]->found.region_phys = 0x200000;
	cpus_assert_told(&machine,
	                 "cpus 0-16: VMXON regions from 0x100000 to 0x200000, VMXON succeeded\n");
}

static void verbose_gives_each_cpu_its_lines_whatever_their_number(void **state)
{
	struct machine machine = cpus_machine(17);

	machine.verbose = true;
	assert_int_equal(unit_occurrences(cpus_story(&machine), "CPUID.1:ECX.VMX[5]"), 17);
	cpus_assert_not_told(&machine, "cpus ");
}

static void each_line_begins_with_its_scope(void **state)
{
	struct machine machine = cpus_machine(17);

	cpus_stop(machine.cpus.cpu[4], REASON_LOCKED_OFF);
	machine.cpus.cpu[5]->evidence.vmxe_at_entry = true;
	cpus_silence(machine.cpus.cpu[6]);
	for (const char *line = cpus_story(&machine); *line != '\0';
	     line = strchr(line, '\n') + 1) {
		assert_memory_equal(line, "cpu", 3);
		assert_non_null(strstr(line, ": "));
	}
}

static void a_register_that_was_locked_has_no_line_for_after(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.feature_control.value = 5;
	machine.cpus.cpu[0]->outcome.feature_control_after.state = MSR_NOT_READ;
	cpus_assert_not_told(&machine, "after writing it");
}

static void a_read_that_faults_is_said_not_shown_as_zero(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.feature_control = (struct msr_reading){0, MSR_FAULTED};
	cpus_assert_told(&machine, "IA32_FEATURE_CONTROL: RDMSR faults\n");
	cpus_assert_not_told(&machine, "IA32_FEATURE_CONTROL = ");
}

static void family_and_model_count_their_extensions_as_cpuid_says(void **state)
{
	static const struct {
		uint32_t signature;
		const char *text;
	} known[] = {
		{0x00633, "family 6, model 3, stepping 3,"},
		{0x1067A, "family 6, model 23, stepping 10,"},
		{0x806C1, "family 6, model 140, stepping 1,"},
		{0x00F41, "family 15, model 4, stepping 1,"},
		{0x100F23, "family 16, model 2, stepping 3,"},
		{0x800F11, "family 23, model 1, stepping 1,"},
		{0x00543, "family 5, model 4, stepping 3,"},
		{0x10F05, "family 15, model 16, stepping 5,"},
	};
	struct machine machine = cpus_machine(1);

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		machine.cpus.cpu[0]->evidence.signature = known[i].signature;
		cpus_assert_told(&machine, known[i].text);
	}
}

static void a_hypervisor_is_named_even_if_it_gives_no_name(void **state)
{
	struct machine machine = cpus_machine(1);

	cpus_assert_not_told(&machine, "hypervisor");
	machine.cpus.cpu[0]->evidence.hypervisor = true;
	cpus_assert_told(&machine, ", hypervisor (unnamed)\n");
	strcpy(machine.cpus.cpu[0]->evidence.hypervisor_vendor, "KVMKVMKVM");
	cpus_assert_told(&machine, ", hypervisor KVMKVMKVM\n");
}

static void core_types_of_hybrid_parts_are_named(void **state)
{
	struct machine machine = cpus_machine(2);

	machine.cpus.cpu[0]->evidence.core_type = 0x40;
	machine.cpus.cpu[1]->evidence.core_type = 0x20;
	cpus_assert_told(&machine, "APIC ID 0, performance core");
	cpus_assert_told(&machine, "APIC ID 2, efficient core");
}

/* A machine with one CPU, observed only. */
static struct machine observed_machine(void)
{
	struct machine machine = cpus_machine(1);

	machine.observe = true;
	machine.cpus.cpu[0]->orders.observe = true;
	machine.cpus.cpu[0]->outcome = (struct vmx_outcome){
		.predicted = {{VMX_SUCCEEDED, 0, 0}, "all its conditions hold"},
	};
	return machine;
}

static void a_cpu_that_is_observed_tells_what_would_be_done(void **state)
{
	struct machine machine = observed_machine();

	cpus_assert_told(&machine, "IA32_FEATURE_CONTROL = 0x0: unlocked");
	cpus_assert_told(&machine,
	                 "cpu 0: would write IA32_FEATURE_CONTROL = 0x5, load CR0 = 0x80010031 and "
	                 "CR4 = 0x2020\n");
	cpus_assert_told(&machine, "cpu 0: VMXON would succeed: all its conditions hold\n");
	cpus_assert_not_told(&machine, "VMXON region");
	cpus_assert_not_told(&machine, "error");
	machine.cpus.cpu[0]->plan.write_feature_control = false;
	cpus_assert_told(&machine, "cpu 0: would leave IA32_FEATURE_CONTROL unchanged, load CR0");
}

static void an_observed_cpu_that_would_fail_is_warned_of(void **state)
{
	struct machine machine = observed_machine();

	machine.cpus.cpu[0]->outcome.predicted =
		(struct vmxon_prediction){{VMX_FAIL_INVALID, 0, 0}, "it is misaligned"};
	cpus_assert_told(
		&machine,
		"cpu 0: warning: VMXON would not succeed (fail-invalid): it is misaligned\n");
}

static void each_guest_has_a_line_where_guests_ran(void **state)
{
	struct machine machine = cpus_machine(1);

	cpus_assert_not_told(&machine, "guest: ");
	machine.cpus.cpu[0]->proof = (struct vmx_proof){.tried = true, .real_mode = true};
	assert_int_equal(unit_occurrences(cpus_story(&machine), "cpu 0: guest: "), PROOF_GUESTS);
	cpus_assert_told(&machine, "cpu 0: guest: 64-bit without EPT: ");
	cpus_assert_told(&machine, "cpu 0: guest: real mode: ");
}

static void guests_are_not_told_of_where_it_is_not_known_what_became_of_them(void **state)
{
	struct machine machine = cpus_machine(1);
	struct vmx_proof *proof = &machine.cpus.cpu[0]->proof;

	*proof = (struct vmx_proof){.tried = true, .reason = REASON_VM_EXIT};
	cpus_assert_not_told(&machine, "guest: "); /* as in a report that was read back */
	cpus_assert_told(&machine, "error: a guest failed: vm-exit\n");
	proof->what = "the exit reason";
	cpus_assert_told(&machine, "cpu 0: guest: 64-bit without EPT: ");
}

static void microcode_is_told_where_there_is_a_revision(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->evidence.microcode.value = 1ull << 32;
	cpus_assert_told(&machine, ", microcode 0x1\n");
	cpus_assert_told(&machine,
	                 "cpu 0: a hypervisor is likely, although CPUID.1:ECX[31] is clear: the "
	                 "microcode revision is one that hypervisors make up\n");
	machine.cpus.cpu[0]->evidence.microcode.value = 0;
	cpus_assert_not_told(&machine, "microcode");
	machine.cpus.cpu[0]->evidence.microcode = (struct msr_reading){1ull << 32, MSR_FAULTED};
	cpus_assert_not_told(&machine, "microcode");
}

static void a_region_that_was_not_recorded_has_no_address(void **state)
{
	struct machine machine = cpus_machine(1);

	machine.cpus.cpu[0]->found.region_phys = 0;
	cpus_assert_told(&machine, "cpu 0: VMXON region not recorded, VMXON succeeded\n");
}

static void groups_next_to_each_other_all_have_their_lines(void **state)
{
	struct machine machine = cpus_machine(17);

	machine.cpus.cpu[1]->outcome.feature_control_after.value = 7;
	machine.cpus.cpu[2]->outcome.feature_control_after.value = 0x105;
	cpus_assert_told(&machine, "cpus 0,3-16: IA32_FEATURE_CONTROL after");
	cpus_assert_told(&machine, "cpu 1: IA32_FEATURE_CONTROL after");
	cpus_assert_told(&machine, "cpu 2: IA32_FEATURE_CONTROL after");
}

static void a_hypervisor_that_poses_as_another_is_named_with_it(void **state)
{
	struct machine machine = cpus_machine(1);
	struct vmx_evidence *evidence = &machine.cpus.cpu[0]->evidence;

	evidence->hypervisor = true;
	strcpy(evidence->hypervisor_vendor, "Microsoft Hv");
	strcpy(evidence->hypervisor_beneath, "KVMKVMKVM");
	cpus_assert_told(&machine, ", hypervisor KVMKVMKVM with the interface of Microsoft Hv\n");
}

static void the_memory_type_of_vmx_structures_is_named(void **state)
{
	static const struct {
		unsigned type;
		const char *name;
	} cases[] = {{6, ", write-back\n"}, {0, ", uncacheable\n"}, {4, ", unknown memory type\n"}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct machine machine = cpus_machine(1);

		machine.cpus.cpu[0]->evidence.basic.memory_type = (uint8_t)cases[i].type;
		cpus_assert_told(&machine, cases[i].name);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_facts_of_the_contract_appear_for_each_cpu),
		cmocka_unit_test(equal_cpus_share_lines_whatever_their_number),
		cmocka_unit_test(a_shared_line_says_where_each_region_is),
		cmocka_unit_test(regions_are_of_the_cpus_of_the_line),
		cmocka_unit_test(many_uneven_regions_do_not_make_a_line_of_all_addresses),
		cmocka_unit_test(verbose_gives_each_cpu_its_lines_whatever_their_number),
		cmocka_unit_test(each_line_begins_with_its_scope),
		cmocka_unit_test(a_register_that_was_locked_has_no_line_for_after),
		cmocka_unit_test(a_read_that_faults_is_said_not_shown_as_zero),
		cmocka_unit_test(family_and_model_count_their_extensions_as_cpuid_says),
		cmocka_unit_test(a_hypervisor_is_named_even_if_it_gives_no_name),
		cmocka_unit_test(core_types_of_hybrid_parts_are_named),
		cmocka_unit_test(a_cpu_that_is_observed_tells_what_would_be_done),
		cmocka_unit_test(an_observed_cpu_that_would_fail_is_warned_of),
		cmocka_unit_test(each_guest_has_a_line_where_guests_ran),
		cmocka_unit_test(guests_are_not_told_of_where_it_is_not_known_what_became_of_them),
		cmocka_unit_test(microcode_is_told_where_there_is_a_revision),
		cmocka_unit_test(a_region_that_was_not_recorded_has_no_address),
		cmocka_unit_test(groups_next_to_each_other_all_have_their_lines),
		cmocka_unit_test(a_hypervisor_that_poses_as_another_is_named_with_it),
		cmocka_unit_test(the_memory_type_of_vmx_structures_is_named),
	};

	return unit_run(rules, COUNT_OF(rules));
}
