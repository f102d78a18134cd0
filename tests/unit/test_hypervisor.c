/* kernel/record/hypervisor.h: which hypervisor there is, and signs of one that hides itself. */
#include "kernel/record/hypervisor.h"
#include "kernel/report/hint.h"
#include "tests/unit/unit.h"

static void a_hidden_hypervisor_is_likely_and_never_claimed(void **state)
{
	static const char named[] = "CPUID.40000000H names one",
			  brand[] = "the brand string is that of a virtual CPU",
			  revision[] = "the VMCS revision identifier is KVM's",
			  microcode[] = "the microcode revision is one that hypervisors make up";
	static const struct {
		struct vmx_evidence evidence;
		const char *sign;
	} signs[] = {
		{{.hypervisor_vendor = "KVMKVMKVM"}, named},
		{{.hypervisor_vendor = "X"}, named},
		{{.brand = "QEMU Virtual CPU version 2.5+"}, brand},
		{{.brand = "Intel Core Processor (Skylake, IBRS)"}, brand},
		{{.basic.revision = 0x11E57ED0}, revision},
		{{.microcode = {1ull << 32, MSR_READ}}, microcode},
		{{.microcode = {0xFFFFFFFFull << 32, MSR_READ}}, microcode},
	};
	static const struct vmx_evidence real[] = {
		{.vendor = "GenuineIntel"},
		{.brand = "Intel(R) Core(TM) i7-7800X CPU @ 3.50GHz", .basic.revision = 4},
		{.brand = "Intel Core"},
		{.microcode = {0x2000062ull << 32, MSR_READ}},
		{.microcode = {1ull << 32, MSR_FAULTED}},
		{.microcode = {0, MSR_READ}}, /* Bochs; or none was loaded */
	};

	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		struct cpu cpu = {.evidence = signs[i].evidence};
		const char *hint = hint_for(REASON_LOCKED_OFF, &cpu);

		assert_string_equal(hypervisor_sign(&cpu.evidence), signs[i].sign);
		assert_non_null(strstr(hint, "if this is a virtual machine"));
		assert_non_null(strstr(hint, "on a real machine"));
		cpu.evidence.hypervisor = true;
		assert_null(hypervisor_sign(&cpu.evidence));
	}
	for (size_t i = 0; i < COUNT_OF(real); i++)
		assert_null(hypervisor_sign(&real[i]));
}

static void a_cpu_without_a_hypervisor_names_none_at_40000000(void **state)
{
	assert_true(hypervisor_is_known("KVMKVMKVM"));
	assert_true(hypervisor_is_known("Microsoft Hv"));
	assert_false(hypervisor_is_known(""));
	assert_false(hypervisor_is_known("GenuineIntel"));
}

static void amd_and_hygon_have_svm(void **state)
{
	assert_true(hypervisor_cpu_is_amd(&(struct vmx_evidence){.vendor = "AuthenticAMD"}));
	assert_true(hypervisor_cpu_is_amd(&(struct vmx_evidence){.vendor = "HygonGenuine"}));
	assert_false(hypervisor_cpu_is_amd(&(struct vmx_evidence){.vendor = "GenuineIntel"}));
}

static void the_name_beneath_counts_however_short(void **state)
{
	struct vmx_evidence evidence = {.hypervisor_vendor = "Microsoft Hv"};

	assert_string_equal(hypervisor_vendor(&evidence), "Microsoft Hv");
	evidence.hypervisor_beneath[0] = 'X';
	assert_string_equal(hypervisor_vendor(&evidence), "X");
}

static void hyper_v_and_xen_are_imitated(void **state)
{
	assert_true(hypervisor_is_imitated("Microsoft Hv"));
	assert_true(hypervisor_is_imitated("XenVMMXenVMM"));
	assert_false(hypervisor_is_imitated("KVMKVMKVM"));
	assert_false(hypervisor_is_imitated(""));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(a_hidden_hypervisor_is_likely_and_never_claimed),
		cmocka_unit_test(a_cpu_without_a_hypervisor_names_none_at_40000000),
		cmocka_unit_test(amd_and_hygon_have_svm),
		cmocka_unit_test(the_name_beneath_counts_however_short),
		cmocka_unit_test(hyper_v_and_xen_are_imitated),
	};

	return unit_run(rules, COUNT_OF(rules));
}
