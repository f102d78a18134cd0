/* kernel/record/record.h: which records are the same, and how MSR values are decoded. */
#include "kernel/record/record.h"
#include "tests/unit/cpus.h"

/* A fact of a record that is reported, and how to change it. */
struct change {
	const char *what;
	void (*make)(struct cpu *cpu);
};

#define CHANGE(name, statement)                    \
	static void change_##name(struct cpu *cpu) \
	{                                          \
		statement;                         \
	}

CHANGE(failure, cpu->progress.failure = REASON_AP_TIMEOUT)
CHANGE(last_step, cpu->progress.last_step = CPU_EVIDENCE)
CHANGE(task, cpu->progress.task = TASK_BENCH)
CHANGE(vendor, cpu->evidence.vendor[11] = 'x')
CHANGE(brand, cpu->evidence.brand[47] = 'x')
CHANGE(hypervisor, cpu->evidence.hypervisor = true)
CHANGE(hypervisor_vendor, cpu->evidence.hypervisor_vendor[0] = 'K')
CHANGE(signature, cpu->evidence.signature++)
CHANGE(core_type, cpu->evidence.core_type = 0x20)
CHANGE(microcode, cpu->evidence.microcode.value++)
CHANGE(vmx, cpu->evidence.vmx = false)
CHANGE(smx, cpu->evidence.smx = true)
CHANGE(address_bits, cpu->evidence.physical_address_bits++)
CHANGE(vmxe_at_entry, cpu->evidence.vmxe_at_entry = true)
CHANGE(feature_control, cpu->evidence.feature_control.value = 5)
CHANGE(feature_control_fault, cpu->evidence.feature_control.state = MSR_FAULTED)
CHANGE(basic, cpu->evidence.msr[0].value++)
CHANGE(stop, cpu->plan.stop = REASON_LOCKED_OFF)
CHANGE(planned_value, cpu->plan.feature_control |= 2)
CHANGE(cr0_conflict, cpu->plan.cr0_conflict = 1)
CHANGE(cr4_conflict, cpu->plan.cr4_conflict = 1)
CHANGE(reason, cpu->outcome.reason = REASON_VMXON_FAULT)
CHANGE(written, cpu->outcome.feature_control_written = false)
CHANGE(write_faulted, cpu->outcome.feature_control_write_faulted = true)
CHANGE(read_back, cpu->outcome.feature_control_after.value = 7)
CHANGE(cr0, cpu->outcome.cr0++)
CHANGE(cr4, cpu->outcome.cr4++)
CHANGE(predicted, cpu->outcome.predicted.status.kind = VMX_FAULTED)
CHANGE(vmxon, cpu->outcome.vmxon.kind = VMX_FAIL_VALID)
CHANGE(vmxon_number, cpu->outcome.vmxon.number = 6)
CHANGE(vmxon_error_code, cpu->outcome.vmxon.error_code = 8)
CHANGE(apic_errors, cpu->progress.apic_errors = 0x40)
CHANGE(proof_tried, cpu->proof.tried = true)
CHANGE(proof_running, cpu->proof.running = true)
CHANGE(proof_exits, cpu->proof.exits[PROOF_LONG]++)
CHANGE(proof_cycles, cpu->proof.cycles++)
CHANGE(proof_failed, cpus_fail_proof(cpu, REASON_VM_ENTRY))
CHANGE(hypervisor_beneath, cpu->evidence.hypervisor_beneath[0] = 'K')
CHANGE(planned_write, cpu->plan.write_feature_control = !cpu->plan.write_feature_control)
CHANGE(planned_cr0, cpu->plan.cr0++)
CHANGE(planned_cr4, cpu->plan.cr4++)
CHANGE(invalid_msr, cpu->plan.invalid.msr++)
CHANGE(invalid_rule, cpu->plan.invalid.rule = "another rule")
CHANGE(because, cpu->outcome.predicted.because = "another reason")
CHANGE(proof_ept, cpu->proof.ept = true)
CHANGE(proof_timer, cpu->proof.timer = true)
CHANGE(proof_real_mode, cpu->proof.real_mode = true)
CHANGE(proof_reason, cpu->proof.reason = REASON_VMCS)
CHANGE(selftest_run, cpu->selftest.run = true)
CHANGE(selftest_passed, cpu->selftest.passed++)
CHANGE(selftest_failed, cpu->selftest.failed++)
CHANGE(selftest_skipped, cpu->selftest.skipped++)

