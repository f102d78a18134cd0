#include "kernel/tables/options.h"

#include "kernel/lib/number.h"

struct options options_default(void)
{
	return (struct options){0};
}

/* tty0 is the screen, which is a console whatever is named. A port named twice counts once. */
static const char *read_console(struct bytes value, struct options *options)
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

static const char *read_exit(struct bytes value, enum exit_action *action)
{
	static const char *const names[] = {
		[EXIT_HALT] = "halt",
		[EXIT_REBOOT] = "reboot",
		[EXIT_POWEROFF] = "poweroff",
		[EXIT_DEBUG] = "debug",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (bytes_equal(value, names[i])) {
			*action = (enum exit_action)i;
			return NULL;
		}
	}
	return "known are halt, reboot, poweroff and debug";
}

static const char *read_count(struct bytes value, uint32_t *count)
{
	uint64_t number;

	if (!number_take_decimal(&value, &number) || value.size > 0 || number == 0 ||
	    number > UINT32_MAX)
		return "the number is a decimal one, 1 or more";
	*count = (uint32_t)number;
	return NULL;
}

static const char *read_cycles(struct bytes value, struct options *options)
{
	const char *problem = read_count(value, &options->cycles);

	options->prove |= problem == NULL;
	return problem;
}

static const char *read_option(struct bytes option, struct options *options)
{
	struct bytes value;

	if (bytes_equal(option, "observe"))
		options->observe = true;
	else if (bytes_equal(option, "verbose"))
		options->verbose = true;
	else if (bytes_equal(option, "monitor"))
		options->monitor = true;
	else if (bytes_equal(option, "prove"))
		options->prove = true;
	else if (bytes_equal(option, "selftest"))
		options->selftest = true;
	else if (bytes_equal(option, "bench"))
		options->bench = true;
	else if (bytes_equal(option, "caps"))
		options->caps = true;
	else if (bytes_skip(option, "console=", &value))
		return read_console(value, options);
	else if (bytes_skip(option, "exit=", &value))
		return read_exit(value, &options->exit);
	else if (bytes_skip(option, "cpus=", &value))
		return read_count(value, &options->cpus);
	else if (bytes_skip(option, "cycles=", &value))
		return read_cycles(value, options);
	else
		return "there is no such option";
	return NULL;
}

void options_parse(struct bytes command_line, struct options *options, options_warning *warn,
                   void *context)
{
	struct bytes option;

	*options = options_default();
	for (;;) {
		option = bytes_take_word(&command_line);
		if (option.size == 0)
			return;
		const char *problem = read_option(option, options);
		if (problem != NULL)
			warn(context, option, problem);
	}
}
