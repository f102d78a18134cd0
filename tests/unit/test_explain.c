/* kernel/report/explain.h: each reason as a sentence, with a hint on what to do. */
#include "kernel/report/explain.h"
#include "kernel/report/hint.h"
#include "tests/unit/cpus.h"

static const struct cpu nobody;

static struct cpu *one_cpu(void)
{
	return cpus_entered(1).cpu[0];
}

static const char *explained(const struct cpu *cpu, enum reason reason)
{
	struct unit_capture *capture = unit_capture();

	explain_reason(cpu, reason, &capture->text);
	return capture->at;
}

static void assert_says(const struct cpu *cpu, enum reason reason, const char *part)
{
	const char *sentence = explained(cpu, reason);

	if (strstr(sentence, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, sentence);
}

static void every_reason_is_explained_in_one_line(void **state)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		struct cpu *cpu = one_cpu();

		cpus_stop(cpu, reason);
		assert_true(strlen(explained(cpu, reason)) > 0);
		assert_null(strchr(explained(cpu, reason), '\n'));
	}
}

static void every_reason_has_a_hint_even_where_nothing_is_known_of_the_cpu(void **state)
{
	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++)
		assert_non_null(hint_for(reason, &nobody));
	assert_null(hint_for(REASON_NONE, &nobody));
}

static void an_invalid_msr_is_named_with_its_value_and_the_rule(void **state)
{
	struct cpu *cpu = one_cpu();

	assert_says(cpu, REASON_CAPABILITY_INVALID, "a VMX capability MSR contradicts the SDM");
	cpu->plan.invalid = (struct vmx_invalid){VMX_MSR_FIRST + 9, "it must be so"};
	cpu->evidence.msr[9].value = 0x1234;
	assert_string_equal(explained(cpu, REASON_CAPABILITY_INVALID),
	                    "IA32_VMX_CR4_FIXED1 = 0x1234 is invalid: it must be so");
}

static void without_vmx_the_vendor_is_named(void **state)
{
	struct cpu *cpu = one_cpu();

	assert_says(cpu, REASON_NO_VMX, "GenuineIntel");
	assert_null(strstr(explained(cpu, REASON_NO_VMX), "SVM"));
}

static void amd_is_told_that_svm_is_another_thing(void **state)
{
	struct cpu *cpu = one_cpu();

	strcpy(cpu->evidence.vendor, "AuthenticAMD");
	assert_says(cpu, REASON_NO_VMX, "SVM");
	strcpy(cpu->evidence.vendor, "HygonGenuine");
	assert_says(cpu, REASON_NO_VMX, "SVM");
}

static void each_known_hypervisor_has_its_own_hint_for_nested_vmx(void **state)
{
	static const struct {
		const char *vendor, *part;
	} known[] = {
		{"KVMKVMKVM", "nested=1"},
		{"TCGTCGTCGTCG", "TCG"},
		{"Microsoft Hv", "ExposeVirtualizationExtensions"},
		{"VMwareVMware", "vhv.enable"},
		{"VMwareVMware", "ESXi"},
		{"VBoxVBoxVBox", "--nested-hw-virt"},
		{"XenVMMXenVMM", "nestedhvm"},
		{"XenVMMXenVMM", "exp-nested-hvm"},
		{" lrpepyh  vr", "prlctl"},
		{"ACRNACRNACRN", "GUEST_FLAG_NVMX_ENABLED"},
		{"bhyve bhyve ", "does not offer VMX"},
		{"Jailhouse", "does not offer VMX"},
		{"QNXQVMBSQG", "does not offer VMX"},
		{"OpenBSDVMM58", "does not offer VMX"},
		{"___ NVMM ___", "does not offer VMX"},
		{"HAXMHAXMHAXM", "does not offer VMX"},
		{"Apple VZ", "does not offer VMX"},
		{"SRESRESRESRE", "nested virtualization"},
		{"", "nested virtualization"},
	};
	struct cpu cpu = {.evidence.hypervisor = true};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		strcpy(cpu.evidence.hypervisor_vendor, known[i].vendor);
		assert_non_null(strstr(hint_for(REASON_NO_VMX, &cpu), known[i].part));
	}
}

static void the_hypervisor_beneath_is_the_one_to_change(void **state)
{
	struct cpu cpu = {.evidence = {.hypervisor = true,
	                               .hypervisor_vendor = "Microsoft Hv",
	                               .hypervisor_beneath = "KVMKVMKVM"}};

	assert_non_null(strstr(hint_for(REASON_NO_VMX, &cpu), "nested=1"));
	assert_says(&cpu, REASON_NO_VMX, "the hypervisor KVMKVMKVM does not expose VMX");
}

static void a_lock_in_a_virtual_machine_is_no_setting_of_firmware(void **state)
{
	struct cpu cpu = {.evidence.hypervisor_vendor = "VMwareVMware"};

	assert_non_null(strstr(hint_for(REASON_LOCKED_OFF, &cpu), "firmware setup"));
	assert_non_null(strstr(hint_for(REASON_SMX_ONLY, &cpu), "firmware setup"));
	cpu.evidence.hypervisor = true;
	assert_non_null(strstr(hint_for(REASON_LOCKED_OFF, &cpu), "vhv.enable"));
	assert_non_null(strstr(hint_for(REASON_SMX_ONLY, &cpu), "vhv.enable"));
}

