/* kernel/report/hint.h: whose setting it is, and how far a CPU came. */
#include "kernel/report/hint.h"
#include "kernel/record/hypervisor.h"
#include "tests/unit/cpus.h"

/* The hint for a CPU of which nothing is known. */
static const char *plain(enum reason reason)
{
	static const struct cpu nobody;

	return hint_for(reason, &nobody);
}

static void settings_of_a_virtual_machine_are_the_hypervisors(void **state)
{
	static const struct cpu cpu = {
		.evidence = {.hypervisor = true, .hypervisor_vendor = "KVMKVMKVM"}};

	for (enum reason reason = REASON_NONE + 1; reason < REASON_COUNT; reason++) {
		bool setting = reason == REASON_NO_VMX || reason == REASON_LOCKED_OFF ||
		               reason == REASON_SMX_ONLY;

		assert_ptr_equal(hint_for(reason, &cpu),
		                 setting ? hypervisor_hint(&cpu.evidence) : plain(reason));
	}
}

/* On an AMD CPU, only QEMU's TCG can add VMX. */
static void no_hypervisor_adds_vmx_to_an_amd_cpu_but_tcg(void **state)
{
	struct cpu cpu = {.evidence = {.vendor = "AuthenticAMD",
	                               .hypervisor = true,
	                               .hypervisor_vendor = "KVMKVMKVM"}};

	assert_ptr_equal(hint_for(REASON_NO_VMX, &cpu), plain(REASON_NO_VMX));
	strcpy(cpu.evidence.hypervisor_vendor, "TCGTCGTCGTCG");
	assert_ptr_equal(hint_for(REASON_NO_VMX, &cpu), hypervisor_hint(&cpu.evidence));
	assert_ptr_not_equal(hint_for(REASON_NO_VMX, &cpu), plain(REASON_NO_VMX));
}

static void a_timeout_is_hinted_at_by_the_step(void **state)
{
	static const char can[] = "this CPU can enter VMX operation: update the host hypervisor or "
				  "the firmware, or boot without the option that hung; please "
				  "report the log";
	static const char nx[] =
		"enable \"Execute Disable Bit\" (NX, XD) in firmware setup, or update the "
		"firmware: it must be the same on every CPU";
	static const char hangs[] =
		"this CPU starts, but then hangs: power the machine off and on, update the "
		"firmware and the host hypervisor, or exclude it with cpus=N";
	static const char kexec[] =
		"power the machine off and on; before the next kexec, unload what uses VMX "
		"(kvm_intel, VirtualBox, VMware), or stop its virtual machines";
	struct {
		struct cpu cpu;
		const char *hint;
	} cases[] = {
		{{.progress.last_step = CPU_DONE}, can},
		{{.progress.last_step = CPU_VMXON, .outcome.vmxon.kind = VMX_SUCCEEDED}, can},
		{{.progress.last_step = CPU_VMXON}, hangs},
		{{.progress.last_step = CPU_PROTECTED_MODE}, hangs},
		{{.progress.last_step = CPU_NO_EXECUTE_DISABLE}, nx},
		{{.progress.last_step = CPU_LONG_MODE, .found.kexec = true}, hangs},
		{{.progress.last_step = CPU_SILENT, .evidence.signature = 1}, hangs},
		{{.progress.last_step = CPU_SILENT, .found.kexec = true}, kexec},
		{{.progress.last_step = CPU_SILENT}, plain(REASON_AP_TIMEOUT)},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(hint_for(REASON_AP_TIMEOUT, &cases[i].cpu), cases[i].hint);
	cases[7].cpu.evidence.hypervisor = true;
	assert_ptr_equal(hint_for(REASON_VMXOFF, &cases[7].cpu), plain(REASON_VMXOFF));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(settings_of_a_virtual_machine_are_the_hypervisors),
		cmocka_unit_test(no_hypervisor_adds_vmx_to_an_amd_cpu_but_tcg),
		cmocka_unit_test(a_timeout_is_hinted_at_by_the_step),
	};

	return unit_run(rules, COUNT_OF(rules));
}
