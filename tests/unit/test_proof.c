/*
 * kernel/record/proof.h and kernel/record/vmx_names.h: the results of guests, in the SDM's
 * words.
 */
#include "kernel/record/proof.h"
#include "kernel/record/vmx_names.h"
#include "tests/unit/unit.h"

static const struct vmx_proof good = {
	.tried = true,
	.ept = true,
	.real_mode = true,
	.exits = {[PROOF_LONG] = 8, [PROOF_REAL] = 5},
};

static const char *guest_line(const struct vmx_proof *proof, enum proof_guest guest)
{
	struct unit_capture *capture = unit_capture();

	proof_print(proof, guest, &capture->text);
	return capture->at;
}

static const char *failure_of(const struct vmx_proof *proof)
{
	struct unit_capture *capture = unit_capture();

	proof_print_failure(proof, &capture->text);
	return capture->at;
}

static void guests_that_came_back_are_said_to_be_as_expected(void **state)
{
	struct vmx_proof without_ept = good;

	without_ept.ept = false;
	assert_string_equal(
		guest_line(&good, PROOF_LONG),
		"guest: 64-bit with EPT: CPUID, HLT, I/O, MSR, EPT violation, VMCALL: 8 exits, "
		"all as expected");
	assert_string_equal(guest_line(&good, PROOF_REAL),
	                    "guest: real mode: CPUID, HLT, I/O, VMCALL: 5 exits, all as expected");
	assert_string_equal(
		guest_line(&without_ept, PROOF_LONG),
		"guest: 64-bit without EPT: CPUID, HLT, I/O, MSR, VMCALL: 8 exits, all as "
		"expected");
}

static void a_guest_that_the_cpu_cannot_run_is_not_tried(void **state)
{
	struct vmx_proof proof = good;

	proof.real_mode = false;
	assert_string_equal(guest_line(&proof, PROOF_REAL),
	                    "guest: real mode: skipped, no unrestricted guest");
}

static void guests_before_at_and_behind_the_failure_are_told_apart(void **state)
{
	struct vmx_proof proof = good;

	proof.reason = REASON_VM_EXIT;
	proof.guest = PROOF_LONG;
	assert_non_null(strstr(guest_line(&proof, PROOF_LONG), ", then it failed"));
	assert_non_null(strstr(guest_line(&proof, PROOF_REAL), ", not run"));
	proof.guest = PROOF_REAL;
	assert_non_null(strstr(guest_line(&proof, PROOF_LONG), ", all as expected"));
	assert_non_null(strstr(guest_line(&proof, PROOF_REAL), ", then it failed"));
}

static int order_of(const struct vmx_proof *a, const struct vmx_proof *b)
{
	int order = 0;

	proof_order(&order, a, b);
	return order;
}

static void a_guest_that_has_not_come_back_is_said_to_have_not(void **state)
{
	struct vmx_proof proof = good;

	proof.running = true;
	proof.guest = PROOF_LONG;
	proof.exits[PROOF_LONG] = 3;
	assert_non_null(strstr(guest_line(&proof, PROOF_LONG), ": 3 exits, then it hung"));
	assert_non_null(strstr(guest_line(&proof, PROOF_REAL), ", not run"));
	proof.guest = PROOF_REAL;
	assert_non_null(strstr(guest_line(&proof, PROOF_LONG), ", all as expected"));
	assert_int_not_equal(order_of(&proof, &good), 0);
}

static void what_went_wrong_is_noted(void **state)
{
	struct vmx_proof proof = good;

	assert_false(
		proof_fail(&proof, REASON_VMCS, "VMREAD", (struct vmx_status){VMX_FAULTED, 6, 0}));
	assert_int_equal(proof.reason, REASON_VMCS);
	assert_non_null(strstr(failure_of(&proof), "VMREAD: fault, vector 6"));
}

static void an_unexpected_exit_names_both_reasons(void **state)
{
	struct vmx_proof proof = good;

	proof.reason = REASON_VM_EXIT;
	proof.what = "the exit reason";
	proof.seen = 2;
	proof.expected = 10;
	proof.rip = 0x1003;
	assert_string_equal(
		failure_of(&proof),
		"guest, 64-bit with EPT: the exit reason is 0x2 (triple fault), expected 0xa "
		"(CPUID), at guest RIP 0x1003, exit qualification 0x0");
	proof.interruption = 1u << 31 | 13;
	assert_non_null(strstr(failure_of(&proof), ", exception vector 13"));
	proof.interruption = 13; /* not valid */
	assert_null(strstr(failure_of(&proof), "exception"));
	proof.interruption = 1u << 31;
	assert_non_null(strstr(failure_of(&proof), ", exception vector 0"));
}

static void a_failed_entry_names_the_error_and_the_rule(void **state)
{
	struct vmx_proof proof = good;

	proof.reason = REASON_VM_ENTRY;
	proof.what = "VMLAUNCH";
	proof.status = (struct vmx_status){VMX_FAIL_VALID, 7, 0};
	assert_string_equal(
		failure_of(&proof),
		"guest, 64-bit with EPT: VMLAUNCH: VMfailValid 7 (VM entry with invalid control "
		"field(s)): a control has a value that the capability MSRs do not allow, or that "
		"conflicts with another; no known check explains it");
	proof.check = "unrestricted guest requires EPT";
	proof.status = (struct vmx_status){VMX_ENTRY_FAILED, 33, 0};
	assert_string_equal(
		failure_of(&proof),
		"guest, 64-bit with EPT: VMLAUNCH: VM exit 33 (VM-entry failure due to invalid "
		"guest state), entry failed, exit qualification 0x0; unrestricted guest "
		"requires EPT");
}

