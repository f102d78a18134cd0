/*
 * docs/selftest-checks.txt: the names of the self-test's checks, which users compare between logs.
 * `make selftest-names` writes it, with this program and SELFTEST_NAMES=write in its environment.
 */
#include "arch/x86_64/vmx/selftest/selftest_run.h"
#include "kernel/record/caps_rules.h"
#include "tests/unit/unit.h"

static const char path[] = "docs/selftest-checks.txt";

static const char *all_names(void)
{
	struct unit_capture *capture = unit_capture();

	for (unsigned n = 0; selftest_check(n) != NULL; n++)
		text_print(&capture->text, "%s\n", selftest_check(n)->name);
	for (unsigned n = 0; n < caps_rules_count; n++) {
		text_print(&capture->text, "caps-consistency, ");
		caps_rule_name(n, &capture->text);
		text_print(&capture->text, "\n");
	}
	return capture->at;
}

static void the_list_in_the_documents_has_every_check_in_order(void **state)
{
	const char *names = all_names();
	char *listed = unit_take(strlen(names) + 2);
	const char *mode = getenv("SELFTEST_NAMES");
	bool writes = mode != NULL && strcmp(mode, "write") == 0;
	FILE *file = fopen(path, writes ? "w" : "r");

	assert_non_null(file);
	if (writes)
		assert_int_equal(fputs(names, file) >= 0, 1);
	else
		fread(listed, 1, strlen(names) + 1, file);
	assert_int_equal(fclose(file), 0);
	if (!writes)
		assert_string_equal(listed, names); /* make selftest-names */
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_list_in_the_documents_has_every_check_in_order),
	};

	return unit_run(rules, COUNT_OF(rules));
}
