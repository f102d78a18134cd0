#include "tools/check/json_log.h"

#include "tools/check/lines.h"
#include "tools/check/log_line.h"

#include <string.h>

static void add_problems(struct json *json, const char *name, log_problem_set problems)
{
	json_open(json, name, '[');
	for (unsigned problem = 0; problem < LOG_PROBLEM_COUNT; problem++) {
		if (problems >> problem & 1)
			json_string(json, NULL, log_problem_code(problem));
	}
	json_close(json, ']');
}

/* Adds what puts the verdict in doubt, and what does not. */
static void add_all_problems(struct json *json, log_problem_set problems)
{
	log_problem_set doubts = log_problem_doubts(problems);

	add_problems(json, "problems", doubts);
	add_problems(json, "remarks", problems & ~doubts);
}

static void add_boots(struct json *json, const struct log_facts *log)
{
	json_open(json, "boots", '[');
	for (uint32_t i = 0; i < log->boot_count; i++) {
		const struct boot_summary *boot = &log->boots[i];

		json_open(json, NULL, '{');
		json_string(json, "verdict", boot->verdict);
		json_string(json, "log_result", boot->result[0] != '\0' ? boot->result : NULL);
		json_number(json, "exit_status", (uint64_t)boot->status);
		add_all_problems(json, boot->problems);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void add_people(struct json *json, struct bytes text)
{
	struct bytes row;
	struct log_line line;

	json_open(json, "lines", '[');
	while (lines_take(&text, &row)) {
		if (!log_line_split(row, &line))
			continue;
		json_open(json, NULL, '{');
		json_bytes(json, "time", line.time);
		json_bytes(json, "scope", line.scope);
		json_bytes(json, "sentence", line.sentence);
		json_close(json, '}');
	}
	json_close(json, ']');
}

/* Adds the fields of a line. The word in front of them, if any, is the field "kind". */
static void add_fields(struct json *json, struct bytes line)
{
	struct bytes key, value, rest = line, kind = bytes_take_word(&rest);
	char name[64];

	json_open(json, NULL, '{');
	if (memchr(kind.at, '=', kind.size) == NULL) {
		json_bytes(json, "kind", kind);
		line = rest;
	}
	while (lines_take_field(&line, &key, &value)) {
		lines_copy(key, name, sizeof(name));
		json_bytes(json, name, value);
	}
	json_close(json, '}');
}

static void add_report(struct json *json, struct bytes block)
{
	struct bytes line, rest;

	json_open(json, "report", '[');
	lines_take(&block, &line);
	while (lines_take(&block, &line) && !bytes_skip(lines_trim(line), "END ", &rest)) {
		if (lines_trim(line).size > 0)
			add_fields(json, lines_trim(line));
	}
	json_close(json, ']');
}

void json_add_log(struct json *json, const struct findings *findings, bool lines)
{
	const struct log_facts *log = &findings->log;

	json_open(json, "log", '{');
	add_all_problems(json, log->problems);
	json_bool(json, "repaired", log->repaired);
	json_number(json, "boot", log->boot + 1);
	add_boots(json, log);
	if (log->counted) {
		json_number(json, "in_vmx", log->in_vmx);
		json_number(json, "of_cpus", log->of_cpus);
	}
	if (lines) {
		add_people(json, findings->people);
		add_report(json, log->block);
	}
	json_close(json, '}');
}
