#include "tools/check/requires.h"

#include "kernel/lib/ranges.h"
#include "kernel/record/caps.h"
#include "kernel/record/profiles.h"
#include "tools/check/fail.h"
#include "tools/check/name_caps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { NEEDS_MAX = 512, LINE_SIZE = 256 };

/* What is required: the names of capabilities. */
struct needs {
	char name[NEEDS_MAX][LINE_SIZE];
	unsigned count;
};

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
	fprintf(stderr, "\n");
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
		if (caps_find(name) == NULL)
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

enum has { HAS, LACKS, NOT_KNOWN };

static enum has has_by_msrs(const char *name, const struct vmx_evidence *evidence)
{
	if ((evidence->signature == 0 && !evidence->vmx) ||
	    !caps_is_known(caps_find(name), evidence))
		return NOT_KNOWN;
	return caps_has_named(name, evidence) ? HAS : LACKS;
}

/* A list of names says it of the first CPU, where there is no MSR. */
static enum has has(const char *name, const struct findings *findings, uint32_t cpu)
{
	enum has by_msrs = has_by_msrs(name, &findings->machine.cpus.cpu[cpu]->evidence);
	enum name_answer named =
		cpu == 0 ? name_caps_has(&findings->names.caps, name) : NAME_UNSEEN;

	if (by_msrs != NOT_KNOWN || named == NAME_UNSEEN)
		return by_msrs;
	return named == NAME_YES ? HAS : LACKS;
}

/* Prints "cpus 0-3 lack NAME" for those that do, or that it is not known. Returns whether any. */
static bool print_those(enum has which, const char *name, const struct findings *findings,
                        struct text *to)
{
	const struct cpu_list *cpus = &findings->machine.cpus;
	struct ranges ranges = ranges_begin(to);
	uint32_t count = 0;

	for (uint32_t i = 0; i < cpus->count; i++)
		count += has(name, findings, i) == which;
	if (count == 0)
		return false;
	text_print(to, count == 1 ? "requires: cpu " : "requires: cpus ");
	for (uint32_t i = 0; i < cpus->count; i++) {
		if (has(name, findings, i) == which)
			ranges_add(&ranges, i);
	}
	ranges_end(&ranges);
	if (which == LACKS)
		text_print(to, " %s %s\n", count == 1 ? "lacks" : "lack", name);
	else
		text_print(to, ": not known, since its MSR was not read: %s\n", name);
	return true;
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

int requires_print(const char *wanted, const struct findings *findings, struct text *to)
{
	static const char *const answers[] = {
		[HAS] = "every CPU has what it requires",
		[LACKS] = "not every CPU has what it requires",
		[NOT_KNOWN] = "not known whether every CPU has what it requires",
	};
	static const int statuses[] = {
		[HAS] = 0, [LACKS] = STATUS_UNMET, [NOT_KNOWN] = STATUS_NO_VERDICT};
	static struct needs needs;
	bool lacks = false, not_known = false;
	enum has all;

	needs.count = 0;
	if (!requires_profile(wanted, &needs))
		read_file(wanted, &needs);
	for (unsigned i = 0; i < needs.count; i++) {
		lacks |= print_those(LACKS, needs.name[i], findings, to);
		not_known |= print_those(NOT_KNOWN, needs.name[i], findings, to);
	}
	all = lacks ? LACKS : not_known ? NOT_KNOWN : HAS;
	text_print(to, "requires: %s: %s\n", wanted, answers[all]);
	return statuses[all];
}

int requires_status(const char *wanted, const struct findings *findings, bool quiet)
{
	struct text to = {quiet ? put_nothing : put_requires};

	return requires_print(wanted, findings, &to);
}
