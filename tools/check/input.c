#include "tools/check/input.h"

#include "tools/check/apic_id.h"
#include "tools/check/dump.h"
#include "tools/check/fail.h"
#include "tools/check/lines.h"
#include "tools/check/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MAX_READ = 64 << 20 };

/* Everything in file into *at, which is to be freed; NULL, or what went wrong. */
static const char *read_all(FILE *file, uint8_t **at, size_t *size)
{
	size_t room = 1 << 16;

	*at = allocate(room, 1);
	for (*size = 0; !feof(file) && !ferror(file);) {
		uint8_t *larger;

		*size += fread(*at + *size, 1, room - *size, file);
		if (*size > SIZE_MAX_READ)
			return "too large for a dump or a log";
		if (*size < room)
			continue;
		room *= 2;
		larger = realloc(*at, room);
		if (larger == NULL)
			return strerror(errno);
		*at = larger;
	}
	return ferror(file) ? strerror(errno) : NULL;
}

/* Line ends become \n alone, tabs spaces. */
static size_t simplify(uint8_t *at, size_t size)
{
	size_t kept = 0;

	for (size_t i = 0; i < size; i++) {
		if (at[i] != '\r')
			at[kept++] = at[i] == '\t' ? ' ' : at[i];
	}
	return kept;
}

static struct bytes load(const char *path, uint8_t **at)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	const char *problem;
	size_t size;

	if (file == NULL)
		fail(STATUS_USAGE, "%s: %s", path, strerror(errno));
	problem = read_all(file, at, &size);
	if (!standard)
		fclose(file);
	if (problem != NULL) {
		free(*at);
		fail(STATUS_USAGE, "%s: %s", path, problem);
	}
	return (struct bytes){*at, simplify(*at, size)};
}

static void look_at_dump(struct bytes text, struct findings *findings)
{
	struct dump dump;
	uint32_t line;
	const char *problem = dump_read(text, &dump, &line);

	if (problem != NULL)
		fail(STATUS_USAGE, "%s:%u: not a dump: %s", findings->path, line, problem);
	findings_make_cpus(findings, dump.cpu_count);
	for (uint32_t i = 0; i < dump.cpu_count; i++) {
		struct dump_source source = dump_source(&dump, i);
		struct cpu *cpu = findings->machine.cpus.cpu[i];

		findings->sights[i].number = dump.cpus[i].number;
		survey_cpu(&source.source, &cpu->evidence);
		cpu->found.apic_id = apic_id_read(&source.source);
	}
	dump_free(&dump);
}

struct findings *input_look(const char *path)
{
	uint8_t *at;
	struct bytes text = load(path, &at), block;
	bool is_log = log_find_block(text, &block);
	struct findings *findings = findings_new(is_log ? ORIGIN_LOG : ORIGIN_DUMP, path);

	findings->text = at;
	if (!is_log && log_is_unfinished(text))
		fail(STATUS_NO_VERDICT,
		     "%s: this log ends without a REPORT block: the machine stopped, or the log "
		     "was cut, "
		     "before it",
		     path);
	if (is_log)
		log_look(text, block, findings);
	else
		look_at_dump(text, findings);
	return findings;
}
