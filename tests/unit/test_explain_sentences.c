/* kernel/report/explain.h: the reasons that need no details. */
#include "kernel/report/explain.h"
#include "tests/unit/cpus.h"

static void assert_says(const struct cpu *cpu, enum reason reason, const char *part)
{
	struct unit_capture *capture = unit_capture();

	explain_reason(cpu, reason, &capture->text);
	assert_non_null(strstr(capture->at, part));
}

static void reasons_without_details_have_a_sentence_of_their_own(void **state)
{
	static const struct cpu cpu;
	static const struct {
		enum reason reason;
		const char *part;
	} sentences[] = {
		{REASON_LOCKED_OFF, "VMX is disabled: IA32_FEATURE_CONTROL is locked"},
		{REASON_SMX_ONLY, "VMX is enabled in SMX operation only"},
		{REASON_FEATURE_CONTROL_FAULT, "RDMSR of IA32_FEATURE_CONTROL faults"},
		{REASON_CAPABILITY_FAULT, "RDMSR of its capability MSRs faults"},
		{REASON_NO_LONG_MODE, "no 64-bit mode"},
		{REASON_OUT_OF_MEMORY, "not enough memory"},
		{REASON_NO_LOW_MEMORY, "no free page between 64 KiB and 640 KiB"},
		{REASON_AP_UNREACHABLE, "cannot be addressed in xAPIC mode"},
		{REASON_APIC_DISABLED, "the BSP's local APIC is disabled or absent"},
		{REASON_NO_CPU_LIST, "no list of CPUs"},
		{REASON_NOT_FINISHED, "rootmode failed before this CPU finished"},
		{REASON_NOT_SEEN, "there is no verdict"},
		{REASON_VMXOFF, "VMXOFF failed"},
	};

	for (size_t i = 0; i < COUNT_OF(sentences); i++)
		assert_says(&cpu, sentences[i].reason, sentences[i].part);
}

struct sentence {
	struct cpu cpu;
	enum reason reason;
	const char *text;
};

static void assert_sentences(const struct sentence *sentences, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct unit_capture *capture = unit_capture();

		explain_reason(&sentences[i].cpu, sentences[i].reason, &capture->text);
		assert_string_equal(capture->at, sentences[i].text);
	}
}

static void a_timeout_says_how_far_the_cpu_came(void **state)
{
	static const struct sentence sentences[] = {
#define AT(step)           .progress.last_step = CPU_##step
#define ENTERED            AT(VMXON), .outcome.vmxon.kind = VMX_SUCCEEDED
#define TIMEOUT(text, ...) {{__VA_ARGS__}, REASON_AP_TIMEOUT, (text)}
		TIMEOUT("did not start after INIT-SIPI-SIPI", AT(SILENT)),
		TIMEOUT("ignores INIT: Linux left it in VMX root operation, or it does not exist",
	                AT(SILENT), .found.kexec = true),
		TIMEOUT("started, but hung in the trampoline, before 64-bit mode",
	                AT(PROTECTED_MODE)),
		TIMEOUT("started, but hung while reading CPUID and MSRs", AT(LONG_MODE)),
		TIMEOUT("started, but hung after reading CPUID and MSRs", AT(EVIDENCE)),
		TIMEOUT("started, but its execute-disable (NX) bit is disabled, unlike the BSP's: "
	                "IA32_MISC_ENABLE[34]",
	                AT(NO_EXECUTE_DISABLE)),
		TIMEOUT("finished, but later hung", AT(DONE)),
		TIMEOUT("finished, but later hung while waiting", AT(DONE),
	                .progress.task = "waiting"),
		TIMEOUT("started, but hung before VMXON completed", AT(VMXON)),
		TIMEOUT("started, but hung before VMXON completed; APIC error status 0x4 after the "
	                "IPIs to it",
	                AT(VMXON), .progress.task = "waiting", .progress.apic_errors = 4),
		TIMEOUT("entered VMX operation, but its guest never exited", ENTERED,
	                .proof.running = true, .selftest.run = true),
		TIMEOUT("entered VMX operation, but hung in the self-test", ENTERED,
	                .selftest.run = true, .proof.tried = true),
		TIMEOUT("entered VMX operation, but hung before its guests finished", ENTERED,
	                .proof.tried = true),
		TIMEOUT("entered VMX operation, but hung later", ENTERED, .proof.tried = true,
	                .proof.cycles = 1),
		TIMEOUT("entered VMX operation, but hung later", ENTERED),
		TIMEOUT("entered VMX operation, but hung later", ENTERED,
	                .selftest = {.run = true, .passed = 1, .failed = 1}),
		TIMEOUT("entered VMX operation, but hung later", ENTERED,
	                .selftest = {.run = true, .passed = 1, .skipped = 1}),
		TIMEOUT("entered VMX operation, but hung later", ENTERED,
	                .selftest = {.run = true, .failed = 1, .skipped = 1}),
	};

	assert_sentences(sentences, COUNT_OF(sentences));
}

