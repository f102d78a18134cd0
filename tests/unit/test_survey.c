/* arch/x86_64/vmx/survey.h: what is read from a CPU, and that nothing is read that it lacks. */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/survey.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/unit.h"

/* A CPU with the given CPUID leaves, whose MSRs exist or fault. */
struct source {
	struct survey_source source;
	struct {
		uint32_t leaf;
		struct cpuid answer;
	} leaves[16];
	const struct bochs_model *model; /* NULL: no VMX */
	struct msr_reading feature_control;
	unsigned faults;
};

static struct cpuid answer_cpuid(struct survey_source *from, uint32_t leaf, uint32_t subleaf)
{
	struct source *source = (struct source *)from;

	assert_int_equal(subleaf, 0);
	for (size_t i = 0; i < COUNT_OF(source->leaves); i++) {
		if (source->leaves[i].leaf == leaf)
			return source->leaves[i].answer;
	}
	return (struct cpuid){0};
}

static void answer_msr(struct survey_source *from, uint32_t msr, struct msr_reading *reading)
{
	struct source *source = (struct source *)from;

	*reading = (struct msr_reading){0, MSR_FAULTED};
	if (msr == IA32_BIOS_SIGN_ID)
		*reading = (struct msr_reading){0x2200000000, MSR_READ};
	else if (msr == IA32_FEATURE_CONTROL && source->model != NULL)
		*reading = source->feature_control;
	else if (msr >= VMX_MSR_FIRST && msr < VMX_MSR_FIRST + VMX_MSR_COUNT &&
	         source->model != NULL)
		*reading = source->model->msr[msr - VMX_MSR_FIRST];
	if (reading->state != MSR_READ)
		*reading = (struct msr_reading){0, MSR_FAULTED};
	source->faults += reading->state == MSR_FAULTED;
}

/* A GenuineIntel CPU with a brand, of this model. */
static struct source source_of(const struct bochs_model *model)
{
	uint32_t features = model != NULL ? 1u << 5 : 0;

	if (model != NULL && model->smx)
		features |= 1u << 6;
	return (struct source){
		.source = {answer_cpuid, answer_msr},
		.leaves =
			{
				{0, {0x16, 0x756E6547, 0x6C65746E, 0x49656E69}},
				{1, {0x50654, 0, features, 0}},
				{0x80000000, {0x80000008, 0, 0, 0}},
				{0x80000002, {0x20202020, 0x65746E49, 0x2952286C, 0x726F4320}},
				{0x80000003, {0x4D542865, 0x37692029, 0x3038372D, 0x20455830}},
				{0x80000008, {0x302E, 0, 0, 0}},
			},
		.model = model,
		.feature_control = {5, MSR_READ},
	};
}

static struct vmx_evidence survey(struct source *source)
{
	struct vmx_evidence evidence = {0};

	survey_cpu(&source->source, &evidence);
	return evidence;
}

static void exactly_the_msrs_that_each_model_has_are_read(void **state)
{
	for (size_t i = 0; i < COUNT_OF(bochs_models); i++) {
		struct source source = source_of(&bochs_models[i]);
		struct vmx_evidence evidence = survey(&source);

		assert_int_equal(source.faults, 0);
		for (unsigned msr = 0; msr < VMX_MSR_COUNT; msr++) {
			assert_int_equal(evidence.msr[msr].state, bochs_models[i].msr[msr].state);
			assert_int_equal(evidence.msr[msr].value, bochs_models[i].msr[msr].value);
		}
	}
}

static void a_cpu_without_vmx_is_asked_for_no_msr_of_vmx(void **state)
{
	struct source source = source_of(NULL);
	struct vmx_evidence evidence = survey(&source);

	assert_false(evidence.vmx);
	assert_int_equal(source.faults, 0);
	assert_int_equal(evidence.feature_control.state, MSR_NOT_READ);
	for (unsigned msr = 0; msr < VMX_MSR_COUNT; msr++)
		assert_int_equal(evidence.msr[msr].state, MSR_NOT_READ);
}

static void an_msr_that_faults_is_a_fact_and_not_zero(void **state)
{
	struct source source = source_of(&bochs_models[0]);
	struct vmx_evidence evidence;

	source.feature_control.state = MSR_FAULTED;
	evidence = survey(&source);
	assert_int_equal(evidence.feature_control.state, MSR_FAULTED);
}