static const struct change told[] = {
	{"failure", change_failure},
	{"last_step", change_last_step},
	{"task", change_task},
	{"vendor", change_vendor},
	{"brand", change_brand},
	{"hypervisor", change_hypervisor},
	{"hypervisor_vendor", change_hypervisor_vendor},
	{"signature", change_signature},
	{"core_type", change_core_type},
	{"microcode", change_microcode},
	{"vmx", change_vmx},
	{"smx", change_smx},
	{"address_bits", change_address_bits},
	{"vmxe_at_entry", change_vmxe_at_entry},
	{"feature_control", change_feature_control},
	{"feature_control_fault", change_feature_control_fault},
	{"basic", change_basic},
	{"stop", change_stop},
	{"planned_value", change_planned_value},
	{"cr0_conflict", change_cr0_conflict},
	{"cr4_conflict", change_cr4_conflict},
	{"reason", change_reason},
	{"written", change_written},
	{"write_faulted", change_write_faulted},
	{"read_back", change_read_back},
	{"cr0", change_cr0},
	{"cr4", change_cr4},
	{"predicted", change_predicted},
	{"vmxon", change_vmxon},
	{"vmxon_number", change_vmxon_number},
	{"vmxon_error_code", change_vmxon_error_code},
	{"apic_errors", change_apic_errors},
	{"proof_tried", change_proof_tried},
	{"proof_running", change_proof_running},
	{"proof_exits", change_proof_exits},
	{"proof_cycles", change_proof_cycles},
	{"proof_failed", change_proof_failed},
	{"hypervisor_beneath", change_hypervisor_beneath},
	{"planned_write", change_planned_write},
	{"planned_cr0", change_planned_cr0},
	{"planned_cr4", change_planned_cr4},
	{"invalid_msr", change_invalid_msr},
	{"invalid_rule", change_invalid_rule},
	{"because", change_because},
	{"proof_ept", change_proof_ept},
	{"proof_timer", change_proof_timer},
	{"proof_real_mode", change_proof_real_mode},
	{"proof_reason", change_proof_reason},
	{"selftest_run", change_selftest_run},
	{"selftest_passed", change_selftest_passed},
	{"selftest_failed", change_selftest_failed},
	{"selftest_skipped", change_selftest_skipped},
};

CHANGE(index, cpu->found.index++)
CHANGE(apic_id, cpu->found.apic_id++)
CHANGE(region, cpu->found.region_phys += 0x1000)

static const struct change own[] = {
	{"index", change_index},
	{"apic_id", change_apic_id},
	{"region", change_region},
};

static void every_fact_that_is_told_makes_a_difference(void **state)
{
	for (size_t i = 0; i < COUNT_OF(told); i++) {
		struct cpu_list cpus = cpus_entered(2);
		int forwards, backwards;

		assert_int_equal(record_order(cpus.cpu[0], cpus.cpu[1], NULL), 0);
		told[i].make(cpus.cpu[1]);
		forwards = record_order(cpus.cpu[0], cpus.cpu[1], NULL);
		backwards = record_order(cpus.cpu[1], cpus.cpu[0], NULL);
		if (forwards == 0)
			fail_msg("%s makes no difference", told[i].what);
		if (forwards != -backwards)
			fail_msg("%s makes no order", told[i].what);
	}
}

CHANGE(failed_guest, cpu->proof.guest = PROOF_REAL)
CHANGE(failed_what, cpu->proof.what = "another value")
CHANGE(failed_check, cpu->proof.check = "another rule")
CHANGE(failed_status, cpu->proof.status.number++)
CHANGE(failed_expected, cpu->proof.expected++)
CHANGE(failed_seen, cpu->proof.seen++)
CHANGE(failed_rip, cpu->proof.rip++)
CHANGE(failed_qualification, cpu->proof.qualification++)
CHANGE(failed_interruption, cpu->proof.interruption++)

static const struct change failed[] = {
	{"guest", change_failed_guest},
	{"what", change_failed_what},
	{"check", change_failed_check},
	{"status", change_failed_status},
	{"expected", change_failed_expected},
	{"seen", change_failed_seen},
	{"rip", change_failed_rip},
	{"qualification", change_failed_qualification},
	{"interruption", change_failed_interruption},
};

static void what_went_wrong_in_a_guest_makes_a_difference_only_if_something_did(void **state)
{
	for (size_t i = 0; i < COUNT_OF(failed); i++) {
		struct cpu_list cpus = cpus_entered(2);

		failed[i].make(cpus.cpu[1]);
		if (record_order(cpus.cpu[0], cpus.cpu[1], NULL) != 0)
			fail_msg("%s makes a difference without a failure", failed[i].what);
		for (uint32_t n = 0; n < 2; n++)
			cpus_fail_proof(cpus.cpu[n], REASON_VM_EXIT);
		assert_int_equal(record_order(cpus.cpu[0], cpus.cpu[1], NULL), 0);
		failed[i].make(cpus.cpu[1]);
		if (record_order(cpus.cpu[0], cpus.cpu[1], NULL) == 0)
			fail_msg("%s makes no difference", failed[i].what);
	}
}

static void what_is_each_cpus_own_makes_none(void **state)
{
	for (size_t i = 0; i < COUNT_OF(own); i++) {
		struct cpu_list cpus = cpus_entered(2);

		own[i].make(cpus.cpu[1]);
		if (record_order(cpus.cpu[0], cpus.cpu[1], NULL) != 0)
			fail_msg("%s makes a difference", own[i].what);
	}
}

