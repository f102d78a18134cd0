/* Parses the injection words, and removes them from the command line. */
#include "tests/boot/inject/inject.h"

#include "kernel/console/log.h"
#include "kernel/machine/arch.h"
#include "kernel/tables/options.h"
#include "kernel/run/panic.h"
#include "kernel/lib/string.h"

#define EVERY_CPU 0xFFFFFFFFu
#define EVERY_AP  0xFFFFFFFEu

enum { INJECTIONS = 16 };

void __real_options_parse(struct bytes command_line, struct options *options, options_warning *warn,
                          void *context);
void __wrap_options_parse(struct bytes command_line, struct options *options, options_warning *warn,
                          void *context);

static struct injection injections[INJECTIONS];
static unsigned count;

/* Removes the text before the first of the characters in ends from *text, and returns it. */
static struct bytes take_until(struct bytes *text, const char *ends)
{
	struct bytes taken;
	size_t size = 0;

	while (size < text->size) {
		const char *end = ends;

		while (*end != '\0' && (uint8_t)*end != text->at[size])
			end++;
		if (*end != '\0')
			break;
		size++;
	}
	bytes_slice(*text, 0, size, &taken);
	*text = bytes_from(*text, size);
	return taken;
}

/* Removes mark and the text after it, up to any of ends, from *text. Empty if mark is not next. */
static struct bytes take_part(struct bytes *text, const char *mark, const char *ends)
{
	struct bytes part;

	if (!bytes_skip(*text, mark, &part))
		return (struct bytes){0};
	*text = part;
	return take_until(text, ends);
}

/* Reads a decimal number, or a hexadecimal one after 0x. Trusts the tests to write it correctly. */
static uint64_t number(struct bytes text)
{
	struct bytes digits = text;
	unsigned base = bytes_skip(text, "0x", &digits) ? 16 : 10;
	uint64_t value = 0;

	if (base == 10)
		digits = text;
	for (size_t i = 0; i < digits.size; i++) {
		uint8_t c = digits.at[i] | 0x20;

		value = value * base + (c >= 'a' ? c - 'a' + 10u : c - (unsigned)'0');
	}
	return value;
}

static uint32_t cpu_named(struct bytes name)
{
	if (name.size == 0 || bytes_equal(name, "all"))
		return EVERY_CPU;
	return bytes_equal(name, "aps") ? EVERY_AP : (uint32_t)number(name);
}

void inject_fail(const char *what)
{
	panic_begin();
	log_line("rootmode", "error: %s", what);
	panic_end(REASON_PANIC);
}

static void add(struct bytes word)
{
	struct injection *injection = &injections[count];

	if (count == INJECTIONS)
		inject_fail("there are more inject= than fit");
	count++;
	injection->what = take_until(&word, "@/=");
	injection->cpu = cpu_named(take_part(&word, "@", "/="));
	injection->stage = take_part(&word, "/", "=");
	injection->value[0] = number(take_part(&word, "=", ","));
	injection->value[1] = number(take_part(&word, ",", ""));
}

static bool is_for_this_cpu(const struct injection *injection)
{
	uint32_t cpu = arch_this_cpu()->found.index;

	return injection->cpu == cpu || injection->cpu == EVERY_CPU ||
	       (injection->cpu == EVERY_AP && cpu != 0);
}

const struct injection *inject_find(const char *what)
{
	for (unsigned i = 0; i < count; i++) {
		if (bytes_equal(injections[i].what, what) && is_for_this_cpu(&injections[i]))
			return &injections[i];
	}
	return NULL;
}

const struct injection *inject_find_about(const char *what, uint64_t value)
{
	for (unsigned i = 0; i < count; i++) {
		if (bytes_equal(injections[i].what, what) && is_for_this_cpu(&injections[i]) &&
		    injections[i].value[0] == value)
			return &injections[i];
	}
	return NULL;
}

void inject_stage(const char *stage)
{
	for (unsigned i = 0; i < count; i++) {
		bool *was_performed =
			&injections[i].was_performed[arch_this_cpu()->found.index % INJECT_CPUS];

		if (*was_performed || !bytes_equal(injections[i].stage, stage) ||
		    !is_for_this_cpu(&injections[i]))
			continue;
		*was_performed = true;
		inject_perform(&injections[i]);
	}
}

/* Passes the kernel's own words on to it. */
void __wrap_options_parse(struct bytes command_line, struct options *options, options_warning *warn,
                          void *context)
{
	static uint8_t rest[1024];
	size_t size = 0;

	while (command_line.size > 0) {
		struct bytes word = take_until(&command_line, " "), injection;

		command_line = bytes_from(command_line, 1);
		if (bytes_skip(word, "inject=", &injection)) {
			add(injection);
		} else if (word.size > 0 && size + word.size < sizeof(rest)) {
			memcpy(rest + size, word.at, word.size);
			size += word.size;
			rest[size++] = ' ';
		}
	}
	__real_options_parse((struct bytes){rest, size}, options, warn, context);
	inject_stage("options");
}
