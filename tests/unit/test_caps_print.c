/* kernel/report/caps_print.h: each line, by a second formulation, where some MSRs were not read. */
#include "kernel/report/caps_print.h"
#include "kernel/record/caps.h"
#include "kernel/record/profiles.h"
#include "kernel/record/record.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/cpus.h"

/* A list of one CPU with the evidence of a model, without the MSRs in the mask. */
static struct cpu_list one_cpu(const struct bochs_model *model, uint32_t unread)
{
	struct cpu_list cpus = cpus_entered(1);
	struct vmx_evidence *evidence = &cpus.cpu[0]->evidence;

	*evidence = bochs_evidence(model);
	evidence->unread = unread;
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		if (unread >> i & 1)
			evidence->msr[i] = (struct msr_reading){0};
	}
	return cpus;
}

static const char *printed(const struct cpu_list *cpus)
{
	struct unit_capture *capture = unit_capture();

	caps_print(cpus, &capture->text);
	return capture->at;
}

static void assert_line(const struct cpu_list *cpus, const char *format, const char *name,
                        const char *rest)
{
	struct unit_capture *line = unit_capture();

	text_print(&line->text, format, name, rest);
	if (strstr(printed(cpus), line->at) == NULL)
		fail_msg("missing: %s", line->at);
}

static const char *state_of(const struct caps_entry *entry, const struct vmx_evidence *evidence)
{
	static const char *const states[] = {
		[CAPS_MUST_BE_0] = "off, must be 0",
		[CAPS_MUST_BE_1] = "on, must be 1",
		[CAPS_OPTIONAL] = "on, optional",
		[CAPS_NO] = "off",
		[CAPS_YES] = "on",
		[CAPS_UNKNOWN] = "unknown",
	};
	static const char *const inverted[] = {
		[CAPS_MUST_BE_0] = "on, must be 0",
		[CAPS_MUST_BE_1] = "off, must be 1",
		[CAPS_OPTIONAL] = "on, optional",
		[CAPS_UNKNOWN] = "unknown",
	};

	return (entry->inverted ? inverted : states)[caps_state(entry, evidence)];
}

static void each_capability_has_its_state(void **state)
{
	for (size_t m = 0; m < COUNT_OF(bochs_models); m++) {
		struct cpu_list cpus = one_cpu(&bochs_models[m], m % 2 == 0 ? 0 : 0x15552);

		for (size_t i = 0; i < caps_count; i += 3)
			assert_line(&cpus, "cpu 0: caps: %s=%s\n", caps_table[i].name,
			            state_of(&caps_table[i], &cpus.cpu[0]->evidence));
	}
}

/* Adds what the profile lacks of what is known, or not known. Returns whether there is any. */
static bool add_lacks(const struct profile *profile, const struct vmx_evidence *evidence,
                      bool known, const char *begin, struct text *to)
{
	const char *separator = begin, *lacks;

	for (unsigned n = 0; (lacks = profile_lacks(profile, evidence, n)) != NULL; n++) {
		if (caps_is_known(caps_find(lacks), evidence) == known) {
			text_print(to, "%s%s", separator, lacks);
			separator = ", ";
		}
	}
	return separator != begin;
}

/* What is known to lack comes before what is not known. */
static void each_profile_says_what_is_lacking_or_was_not_read(void **state)
{
	static const uint32_t masks[] = {0, 1 << 11, 1 << 12, 3 << 11, 0x1E, 0xFFFFE};

	for (size_t m = 0; m < COUNT_OF(bochs_models); m++) {
		for (size_t mask = 0; mask < COUNT_OF(masks); mask++) {
			struct cpu_list cpus = one_cpu(&bochs_models[m], masks[mask]);
			const struct vmx_evidence *evidence = &cpus.cpu[0]->evidence;

			for (size_t i = 0; i < profiles_count; i++) {
				struct unit_capture *expected = unit_capture();

				if (!add_lacks(profiles[i], evidence, true, "off, lacks ",
				               &expected->text) &&
				    !add_lacks(profiles[i], evidence, false,
				               "unknown, the MSR was not read: ", &expected->text))
					text_print(&expected->text, "on");
				assert_line(&cpus, "cpu 0: caps: enough-for-%s=%s\n",
				            profiles[i]->name, expected->at);
			}
		}
	}
}

static void each_msr_is_a_value_or_says_why_not(void **state)
{
	for (unsigned i = 1; i < VMX_MSR_COUNT; i++) {
		struct cpu_list cpus = one_cpu(&bochs_models[0], 1u << i);
		struct vmx_evidence *evidence = &cpus.cpu[0]->evidence;

		assert_line(&cpus, "cpu 0: caps: %s %s\n", record_msr_name(i), "was not read");
		evidence->unread = ~(1u << i);
		assert_line(&cpus, "cpu 0: caps: %s %s\n", record_msr_name(i), "does not exist");
		evidence->msr[i].state = MSR_FAULTED;
		assert_line(&cpus, "cpu 0: caps: %s %s\n", record_msr_name(i), "faults");
	}
}

static void the_highest_field_index_has_9_bits(void **state)
{
	static const struct {
		uint64_t value;
		const char *text;
	} cases[] = {
		{UINT64_MAX, "= 0xffffffffffffffff, highest field index 511"},
		{2, "= 0x2, highest field index 1"},
		{0x3FC, "= 0x3fc, highest field index 510"},
		{0x401, "= 0x401, highest field index 0"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct cpu_list cpus = one_cpu(&bochs_models[0], 0);

		cpus.cpu[0]->evidence.msr[10] = (struct msr_reading){cases[i].value, MSR_READ};
		assert_line(&cpus, "cpu 0: caps: %s %s\n", "IA32_VMX_VMCS_ENUM", cases[i].text);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(each_capability_has_its_state),
		cmocka_unit_test(each_profile_says_what_is_lacking_or_was_not_read),
		cmocka_unit_test(each_msr_is_a_value_or_says_why_not),
		cmocka_unit_test(the_highest_field_index_has_9_bits),
	};

	return unit_run(rules, COUNT_OF(rules));
}