static void a_name_left_in_a_record_without_a_hypervisor_does_not_count(void **state)
{
	struct cpu cpu = {.evidence.hypervisor_vendor = "KVMKVMKVM"};

	assert_null(strstr(hint_for(REASON_NO_VMX, &cpu), "KVM"));
}

static void a_silent_cpu_is_told_from_one_that_stopped_on_its_way(void **state)
{
	struct cpu *cpu = one_cpu();
	const char *sentences[CPU_DONE];

	cpu->outcome.vmxon.kind = VMX_NOT_TRIED;
	for (enum cpu_step last_step = 0; last_step < CPU_DONE; last_step++) {
		cpu->progress.last_step = last_step;
		sentences[last_step] = explained(cpu, REASON_AP_TIMEOUT);
		for (enum cpu_step before = 0; before < last_step; before++)
			assert_string_not_equal(sentences[before], sentences[last_step]);
	}
	assert_non_null(strstr(sentences[CPU_SILENT], "did not start"));
	assert_non_null(strstr(sentences[CPU_LONG_MODE], "started"));
}

static void a_cpu_that_hung_in_work_is_told_by_it(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->progress.last_step = CPU_VMXON;
	cpu->selftest.run = true;
	assert_says(cpu, REASON_AP_TIMEOUT, "entered VMX operation, but hung in the self-test");
	cpu->progress.last_step = CPU_DONE;
	assert_says(cpu, REASON_AP_TIMEOUT, "finished, but later hung");
	cpu->progress.task = TASK_BENCH;
	assert_says(cpu, REASON_AP_TIMEOUT, "finished, but later hung while running the bench");
}

static void a_silent_cpu_that_linux_ran_on_ignores_init(void **state)
{
	struct cpu silent = {.found.kexec = true};

	assert_says(&silent, REASON_AP_TIMEOUT,
	            "ignores INIT: Linux left it in VMX root operation, or it does not exist");
	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, &silent), "unload what uses VMX"));
	silent.progress.last_step = CPU_LONG_MODE;
	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, &silent), "this CPU starts"));
}

static void a_timeout_has_a_hint_for_each_of_three_ways(void **state)
{
	struct cpu *cpu = one_cpu();
	struct cpu silent = {0};

	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, &silent), "does not start"));
	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, cpu), "can enter VMX operation"));
	cpu->progress.last_step = CPU_EVIDENCE;
	cpu->outcome.vmxon.kind = VMX_NOT_TRIED;
	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, cpu), "this CPU starts"));
	cpu->progress.last_step = CPU_SILENT; /* as in a report that was read back */
	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, cpu), "this CPU starts"));
	silent.progress.last_step = CPU_PROTECTED_MODE;
	assert_non_null(strstr(hint_for(REASON_AP_TIMEOUT, &silent), "this CPU starts"));
}

static void a_cpu_that_did_not_come_back_from_its_guest_has_entered(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->progress.last_step = CPU_VMXON;
	cpu->proof.running = true;
	assert_says(cpu, REASON_AP_TIMEOUT, "entered VMX operation, but its guest never exited");
}

static void nothing_is_said_of_what_came_after_vmxon_that_is_not_known(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->progress.last_step = CPU_VMXON; /* as in a report that was read back */
	assert_says(cpu, REASON_AP_TIMEOUT, "entered VMX operation, but hung later");
	cpu->selftest = (struct vmx_selftest){.run = true, .skipped = 1};
	assert_says(cpu, REASON_AP_TIMEOUT, "entered VMX operation, but hung later");
	cpu->proof.tried = true;
	assert_says(cpu, REASON_AP_TIMEOUT, "hung before its guests finished");
	cpu->proof.cycles = 1;
	assert_says(cpu, REASON_AP_TIMEOUT, "entered VMX operation, but hung later");
}

static void an_apic_error_is_part_of_a_timeout(void **state)
{
	struct cpu *cpu = one_cpu();

	assert_null(strstr(explained(cpu, REASON_AP_TIMEOUT), "error status"));
	cpu->progress.apic_errors = 0x40;
	assert_says(cpu, REASON_AP_TIMEOUT, "error status 0x40");
}

static void a_refused_write_is_told_from_one_that_faults(void **state)
{
	struct cpu *cpu = one_cpu();

	assert_says(cpu, REASON_WRITE_REFUSED, "writing 0x5 to it has no effect");
	cpu->outcome.feature_control_write_faulted = true;
	assert_says(cpu, REASON_WRITE_REFUSED, "writing 0x5 to it faults");
}

