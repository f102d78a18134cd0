#include "kernel/tables/options.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "kernel/tables/near_miss.h"

struct options options_default(void)
{
	return (struct options){0};
}

/* tty0 is the screen, which is always a console. Naming a port twice adds it once. */
static const char *options_read_console(struct bytes value, struct options *options)
{
	struct uart uart;
	const char *problem;
	unsigned i = 0;

	if (bytes_equal(value, "tty0")) {
		options->consoles_named = true;
		return NULL;
	}
	problem = uart_read(value, &uart);
	if (problem != NULL)
		return problem;
	while (i < options->console_count && !uart_same(&options->consoles[i], &uart))
		i++;
	if (i == OPTIONS_CONSOLES_MAX)
		return "there are four serial consoles already";
	options->consoles[i] = uart;
	if (i == options->console_count)
		options->console_count++;
	options->consoles_named = true;
	return NULL;
}

static const char *read_exit(struct bytes value, struct options *options)
{
	static const char *const names[] = {
		[EXIT_HALT] = "halt",
		[EXIT_REBOOT] = "reboot",
		[EXIT_POWEROFF] = "poweroff",
		[EXIT_DEBUG] = "debug",
	};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (bytes_equal(value, names[i])) {
			options->exit = (enum exit_action)i;
			return NULL;
		}
	}
	return "expected halt, reboot, poweroff or debug";
}

static const char *read_count(struct bytes value, uint32_t *count)
{
	uint64_t number;

	if (!number_take_decimal(&value, &number) || value.size > 0 || number == 0 ||
	    number > UINT32_MAX)
		return "expected a decimal number from 1 to 4294967295";
	*count = (uint32_t)number;
	return NULL;
}

static const char *read_qr(struct bytes value, struct options *options)
{
	options->no_qr = bytes_equal(value, "off");
	return options->no_qr || bytes_equal(value, "on") ? NULL : "expected on or off";
}

static const char *read_cpus(struct bytes value, struct options *options)
{
	return read_count(value, &options->cpus);
}

static const char *read_cycles(struct bytes value, struct options *options)
{
	const char *problem = read_count(value, &options->cycles);

	options->prove |= problem == NULL;
	return problem;
}

static const char *read_selftest(struct bytes value, struct options *options)
{
	if (!bytes_equal(value, "all"))
		return "expected all, or no value";
	options->selftest = true;
	options->selftest_all = true;
	return NULL;
}

/*
 * All options. To add one, add a field to struct options, a row here, and a row to the table in
 * docs/serial-log.md. The word of an option without read() takes no value and sets its flag.
 */
static const struct option {
	const char *name;
	size_t flag; /* offset of a bool in struct options */
	const char *(*read)(struct bytes value, struct options *options);
} known[] = {
	{"observe", .flag = offsetof(struct options, observe)},
	{"verbose", .flag = offsetof(struct options, verbose)},
	{"monitor", .flag = offsetof(struct options, monitor)},
	{"prove", .flag = offsetof(struct options, prove)},
	{"selftest", .flag = offsetof(struct options, selftest)},
	{"selftest", .read = read_selftest},
	{"bench", .flag = offsetof(struct options, bench)},
	{"caps", .flag = offsetof(struct options, caps)},
	{"results", .flag = offsetof(struct options, results)},
	{"console", .read = options_read_console},
	{"exit", .read = read_exit},
	{"qr", .read = read_qr},
	{"cpus", .read = read_cpus},
	{"cycles", .read = read_cycles},
};

enum { KNOWN_COUNT = COUNT_OF(known) };

/* Returns whether the word is this option; *problem is what is wrong with its value, or NULL. */
static bool read_option(const struct option *option, struct bytes word, struct options *options,
                        const char **problem)
{
	struct bytes rest, value;

	*problem = NULL;
	if (!bytes_skip(word, option->name, &rest))
		return false;
	if (rest.size == 0 && option->read == NULL)
		*(bool *)((uint8_t *)options + option->flag) = true;
	else if (rest.size == 0)
		*problem = "it needs a value";
	else if (option->read != NULL && bytes_skip(rest, "=", &value))
		*problem = option->read(value, options);
	else
		return false;
	return true;
}

/* Returns the name of the option that the word most likely misspells, or NULL. */
static const char *find_misspelt(struct bytes word)
{
	const char *nearest = NULL;
	unsigned fewest = NEAR_MISS_NONE;

	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		unsigned edits = near_miss(word, known[i].name);

		if (edits < fewest) {
			fewest = edits;
			nearest = known[i].name;
		}
	}
	return nearest;
}

static void options_read_word(struct bytes word, struct options *options, options_warning *warn,
                              void *context)
{
	const char *detail;

	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		if (!read_option(&known[i], word, options, &detail))
			continue;
		if (detail != NULL)
			warn(context, word, OPTION_MALFORMED, detail);
		return;
	}
	detail = find_misspelt(word);
	options->misspelt |= detail != NULL;
	warn(context, word, detail != NULL ? OPTION_MISSPELT : OPTION_UNKNOWN, detail);
}

void options_parse(struct bytes command_line, struct options *options, options_warning *warn,
                   void *context)
{
	struct bytes word;

	*options = options_default();
	while ((word = bytes_take_word(&command_line)).size > 0)
		options_read_word(word, options, warn, context);
	options->observe |= options->misspelt;
}
