#include "tools/check/requires.h"

#include "kernel/lib/ranges.h"
#include "kernel/record/caps.h"
#include "kernel/record/profiles.h"
#include "tools/check/fail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { NEEDS_MAX = 512, LINE_SIZE = 256 };

/* What is required: the names of capabilities. */
struct needs {
	char name[NEEDS_MAX][LINE_SIZE];
	unsigned count;
};

static bool is_capability(const char *name)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (strcmp(caps_table[i].name, name) == 0)
			return true;
	}
	return false;
}

/* A CPU without anything lacks all that the profile requires. */
static bool requires_profile(const char *wanted, struct needs *needs)
{
	static const struct vmx_evidence nothing;

	for (size_t i = 0; i < profiles_count; i++) {
		const char *name;

		if (strcmp(profiles[i]->name, wanted) != 0)
			continue;
		while ((name = profile_lacks(profiles[i], &nothing, needs->count)) != NULL)
			snprintf(needs->name[needs->count++], LINE_SIZE, "%s", name);
		return true;
	}
	return false;
}

__attribute__((noreturn)) static void requires_refuse(const char *wanted, int error)
{
	fprintf(stderr,
	        "rootmode-check: --requires %s: no such profile, and no file: %s; profiles:",
	        wanted, strerror(error));
	for (size_t i = 0; i < profiles_count; i++)
		fprintf(stderr, " %s", profiles[i]->name);
	fail(STATUS_USAGE, "see --caps for the names of capabilities");
}

/* Lines that are empty or begin with # are skipped. */
static void read_file(const char *path, struct needs *needs)
{
	FILE *file = fopen(path, "re");
	char line[LINE_SIZE];

	if (file == NULL)
		requires_refuse(path, errno);
	for (unsigned number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
		char *name = line + strspn(line, " \t");

		name[strcspn(name, " \t\r\n")] = '\0';
		if (name[0] == '\0' || name[0] == '#')
			continue;
		if (!is_capability(name))
			fail(STATUS_USAGE, "%s:%u: no VMX capability has the name %s (see --caps)",
			     path, number, name);
		if (needs->count == NEEDS_MAX)
			fail(STATUS_USAGE, "%s: more than %d capabilities", path, NEEDS_MAX);
		snprintf(needs->name[needs->count++], LINE_SIZE, "%s", name);
	}
	fclose(file);
	if (needs->count == 0)
		fail(STATUS_USAGE, "%s: names no capability", path);
}

/* Prints "cpus 0-3 lack NAME" for a capability that not every CPU has. */
static bool has_every_cpu(const char *name, const struct findings *findings, struct text *to)
{
	const struct cpu_list *cpus = &findings->machine.cpus;
	struct ranges ranges = ranges_begin(to);
	uint32_t lacking = 0;

	for (uint32_t i = 0; i < cpus->count; i++)
		lacking += !caps_has_named(name, &cpus->cpu[i]->evidence);
	if (lacking == 0)
		return true;
	text_print(to, lacking == 1 ? "requires: cpu " : "requires: cpus ");
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (!caps_has_named(name, &cpus->cpu[i]->evidence))
			ranges_add(&ranges, i);
	}
	ranges_end(&ranges);
	text_print(to, " %s %s\n", lacking == 1 ? "lacks" : "lack", name);
	return false;
}

static void put_requires(struct text *to, char character)
{
	(void)to;
	putchar(character);
}

static void put_nothing(struct text *to, char character)
{
	(void)to;
	(void)character;
}

bool requires_met(const char *wanted, const struct findings *findings, bool quiet)
{
	static struct needs needs;
	struct text to = {quiet ? put_nothing : put_requires};
	bool met = true;

	if (!requires_profile(wanted, &needs))
		read_file(wanted, &needs);
	for (unsigned i = 0; i < needs.count; i++)
		met &= has_every_cpu(needs.name[i], findings, &to);
	text_print(&to, "requires: %s: %s\n", wanted,
	           met ? "every CPU has what it requires" : "not every CPU has what it requires");
	return met;
}