/* Makes the model allow the control in the MSR with this index. */
static struct bochs_model with_control(unsigned index, unsigned bit)
{
	struct bochs_model model = bochs_models[0];

	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		model.msr[i].state = MSR_READ;
	model.msr[index].value |= BIT(32 + bit);
	return model;
}

static void newer_msrs_are_read_where_their_control_is_allowed(void **state)
{
	static const struct {
		unsigned control_msr, bit, msr;
	} newer[] = {
		{0x0B, 13, 0x11}, /* "enable VM functions" */
		{0x02, 17, 0x12}, /* "activate tertiary controls" */
		{0x03, 31, 0x13}, /* "activate secondary controls" on VM exits */
		{0x0B, 1, 0x0C},  /* "enable EPT" */
		{0x0B, 5, 0x0C},  /* "enable VPID" */
	};

	for (size_t i = 0; i < COUNT_OF(newer); i++) {
		struct bochs_model model = with_control(newer[i].control_msr, newer[i].bit);
		struct source source = source_of(&model);

		assert_int_equal(survey(&source).msr[newer[i].msr].state, MSR_READ);
	}
}

static void without_true_controls_their_msrs_are_not_read(void **state)
{
	struct bochs_model model = bochs_models[0];
	struct source source = source_of(&model);

	model.msr[0].value &= ~BIT(55);
	for (unsigned msr = 0x0D; msr <= 0x10; msr++)
		assert_int_equal(survey(&source).msr[msr].state, MSR_NOT_READ);
}

static void without_secondary_controls_nothing_that_hangs_on_them_is_read(void **state)
{
	struct bochs_model model = bochs_models[COUNT_OF(bochs_models) - 1];
	struct source source = source_of(&model);

	model.msr[2].value &= ~BIT(63);
	assert_int_equal(survey(&source).msr[0x0B].state, MSR_NOT_READ);
	assert_int_equal(survey(&source).msr[0x0C].state, MSR_NOT_READ);
	assert_int_equal(survey(&source).msr[0x11].state, MSR_NOT_READ);
}

static void cpuid_is_taken_as_it_is_said(void **state)
{
	struct source source = source_of(&bochs_models[1]);
	struct vmx_evidence evidence = survey(&source);

	assert_string_equal(evidence.vendor, "GenuineIntel");
	assert_string_equal(evidence.brand, "Intel(R) Core(TM) i7-7800XE");
	assert_int_equal(evidence.signature, 0x50654);
	assert_true(evidence.vmx);
	assert_true(evidence.smx);
	assert_false(evidence.hypervisor);
	assert_int_equal(evidence.physical_address_bits, 46);
	assert_int_equal(evidence.microcode.value, 0x2200000000);
	assert_int_equal(evidence.core_type, 0);
}

static void a_cpu_without_extended_leaves_has_no_brand_and_36_address_bits(void **state)
{
	struct source source = source_of(&bochs_models[0]);
	struct vmx_evidence evidence;

	source.leaves[2].answer.eax = 0x80000001;
	evidence = survey(&source);
	assert_string_equal(evidence.brand, "");
	assert_int_equal(evidence.physical_address_bits, 36);
	source.leaves[2].answer.eax = 0x80000004;
	evidence = survey(&source);
	assert_string_equal(evidence.brand, "Intel(R) Core(TM) i7-7800XE");
	assert_int_equal(evidence.physical_address_bits, 36);
}

static void a_hypervisor_is_asked_for_its_name_only_if_there_is_one(void **state)
{
	struct source source = source_of(&bochs_models[0]);
	struct vmx_evidence evidence;

	/* Without one, the answer is that of the highest basic leaf. */
	source.leaves[6].leaf = 0x40000000;
	source.leaves[6].answer = (struct cpuid){0x40000001, 0x756E6547, 0x6C65746E, 0x49656E69};
	evidence = survey(&source);
	for (size_t i = 0; i < sizeof(evidence.hypervisor_vendor); i++)
		assert_int_equal(evidence.hypervisor_vendor[i], 0);
	source.leaves[6].answer = (struct cpuid){0x40000001, 0x4B4D564B, 0x564B4D56, 0x4D};
	assert_string_equal(survey(&source).hypervisor_vendor, "KVMKVMKVM");
	assert_false(survey(&source).hypervisor);
	source.leaves[1].answer.ecx |= 1u << 31;
	assert_true(survey(&source).hypervisor);
	assert_string_equal(survey(&source).hypervisor_vendor, "KVMKVMKVM");
}