static void conflicting_bits_are_named_by_register(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->plan.cr4_conflict = 1;
	assert_says(cpu, REASON_CR_FIXED_BITS, "CR4 bits 0x1");
	assert_null(strstr(explained(cpu, REASON_CR_FIXED_BITS), "CR0"));
	cpu->plan = (struct vmx_plan){.cr0_conflict = 1};
	assert_says(cpu, REASON_CR_FIXED_BITS, "CR0 bits 0x1");
	assert_null(strstr(explained(cpu, REASON_CR_FIXED_BITS), "CR4"));
	cpu->plan = (struct vmx_plan){.cr4_conflict = 1ull << 32};
	assert_says(cpu, REASON_CR_FIXED_BITS, "CR4 bits 0x100000000");
	assert_null(strstr(explained(cpu, REASON_CR_FIXED_BITS), "CR0"));
	cpu->plan.cr0_conflict = 0x20;
	assert_says(cpu, REASON_CR_FIXED_BITS, "CR0 bits 0x20");
}

static void a_control_register_that_faults_is_named_with_its_value(void **state)
{
	struct cpu *cpu = one_cpu();

	assert_says(cpu, REASON_CR_FIXED_BITS, "CR0 = 0x80010031 or CR4 = 0x2020 faults");
	cpu->plan.cr0_conflict = 2;
	assert_null(strstr(explained(cpu, REASON_CR_FIXED_BITS), "faults"));
	cpu->plan = (struct vmx_plan){.cr4_conflict = 2};
	assert_null(strstr(explained(cpu, REASON_CR_FIXED_BITS), "faults"));
	assert_null(strstr(explained(cpu, REASON_CR_FIXED_BITS), "CR0"));
}

static void each_failure_of_vmxon_is_told_from_the_others(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->outcome.vmxon.kind = VMX_FAULTED;
	cpu->outcome.vmxon.number = 13;
	cpu->outcome.vmxon.error_code = 0x18;
	assert_says(cpu, REASON_VMXON_FAULT, "vector 13, error code 0x18");
	cpu->outcome.vmxon.kind = VMX_FAIL_VALID;
	cpu->outcome.vmxon.number = 15;
	assert_says(cpu, REASON_VMXON_FAIL_VALID, "VM-instruction error 15");
	cpu->outcome.vmxon.kind = VMX_FAIL_INVALID;
	assert_says(cpu, REASON_VMXON_FAIL_INVALID, "VMfailInvalid");
	cpu->outcome.vmxon.kind = VMX_NO_EFFECT;
	assert_says(cpu, REASON_VMXON_NO_EFFECT,
	            "VMXON was not executed: it changed neither CF nor ZF");
}

static void a_fault_whose_vector_was_not_recorded_is_a_fault_all_the_same(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->outcome.vmxon = cpu->outcome.predicted.status =
		(struct vmx_status){.kind = VMX_FAULTED};
	assert_string_equal(explained(cpu, REASON_VMXON_FAULT), "VMXON faulted");
}

static void a_prediction_that_did_not_come_true_is_a_finding(void **state)
{
	struct cpu *cpu = one_cpu();

	cpu->outcome.vmxon.kind = VMX_FAULTED;
	assert_says(cpu, REASON_VMXON_FAULT, "the SDM predicts success: all its");
	cpu->outcome.predicted.status.kind = VMX_FAULTED;
	assert_null(strstr(explained(cpu, REASON_VMXON_FAULT), "the SDM predicts"));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_reason_is_explained_in_one_line),
		cmocka_unit_test(every_reason_has_a_hint_even_where_nothing_is_known_of_the_cpu),
		cmocka_unit_test(an_invalid_msr_is_named_with_its_value_and_the_rule),
		cmocka_unit_test(without_vmx_the_vendor_is_named),
		cmocka_unit_test(amd_is_told_that_svm_is_another_thing),
		cmocka_unit_test(each_known_hypervisor_has_its_own_hint_for_nested_vmx),
		cmocka_unit_test(the_hypervisor_beneath_is_the_one_to_change),
		cmocka_unit_test(a_lock_in_a_virtual_machine_is_no_setting_of_firmware),
		cmocka_unit_test(a_name_left_in_a_record_without_a_hypervisor_does_not_count),
		cmocka_unit_test(a_silent_cpu_is_told_from_one_that_stopped_on_its_way),
		cmocka_unit_test(a_cpu_that_hung_in_work_is_told_by_it),
		cmocka_unit_test(a_timeout_has_a_hint_for_each_of_three_ways),
		cmocka_unit_test(a_silent_cpu_that_linux_ran_on_ignores_init),
		cmocka_unit_test(a_cpu_that_did_not_come_back_from_its_guest_has_entered),
		cmocka_unit_test(nothing_is_said_of_what_came_after_vmxon_that_is_not_known),
		cmocka_unit_test(an_apic_error_is_part_of_a_timeout),
		cmocka_unit_test(a_refused_write_is_told_from_one_that_faults),
		cmocka_unit_test(conflicting_bits_are_named_by_register),
		cmocka_unit_test(a_control_register_that_faults_is_named_with_its_value),
		cmocka_unit_test(each_failure_of_vmxon_is_told_from_the_others),
		cmocka_unit_test(a_fault_whose_vector_was_not_recorded_is_a_fault_all_the_same),
		cmocka_unit_test(a_prediction_that_did_not_come_true_is_a_finding),
	};

	return unit_run(rules, COUNT_OF(rules));
}
