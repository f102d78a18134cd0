#include "kernel/options.h"

enum { DEFAULT_BAUD = 115200 };

static const uint16_t standard_ports[] = {0x3F8, 0x2F8, 0x3E8, 0x2E8}; /* ttyS0 to ttyS3 */

struct options options_default(void)
{
	return (struct options){
		.console = {UART_IO, standard_ports[0], DEFAULT_BAUD},
	};
}

/* Reads digits of base at the start of *text and moves *text behind them. */
static bool take_digits(struct bytes *text, unsigned base, uint64_t *value)
{
	size_t count = 0;

	for (*value = 0; count < text->size; count++) {
		uint8_t c = text->at[count] | 0x20; /* lower case; digits stay digits */
		unsigned digit = c >= 'a' ? c - 'a' + 10u : c - (unsigned)'0';

		if (digit >= base)
			break;
		if (*value > (UINT64_MAX - digit) / base)
			return false;
		*value = *value * base + digit;
	}
	*text = bytes_from(*text, count);
	return count > 0;
}

/* A number as C writes it, decimal or 0x and hexadecimal. */
static bool take_number(struct bytes *text, uint64_t *value)
{
	struct bytes digits;

	if (!bytes_skip(*text, "0x", &digits))
		return take_digits(text, 10, value);
	*text = digits;
	return take_digits(text, 16, value);
}

/* What may follow a UART's place: nothing, or a comma, the baud rate and n8, the only format. */
static const char *read_baud(struct bytes text, struct uart *uart)
{
	uint64_t baud;

	if (text.size == 0)
		return NULL;
	if (!bytes_skip(text, ",", &text) || !take_digits(&text, 10, &baud))
		return "the baud rate is not a number";
	if (baud == 0 || baud > DEFAULT_BAUD || DEFAULT_BAUD % baud != 0)
		return "115200 divided by the baud rate must be a whole number";
	if (text.size > 0 && !bytes_equal(text, "n8") && !bytes_equal(text, "n"))
		return "only the format n8 is known";
	uart->baud = (uint32_t)baud;
	return NULL;
}

static const char *read_console(struct bytes value, struct uart *uart)
{
	struct uart result = {UART_NONE, 0, DEFAULT_BAUD};
	const char *problem;
	struct bytes rest;

	if (bytes_skip(value, "ttyS", &rest)) {
		uint64_t number;

		if (!take_digits(&rest, 10, &number) || number >= 4)
			return "only ttyS0 to ttyS3 are known";
		result.access = UART_IO;
		result.address = standard_ports[number];
	} else {
		if (bytes_skip(value, "uart,io,", &rest) || bytes_skip(value, "uart8250,io,", &rest))
			result.access = UART_IO;
		else if (bytes_skip(value, "uart,mmio32,", &rest) ||
			 bytes_skip(value, "uart8250,mmio32,", &rest))
			result.access = UART_MMIO32;
		else if (bytes_skip(value, "uart,mmio,", &rest) ||
			 bytes_skip(value, "uart8250,mmio,", &rest))
			result.access = UART_MMIO8;
		else
			return "known are ttyS0 to ttyS3 and uart,io|mmio|mmio32,ADDRESS";
		if (!take_number(&rest, &result.address))
			return "the address is not a number";
		if (result.access == UART_IO && result.address > 0xFFF8)
			return "an I/O port is at most 0xfff8";
	}
	problem = read_baud(rest, &result);
	if (problem == NULL)
		*uart = result;
	return problem;
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

static const char *read_cpus(struct bytes value, uint32_t *cpus)
{
	uint64_t number;

	if (!take_digits(&value, 10, &number) || value.size > 0 || number == 0 || number > UINT32_MAX)
		return "the number of CPUs is a decimal number, 1 or more";
	*cpus = (uint32_t)number;
	return NULL;
}

static const char *read_option(struct bytes option, struct options *options)
{
	struct bytes value;

	if (bytes_equal(option, "observe"))
		options->observe = true;
	else if (bytes_equal(option, "verbose"))
		options->verbose = true;
	else if (bytes_skip(option, "console=", &value))
		return read_console(value, &options->console);
	else if (bytes_skip(option, "exit=", &value))
		return read_exit(value, &options->exit);
	else if (bytes_skip(option, "cpus=", &value))
		return read_cpus(value, &options->cpus);
	else
		return "there is no such option";
	return NULL;
}

void options_parse(struct bytes command_line, struct options *options, options_warning *warn,
		   void *context)
{
	size_t start = 0;

	*options = options_default();
	while (start < command_line.size) {
		struct bytes option;
		size_t end = start;

		while (end < command_line.size && command_line.at[end] != ' ')
			end++;
		bytes_slice(command_line, start, end - start, &option);
		start = end + 1;
		if (option.size == 0)
			continue;
		const char *problem = read_option(option, options);
		if (problem != NULL)
			warn(context, option, problem);
	}
}