static void basic_is_decoded_as_appendix_a_1_says(void **state)
{
	struct vmx_basic bochs = record_basic(0x00D8100000000004);
	struct vmx_basic odd = record_basic(1ull << 48 | 0x400ull << 32 | 0x80000011);

	assert_int_equal(bochs.revision, 4);
	assert_int_equal(bochs.region_size, 4096);
	assert_false(bochs.addresses_32bit);
	assert_int_equal(bochs.memory_type, VMX_MEMORY_WRITE_BACK);
	assert_true(bochs.true_controls);
	assert_int_equal(odd.revision, 0x11);
	assert_int_equal(odd.region_size, 1024);
	assert_true(odd.addresses_32bit);
	assert_int_equal(odd.memory_type, VMX_MEMORY_UNCACHEABLE);
	assert_false(odd.true_controls);
}

static void feature_control_is_decoded_bit_by_bit(void **state)
{
	for (uint64_t value = 0; value < 8; value++) {
		struct vmx_feature_control words = record_feature_control(value | 0xFFF8);

		assert_int_equal(words.locked, value & 1);
		assert_int_equal(words.vmx_in_smx, value >> 1 & 1);
		assert_int_equal(words.vmx_outside_smx, value >> 2 & 1);
	}
}

static void every_capability_msr_has_the_manuals_name(void **state)
{
	assert_string_equal(record_msr_name(0x00), "IA32_VMX_BASIC");
	assert_string_equal(record_msr_name(0x09), "IA32_VMX_CR4_FIXED1");
	assert_string_equal(record_msr_name(0x0C), "IA32_VMX_EPT_VPID_CAP");
	assert_string_equal(record_msr_name(0x10), "IA32_VMX_TRUE_ENTRY_CTLS");
	assert_string_equal(record_msr_name(0x13), "IA32_VMX_EXIT_CTLS2");
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		assert_memory_equal(record_msr_name(i), "IA32_VMX_", 9);
}

static void basic_is_decoded_where_it_is_stored_and_no_other_msr_is(void **state)
{
	struct vmx_evidence evidence = {0};

	record_set_msr(&evidence, 1, (struct msr_reading){0x1234, MSR_READ});
	assert_int_equal(evidence.msr[1].value, 0x1234);
	assert_int_equal(evidence.basic.revision, 0);
	record_set_msr(&evidence, 0, (struct msr_reading){0x00D810000000002B, MSR_READ});
	assert_int_equal(evidence.msr[0].value, 0x00D810000000002B);
	assert_int_equal(evidence.basic.revision, 0x2B);
	assert_true(evidence.basic.true_controls);
	record_set_msr(&evidence, 0, (struct msr_reading){0, MSR_FAULTED});
	assert_int_equal(evidence.basic.revision, 0);
}

static void every_kind_of_status_has_a_key_of_its_own(void **state)
{
	for (enum vmx_status_kind a = VMX_NOT_TRIED; a <= VMX_WRONG_VALUE; a++) {
		assert_int_not_equal(strlen(vmx_status_key(a)), 0);
		for (enum vmx_status_kind b = a + 1; b <= VMX_WRONG_VALUE; b++)
			assert_string_not_equal(vmx_status_key(a), vmx_status_key(b));
	}
}

static void every_kind_of_status_has_words_of_its_own(void **state)
{
	struct unit_capture *words[VMX_WRONG_VALUE + 1];

	for (enum vmx_status_kind a = VMX_NOT_TRIED; a <= VMX_WRONG_VALUE; a++) {
		words[a] = unit_capture();
		vmx_status_print((struct vmx_status){.kind = a}, &words[a]->text);
		assert_int_not_equal(strlen(words[a]->at), 0);
		for (enum vmx_status_kind b = VMX_NOT_TRIED; b < a; b++)
			assert_string_not_equal(words[a]->at, words[b]->at);
	}
	assert_string_equal(words[VMX_WRONG_VALUE]->at, "success with a wrong value");
	assert_string_equal(words[VMX_NOT_TRIED]->at, "not tried");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(every_fact_that_is_told_makes_a_difference),
		cmocka_unit_test(
			what_went_wrong_in_a_guest_makes_a_difference_only_if_something_did),
		cmocka_unit_test(what_is_each_cpus_own_makes_none),
		cmocka_unit_test(basic_is_decoded_as_appendix_a_1_says),
		cmocka_unit_test(feature_control_is_decoded_bit_by_bit),
		cmocka_unit_test(every_capability_msr_has_the_manuals_name),
		cmocka_unit_test(basic_is_decoded_where_it_is_stored_and_no_other_msr_is),
		cmocka_unit_test(every_kind_of_status_has_a_key_of_its_own),
		cmocka_unit_test(every_kind_of_status_has_words_of_its_own),
	};

	return unit_run(rules, COUNT_OF(rules));
}