static void a_control_that_is_not_allowed_is_named(void **state)
{
	struct vmx_proof proof = good;

	proof.reason = REASON_VM_CONTROLS;
	proof.what = "vmx-hlt-exit";
	assert_non_null(strstr(failure_of(&proof), "does not support the control vmx-hlt-exit"));
}

static void a_vmcs_instruction_that_fails_names_the_error_and_its_field(void **state)
{
	struct vmx_proof proof = good;

	proof.reason = REASON_VMCS;
	proof.what = "VMWRITE";
	proof.status = (struct vmx_status){VMX_FAIL_VALID, 12, 0};
	proof.seen = 0x401E;
	assert_string_equal(failure_of(&proof),
	                    "guest, 64-bit with EPT: VMWRITE: VMfailValid 12 (VMREAD/VMWRITE "
	                    "from/to unsupported VMCS component): the CPU does not support this "
	                    "field, field or value 0x401e");
	proof.status = (struct vmx_status){VMX_FAIL_INVALID, 0, 0};
	assert_string_equal(
		failure_of(&proof),
		"guest, 64-bit with EPT: VMWRITE: VMfailInvalid, field or value 0x401e");
}

static void a_vmcs_value_that_is_not_what_it_must_be_is_shown_with_both(void **state)
{
	struct vmx_proof proof = good;

	proof.reason = REASON_VMCS;
	proof.what = "VMPTRST";
	proof.status = (struct vmx_status){.kind = VMX_SUCCEEDED};
	proof.seen = 0x1000;
	proof.expected = 0x2000;
	assert_string_equal(
		failure_of(&proof),
		"guest, 64-bit with EPT: VMPTRST: success, but 0x1000, expected 0x2000");
}

static void a_status_is_printed_in_the_words_of_the_manual(void **state)
{
	static const struct {
		struct vmx_status status;
		const char *text;
	} known[] = {
		{{VMX_SUCCEEDED, 0, 0}, "success"},
		{{VMX_FAIL_INVALID, 0, 0}, "VMfailInvalid"},
		{{VMX_FAIL_VALID, 15, 0}, "VMfailValid 15 (VMXON executed in VMX root operation)"},
		{{VMX_FAIL_VALID, 14, 0}, "VMfailValid 14 (undefined)"},
		{{VMX_FAULTED, 6, 0}, "fault, vector 6"},
		{{VMX_NO_EFFECT, 0, 0}, "no flag changed"},
		{{VMX_EXITED, 48, 0}, "VM exit 48 (EPT violation)"},
		{{VMX_ENTRY_FAILED, 33, 0},
	         "VM exit 33 (VM-entry failure due to invalid guest state), entry failed"},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		struct unit_capture *capture = unit_capture();

		vmx_status_print(known[i].status, &capture->text);
		assert_string_equal(capture->at, known[i].text);
	}
}

static void numbers_without_a_meaning_are_undefined(void **state)
{
	static const unsigned no_errors[] = {0, 14, 21, 27, 29, 255, UINT32_MAX};
	static const unsigned no_exits[] = {35, 38, 42, 1000, UINT32_MAX};

	for (size_t i = 0; i < COUNT_OF(no_errors); i++) {
		assert_string_equal(vmx_error_name(no_errors[i]), "undefined");
		assert_string_equal(vmx_error_sentence(no_errors[i]),
		                    "the SDM defines no such error");
	}
	for (size_t i = 0; i < COUNT_OF(no_exits); i++)
		assert_string_equal(vmx_exit_name(no_exits[i]), "unknown to rootmode");
}

static void proofs_differ_by_what_is_printed_of_them(void **state)
{
	struct vmx_proof a = good, b = good;

	assert_int_equal(order_of(&a, &b), 0);
	b.exits[PROOF_REAL]--;
	assert_int_not_equal(order_of(&a, &b), 0);
	b = good;
	b.seen = 5;
	assert_int_equal(order_of(&a, &b), 0);
	a.reason = b.reason = REASON_VM_EXIT;
	a.what = b.what = "the exit reason";
	assert_int_not_equal(order_of(&a, &b), 0);
	a.seen = 5;
	assert_int_equal(order_of(&a, &b), 0);
	a.expected = 6;
	assert_int_not_equal(order_of(&a, &b), 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(guests_that_came_back_are_said_to_be_as_expected),
		cmocka_unit_test(a_guest_that_the_cpu_cannot_run_is_not_tried),
		cmocka_unit_test(guests_before_at_and_behind_the_failure_are_told_apart),
		cmocka_unit_test(a_guest_that_has_not_come_back_is_said_to_have_not),
		cmocka_unit_test(what_went_wrong_is_noted),
		cmocka_unit_test(an_unexpected_exit_names_both_reasons),
		cmocka_unit_test(a_failed_entry_names_the_error_and_the_rule),
		cmocka_unit_test(a_control_that_is_not_allowed_is_named),
		cmocka_unit_test(a_vmcs_instruction_that_fails_names_the_error_and_its_field),
		cmocka_unit_test(a_vmcs_value_that_is_not_what_it_must_be_is_shown_with_both),
		cmocka_unit_test(a_status_is_printed_in_the_words_of_the_manual),
		cmocka_unit_test(numbers_without_a_meaning_are_undefined),
		cmocka_unit_test(proofs_differ_by_what_is_printed_of_them),
	};

	return unit_run(rules, COUNT_OF(rules));
}
