#include "tools/check/print.h"

#include "kernel/lib/version.h"
#include "kernel/report/caps_print.h"
#include "kernel/report/compare.h"
#include "kernel/report/compare_memory.h"
#include "tools/check/answer.h"
#include "tools/check/fail.h"
#include "tools/check/json.h"
#include "tools/check/json_cpu.h"
#include "tools/check/json_log.h"
#include "tools/check/requires.h"
#include "tools/check/unseen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Counts incompatible changes of what is printed: see docs/rootmode-check.schema.json. */
enum { SCHEMA_VERSION = 1 };

/* A text that goes to a C stream. */
struct stream {
	struct text text;
	FILE *to;
};

static void put_stream(struct text *to, char character)
{
	fputc(character, ((struct stream *)to)->to);
}

static void add_host(struct json *json, const struct host *host)
{
	json_open(json, "host", '{');
	json_bool(json, "kvm", host->kvm);
	json_bool(json, "kvm_usable", host->kvm_usable);
	json_string(json, "kvm_module", host->module);
	json_bool(json, "nested", host->nested);
	json_bool(json, "cpuinfo_vmx", host->vmx_listed);
	json_close(json, '}');
}

/* What was not recorded is null, or 0 for memory and for the rate of the TSC. */
static void add_machine(struct json *json, const struct machine *machine)
{
	json_open(json, "machine", '{');
	json_string(json, "failure",
	            machine->failure != REASON_NONE ? reason_code(machine->failure) : NULL);
	json_number(json, "memory_bytes", machine->memory_bytes);
	json_hex(json, "image", machine->image_phys);
	json_string(json, "apic", machine->apic_mode);
	json_string(json, "apic_found", machine->apic_found);
	json_number(json, "phantoms", machine->phantoms);
	json_string(json, "clock", machine->clock_source);
	json_string(json, "clock_check", machine->clock_check);
	json_number(json, "tsc_khz", machine->clock_khz);
	json_close(json, '}');
}

static void add_verdict(struct json *json, const struct findings *findings)
{
	struct run_verdict result = answer_verdict(findings);

	json_string(json, "verdict", answer_verdict_name(findings));
	json_open(json, "reasons", '[');
	for (uint32_t reason = 0; reason < REASON_COUNT; reason++) {
		if (result.reasons >> reason & 1)
			json_string(json, NULL, reason_code(reason));
	}
	json_close(json, ']');
	json_string(json, "log_result", findings->result[0] != '\0' ? findings->result : NULL);
	json_bool(json, "entered", !findings->machine.observe);
	json_number(json, "exit_status", (uint64_t)answer_status(findings));
}

/* Adds what --requires says. */
static void add_requires(struct json *json, const char *required, const struct findings *findings)
{
	char *at = NULL;
	size_t size = 0;
	struct stream stream = {{put_stream}, open_memstream(&at, &size)};
	int status;

	if (stream.to == NULL)
		fail(STATUS_NO_VERDICT, "out of memory");
	status = requires_print(required, findings, &stream.text);
	if (fclose(stream.to) != 0)
		fail(STATUS_NO_VERDICT, "out of memory");
	json_open(json, "requires", '{');
	json_number(json, "exit_status", (uint64_t)status);
	json_lines(json, "lines", at);
	json_close(json, '}');
	free(at);
}

/* Adds what print() prints, as an array of lines. */
static void add_lines(struct json *json, const char *name, const struct findings *findings,
                      void (*print)(const struct findings *findings, struct text *to))
{
	char *at = NULL;
	size_t size = 0;
	struct stream stream = {{put_stream}, open_memstream(&at, &size)};

	if (stream.to == NULL)
		fail(STATUS_NO_VERDICT, "out of memory");
	print(findings, &stream.text);
	if (fclose(stream.to) != 0)
		fail(STATUS_NO_VERDICT, "out of memory");
	json_lines(json, name, at);
	free(at);
}

static void add_sentence(struct json *json, const struct findings *findings)
{
	char sentence[512];
	struct text_buffer buffer = text_buffer(sentence, sizeof(sentence));

	answer_print(findings, &buffer.text);
	json_string(json, "answer", sentence);
}

static void print_differences(const struct findings *findings, struct text *to)
{
	compare_print(&findings->machine, to);
	compare_memory_print(&findings->machine, to);
}

static void print_broken_rules(const struct findings *findings, struct text *to)
{
	caps_print_broken_rules(&findings->machine, to);
}

/* "rootmode-check " and a version, which tools/version limits to 60 characters. */
static void add_program(struct json *json)
{
	char program[80];

	snprintf(program, sizeof(program), "rootmode-check %s", rootmode_version);
	json_number(json, "schema", SCHEMA_VERSION);
	json_string(json, "program", program);
}

void print_json_refusal(const char *path, const struct refusal *refusal)
{
	struct json json = {.to = stdout, .one_line = true};

	json_open(&json, NULL, '{');
	add_program(&json);
	json_string(&json, "file", path);
	json_string(&json, "error", refusal->text);
	json_number(&json, "exit_status", (uint64_t)refusal->status);
	json_close(&json, '}');
}

void print_json(const struct findings *findings, const struct json_choice *choice)
{
	static const char *const origins[] = {
		[ORIGIN_LIVE] = "live", [ORIGIN_DUMP] = "dump", [ORIGIN_LOG] = "log"};
	const struct cpu_list *cpus = &findings->machine.cpus;
	struct json json = {.to = stdout, .one_line = choice->one_line};

	json_open(&json, NULL, '{');
	add_program(&json);
	json_string(&json, "file", findings->path);
	json_string(&json, "origin", origins[findings->origin]);
	add_verdict(&json, findings);
	add_sentence(&json, findings);
	add_machine(&json, &findings->machine);
	json_open(&json, "cpus", '[');
	for (uint32_t i = 0; i < cpus->count; i++)
		json_add_cpu(&json, cpus->cpu[i], &findings->sights[i], choice->caps);
	json_close(&json, ']');
	add_lines(&json, "narrative", findings, answer_print_narrative);
	add_lines(&json, "differences", findings, print_differences);
	add_lines(&json, "inconsistencies", findings, print_broken_rules);
	add_lines(&json, "unseen", findings, unseen_print);
	json_lines(&json, "odd", findings->odd_lines);
	if (choice->required != NULL)
		add_requires(&json, choice->required, findings);
	if (findings->origin == ORIGIN_LOG)
		json_add_log(&json, findings, choice->lines);
	if (findings->origin == ORIGIN_LIVE)
		add_host(&json, &findings->host);
	json_close(&json, '}');
}