static void a_hypervisor_that_imitates_another_is_found_above_it(void **state)
{
	static const struct cpuid hyper_v = {0x40000005, 0x7263694D, 0x666F736F, 0x76482074};
	static const struct cpuid kvm = {0x40000101, 0x4B4D564B, 0x564B4D56, 0x4D};
	static const struct cpuid xen = {0x40010004, 0x566E6558, 0x65584D4D, 0x4D4D566E};
	static const struct cpuid other = {0x40000005, 0x4B4D564B, 0x564B4D56, 0x4D};
	static const struct {
		struct cpuid first, second;
		uint32_t second_leaf;
		const char *vendor, *beneath;
	} cases[] = {
		{hyper_v, kvm, 0x40000100, "Microsoft Hv", "KVMKVMKVM"},
		{xen, kvm, 0x40000100, "XenVMMXenVMM", "KVMKVMKVM"},
		{hyper_v, xen, 0x40010000, "Microsoft Hv", "XenVMMXenVMM"},
		{hyper_v, xen, 0x40010100, "Microsoft Hv", ""}, /* beyond the last */
		{hyper_v, kvm, 0x40000200, "Microsoft Hv", ""}, /* EAX lies below the leaf */
		{hyper_v, other, 0x40000100, "Microsoft Hv", ""},
		{kvm, hyper_v, 0x40000100, "KVMKVMKVM", ""}, /* nobody imitates KVM there */
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct source source = source_of(&bochs_models[0]);
		struct vmx_evidence evidence;

		source.leaves[1].answer.ecx |= 1u << 31;
		source.leaves[6].leaf = 0x40000000;
		source.leaves[6].answer = cases[i].first;
		source.leaves[7].leaf = cases[i].second_leaf;
		source.leaves[7].answer = cases[i].second;
		evidence = survey(&source);
		assert_string_equal(evidence.hypervisor_vendor, cases[i].vendor);
		assert_string_equal(evidence.hypervisor_beneath, cases[i].beneath);
	}
}

static void the_core_type_counts_only_on_hybrid_parts(void **state)
{
	struct source source = source_of(&bochs_models[0]);

	source.leaves[6].leaf = 0x1A;
	source.leaves[6].answer.eax = 0x40000001;
	source.leaves[7].leaf = 7;
	source.leaves[0].answer.eax = 0x1F;
	assert_int_equal(survey(&source).core_type, 0);
	source.leaves[7].answer = (struct cpuid){UINT32_MAX, UINT32_MAX, UINT32_MAX, ~(1u << 15)};
	assert_int_equal(survey(&source).core_type, 0);
	source.leaves[7].answer = (struct cpuid){.edx = 1u << 15};
	assert_int_equal(survey(&source).core_type, 0x40);
	source.leaves[0].answer.eax = 0x1A;
	assert_int_equal(survey(&source).core_type, 0x40);
	source.leaves[0].answer.eax = 0x19;
	assert_int_equal(survey(&source).core_type, 0);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(exactly_the_msrs_that_each_model_has_are_read),
		cmocka_unit_test(a_cpu_without_vmx_is_asked_for_no_msr_of_vmx),
		cmocka_unit_test(an_msr_that_faults_is_a_fact_and_not_zero),
		cmocka_unit_test(newer_msrs_are_read_where_their_control_is_allowed),
		cmocka_unit_test(without_true_controls_their_msrs_are_not_read),
		cmocka_unit_test(without_secondary_controls_nothing_that_hangs_on_them_is_read),
		cmocka_unit_test(cpuid_is_taken_as_it_is_said),
		cmocka_unit_test(a_cpu_without_extended_leaves_has_no_brand_and_36_address_bits),
		cmocka_unit_test(a_hypervisor_is_asked_for_its_name_only_if_there_is_one),
		cmocka_unit_test(a_hypervisor_that_imitates_another_is_found_above_it),
		cmocka_unit_test(the_core_type_counts_only_on_hybrid_parts),
	};

	return unit_run(rules, COUNT_OF(rules));
}