static void a_failure_of_vmxon_is_one_sentence(void **state)
{
	static const struct sentence sentences[] = {
		{{.outcome = {.vmxon = {VMX_FAULTED, 13, 0},
	                      .predicted = {.status = {VMX_FAULTED, 13, 0}}}},
	         REASON_VMXON_FAULT,
	         "VMXON faulted with vector 13, error code 0x0"},
		{{.outcome = {.vmxon = {VMX_FAULTED, 0, 0},
	                      .predicted = {.status = {VMX_FAULTED, 0, 0}}}},
	         REASON_VMXON_FAULT,
	         "VMXON faulted"},
		{{.outcome = {.vmxon = {VMX_FAIL_VALID, 15, 0},
	                      .predicted = {.status = {VMX_FAIL_VALID, 15, 0}}}},
	         REASON_VMXON_FAIL_VALID,
	         "VMXON failed with VM-instruction error 15"},
		{{.outcome = {.vmxon = {VMX_FAIL_INVALID, 0, 0},
	                      .predicted = {.status = {VMX_FAIL_INVALID, 0, 0}}}},
	         REASON_VMXON_FAIL_INVALID,
	         "VMXON failed with VMfailInvalid"},
		{{.outcome = {.vmxon = {VMX_NO_EFFECT, 0, 0},
	                      .predicted = {{VMX_SUCCEEDED, 0, 0}, "all is well"}}},
	         REASON_VMXON_NO_EFFECT,
	         "VMXON was not executed: it changed neither CF nor ZF, or VMPTRST faults after "
	         "it; the SDM predicts success: all is well"},
	};

	assert_sentences(sentences, COUNT_OF(sentences));
}

static void what_vmx_lacks_is_one_sentence(void **state)
{
	static const struct sentence sentences[] = {
		{{.evidence = {.vendor = "GenuineIntel"}},
	         REASON_NO_VMX,
	         "CPUID.1:ECX.VMX[5] is clear: this GenuineIntel CPU does not support VMX"},
		{{.evidence = {.vendor = "GenuineIntel", .hypervisor = true}},
	         REASON_NO_VMX,
	         "CPUID.1:ECX.VMX[5] is clear: the hypervisor does not expose VMX to this virtual "
	         "machine"},
		{{.evidence = {.vendor = "GenuineIntel",
	                       .hypervisor = true,
	                       .hypervisor_vendor = "X"}},
	         REASON_NO_VMX,
	         "CPUID.1:ECX.VMX[5] is clear: the hypervisor X does not expose VMX to this "
	         "virtual machine"},
		{{.evidence = {.vendor = "AuthenticAMD", .hypervisor = true}},
	         REASON_NO_VMX,
	         "CPUID.1:ECX.VMX[5] is clear: this AuthenticAMD CPU does not support VMX; SVM, "
	         "its AMD counterpart, is not supported"},
		{{.plan = {.feature_control = 5}},
	         REASON_WRITE_REFUSED,
	         "IA32_FEATURE_CONTROL is unlocked, but writing 0x5 to it has no effect"},
		{{.plan = {.feature_control = 5},
	          .outcome = {.feature_control_write_faulted = true}},
	         REASON_WRITE_REFUSED,
	         "IA32_FEATURE_CONTROL is unlocked, but writing 0x5 to it faults"},
		{{.plan = {.cr0_conflict = 0x10, .cr4_conflict = 0x20}},
	         REASON_CR_FIXED_BITS,
	         "VMX operation requires bits that this kernel cannot set: CR0 bits 0x10 CR4 bits "
	         "0x20"},
		{{.plan = {.cr0 = 1, .cr4 = 2}},
	         REASON_CR_FIXED_BITS,
	         "VMX operation requires bits that this kernel cannot set: CR0 = 0x1 or CR4 = 0x2 "
	         "faults"},
		{{.progress.apic_errors = 0},
	         REASON_CAPABILITY_INVALID,
	         "a VMX capability MSR contradicts the SDM"},
		{{.progress.apic_errors = 0}, REASON_VMCS, "a guest failed: vmcs"},
		{{.progress.apic_errors = 0}, REASON_VM_CONTROLS, "a guest failed: vm-controls"},
		{{.progress.apic_errors = 0}, REASON_VM_ENTRY, "a guest failed: vm-entry"},
		{{.progress.apic_errors = 0}, REASON_VM_EXIT, "a guest failed: vm-exit"},
		{{.progress.apic_errors = 0}, REASON_PANIC, "panic"},
	};

	assert_sentences(sentences, COUNT_OF(sentences));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(reasons_without_details_have_a_sentence_of_their_own),
		cmocka_unit_test(a_timeout_says_how_far_the_cpu_came),
		cmocka_unit_test(a_failure_of_vmxon_is_one_sentence),
		cmocka_unit_test(what_vmx_lacks_is_one_sentence),
	};

	return unit_run(rules, COUNT_OF(rules));
}
