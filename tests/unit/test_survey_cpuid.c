/* arch/x86_64/vmx/survey.h: what CPUID says, bit by bit, and the names in it. */
#include "arch/x86_64/vmx/survey.h"
#include "tests/unit/unit.h"

/* A CPU with these leaves and no MSR. */
struct source {
	struct survey_source source;
	struct {
		uint32_t leaf;
		struct cpuid answer;
	} leaves[12];
	unsigned count;
};

static struct cpuid answer_cpuid(struct survey_source *from, uint32_t leaf, uint32_t subleaf)
{
	struct source *source = (struct source *)from;

	for (unsigned i = 0; i < source->count; i++) {
		if (source->leaves[i].leaf == leaf && subleaf == 0)
			return source->leaves[i].answer;
	}
	return (struct cpuid){0};
}

static void answer_msr(struct survey_source *from, uint32_t msr, struct msr_reading *reading)
{
	*reading = (struct msr_reading){0, MSR_FAULTED};
}

static void add(struct source *source, uint32_t leaf, struct cpuid answer)
{
	source->leaves[source->count].leaf = leaf;
	source->leaves[source->count++].answer = answer;
}

/* A leaf with a name of at most 12 characters, in the order of a hypervisor's. */
static void add_name(struct source *source, uint32_t leaf, uint32_t last, const char *name)
{
	uint32_t words[3] = {0};

	memcpy(words, name, strlen(name));
	add(source, leaf, (struct cpuid){last, words[0], words[1], words[2]});
}

/* Surveys into a record whose strings are full of what was there before. */
static struct vmx_evidence survey(struct source *source)
{
	struct vmx_evidence evidence = {0};

	source->source = (struct survey_source){answer_cpuid, answer_msr};
	memset(evidence.vendor, 'x', sizeof(evidence.vendor));
	memset(evidence.brand, 'x', sizeof(evidence.brand));
	memset(evidence.hypervisor_vendor, 'x', sizeof(evidence.hypervisor_vendor));
	survey_cpu(&source->source, &evidence);
	return evidence;
}

static void each_feature_is_a_bit_of_its_own(void **state)
{
	for (unsigned bit = 0; bit < 32; bit++) {
		struct source source = {.count = 0};
		struct vmx_evidence evidence;

		add(&source, 0, (struct cpuid){1, 0x756E6547, 0x6C65746E, 0x49656E69});
		add(&source, 1, (struct cpuid){0x50654, 0, 1u << bit, 0});
		evidence = survey(&source);
		assert_int_equal(evidence.monitor, bit == 3);
		assert_int_equal(evidence.vmx, bit == 5);
		assert_int_equal(evidence.smx, bit == 6);
		assert_int_equal(evidence.hypervisor, bit == 31);
		assert_string_equal(evidence.vendor, "GenuineIntel");
	}
}

static void performance_counters_are_counted_if_cpuid_has_their_leaf(void **state)
{
	for (uint32_t last = 9; last < 12; last++) {
		struct source source = {.count = 0};

		add(&source, 0, (struct cpuid){last, 0, 0, 0});
		add(&source, 0xA, (struct cpuid){0x07300403, 0, 0, 0});
		assert_int_equal(survey(&source).counters, last >= 0xA ? 4 : 0);
	}
}

static void a_brand_has_no_spaces_around_it(void **state)
{
	static const struct {
		char raw[49];
		const char *brand;
	} brands[] = {
		{"   Intel CPU", "Intel CPU"},
		{"Intel CPU   ", "Intel CPU"},
		{"  Intel  CPU  ", "Intel  CPU"},
		{"X", "X"},
		{" X ", "X"},
		{"   ", ""},
		{"                                                ", ""},
		{"", ""},
		{"123456789012345678901234567890123456789012345678",
	         "123456789012345678901234567890123456789012345678"},
		{"                                               X", "X"},
	};

	for (size_t i = 0; i < COUNT_OF(brands); i++) {
		struct source source = {.count = 0};

		add(&source, 0x80000000, (struct cpuid){0x80000004, 0, 0, 0});
		for (uint32_t part = 0; part < 3; part++) {
			struct cpuid answer;

			memcpy(&answer, brands[i].raw + (size_t)16 * part, 16);
			add(&source, 0x80000002 + part, answer);
		}
		assert_string_equal(survey(&source).brand, brands[i].brand);
	}
}

#define HYPERVISOR_BIT (1u << 31)

static struct source hypervisor(const char *name)
{
	struct source source = {.count = 0};

	add(&source, 1, (struct cpuid){0x50654, 0, HYPERVISOR_BIT, 0});
	add_name(&source, 0x40000000, 0x40000001, name);
	return source;
}

/* A leaf above counts if its EAX names a leaf of its own 256, and EBX begins a name. */
static void a_hypervisor_above_is_one_by_its_last_leaf_and_its_name(void **state)
{
	static const struct {
		uint32_t leaf, last;
		const char *name;
		bool counts;
	} cases[] = {
		{0x40000100, 0x40000100, "KVMKVMKVM", true},
		{0x40000100, 0x40000101, "KVMKVMKVM", true},
		{0x40000100, 0x400001FF, "KVMKVMKVM", true},
		{0x40000100, 0x400000FF, "KVMKVMKVM", false},
		{0x40000100, 0x40000200, "KVMKVMKVM", false},
		{0x40000100, 0xFFFFFFFF, "KVMKVMKVM", false},
		{0x40000100, 0x40000101, "", false},
		{0x40000100, 0x40000101, "\1", true},
		{0x40000080, 0x40000080, "KVMKVMKVM", false},
		{0x4000FF00, 0x4000FF00, "KVMKVMKVM", true},
		{0x40010000, 0x40010000, "KVMKVMKVM", true},
		{0x40010100, 0x40010100, "KVMKVMKVM", false},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct source source = hypervisor("Microsoft Hv");
		struct vmx_evidence evidence;

		add_name(&source, cases[i].leaf, cases[i].last, cases[i].name);
		evidence = survey(&source);
		assert_string_equal(evidence.hypervisor_vendor, "Microsoft Hv");
		assert_string_equal(evidence.hypervisor_beneath,
		                    cases[i].counts ? cases[i].name : "");
	}
}

static void the_first_hypervisor_above_an_imitated_one_counts(void **state)
{
	struct source source = hypervisor("XenVMMXenVMM");

	add_name(&source, 0x40000200, 0x40000201, "KVMKVMKVM");
	add_name(&source, 0x40000300, 0x40000301, "VMwareVMware");
	assert_string_equal(survey(&source).hypervisor_beneath, "KVMKVMKVM");
}

static void nothing_is_searched_above_one_that_is_not_imitated(void **state)
{
	struct source source = hypervisor("KVMKVMKVM");

	add_name(&source, 0x40000100, 0x40000101, "VMwareVMware");
	assert_string_equal(survey(&source).hypervisor_beneath, "");
	assert_string_equal(survey(&source).hypervisor_vendor, "KVMKVMKVM");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_feature_is_a_bit_of_its_own),
		cmocka_unit_test(performance_counters_are_counted_if_cpuid_has_their_leaf),
		cmocka_unit_test(a_brand_has_no_spaces_around_it),
		cmocka_unit_test(a_hypervisor_above_is_one_by_its_last_leaf_and_its_name),
		cmocka_unit_test(the_first_hypervisor_above_an_imitated_one_counts),
		cmocka_unit_test(nothing_is_searched_above_one_that_is_not_imitated),
	};

	return unit_run(rules, COUNT_OF(rules));
}
