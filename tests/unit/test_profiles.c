/* kernel/record/profiles.h: what hypervisors require of the VMX capabilities. */
#include "kernel/record/caps.h"
#include "kernel/record/profiles.h"
#include "kernel/report/caps_print.h"
#include "tests/unit/bochs_models.h"
#include "tests/unit/cpus.h"
#include "tests/unit/unit.h"

static const struct profile *profile_named(const char *name)
{
	for (size_t i = 0; i < profiles_count; i++) {
		if (strcmp(profiles[i]->name, name) == 0)
			return profiles[i];
	}
	fail_msg("no profile %s", name);
	return NULL;
}

/* A misspelt capability would be one that no CPU has. */
static void each_profile_requires_what_the_table_has(void **state)
{
	for (size_t i = 0; i < profiles_count; i++) {
		for (const char *const *need = profiles[i]->needs; *need != NULL; need++) {
			size_t entry = 0;

			while (entry < caps_count && strcmp(caps_table[entry].name, *need) != 0)
				entry++;
			if (entry == caps_count)
				fail_msg("%s: %s", profiles[i]->name, *need);
		}
	}
}

static void models_are_enough_for_what_they_are_known_for(void **state)
{
	static const struct {
		const char *model, *profile, *lacks;
	} known[] = {
		{"core2_penryn_t9600", "rootmode", NULL},
		{"core2_penryn_t9600", "kvm", NULL},
		{"core2_penryn_t9600", "kvm-ept", "vmx-ept"},
		{"core2_penryn_t9600", "hyper-v", "vmx-ept"},
		{"corei5_lynnfield_750", "kvm-ept", NULL},
		{"corei5_lynnfield_750", "kvm-unrestricted", "vmx-unrestricted-guest"},
		{"corei5_arrandale_m520", "kvm-unrestricted", NULL},
		{"corei7_haswell_4770", "introspection", "vmx-mtf"}, /* as Bochs has it */
		{"corei7_haswell_4770", "hvci", "vmx-mbec"},
		{"core2_penryn_t9600", "xen", NULL},
		{"core2_penryn_t9600", "xen-hap", "vmx-ept"},
		{"corei5_lynnfield_750", "xen-hap", NULL},
		{"core2_penryn_t9600", "bhyve", "vmx-ept"},
		{"corei5_lynnfield_750", "jailhouse", "vmx-unrestricted-guest"},
		{"core2_penryn_t9600", "sel4", "vmx-ept"},
		{"corei5_lynnfield_750", "acrn", "vmx-ept-1gb"},
	};

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		struct vmx_evidence evidence = bochs_evidence(bochs_model_named(known[i].model));
		const char *lacks = profile_lacks(profile_named(known[i].profile), &evidence, 0);

		if (known[i].lacks == NULL ? lacks != NULL
		                           : lacks == NULL || strcmp(lacks, known[i].lacks) != 0)
			fail_msg("%s, %s: %s", known[i].model, known[i].profile,
			         lacks != NULL ? lacks : "nothing");
	}
}

static void all_that_is_lacking_is_named_once(void **state)
{
	struct vmx_evidence nothing = {0};
	const struct profile *profile = profile_named("introspection-ve");
	const char *names[16];
	unsigned count = 0;

	while (count < COUNT_OF(names) && (names[count] = profile_lacks(profile, &nothing, count)))
		count++;
	assert_int_equal(count, 7);
	for (unsigned a = 0; a < count; a++) {
		for (unsigned b = a + 1; b < count; b++)
			assert_string_not_equal(names[a], names[b]);
	}
}

static void every_capability_that_is_lacking_is_printed(void **state)
{
	const struct profile *profile = profile_named("introspection-ve");
	struct machine machine = cpus_machine(1);
	struct vmx_evidence *evidence = &machine.cpus.cpu[0]->evidence;
	struct unit_capture *capture = unit_capture();
	const char *lacks;
	char *line;

	*evidence = bochs_evidence(bochs_model_named("core2_penryn_t9600"));
	caps_print(&machine.cpus, &capture->text);
	assert_non_null(strstr(capture->at, "caps: enough-for-kvm=on\n"));
	line = strstr(capture->at, "caps: enough-for-introspection-ve=off, lacks ");
	assert_non_null(line);
	*strchr(line, '\n') = '\0';
	for (unsigned n = 0; (lacks = profile_lacks(profile, evidence, n)) != NULL; n++)
		assert_non_null(strstr(line, lacks));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_profile_requires_what_the_table_has),
		cmocka_unit_test(models_are_enough_for_what_they_are_known_for),
		cmocka_unit_test(all_that_is_lacking_is_named_once),
		cmocka_unit_test(every_capability_that_is_lacking_is_printed),
	};

	return unit_run(tests, COUNT_OF(tests));
}
