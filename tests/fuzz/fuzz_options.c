/* The command line: kernel/tables/options.h, with kernel/tables/uart.h and kernel/lib/number.h. */
#include "kernel/tables/options.h"
#include "tests/fuzz/fuzz.h"

struct warnings {
	struct bytes command_line;
	unsigned count;
	unsigned misspelt;
};

static void check_warning(void *context, struct bytes word, enum option_fault fault,
                          const char *detail)
{
	struct warnings *warnings = context;

	require(fault <= OPTION_UNKNOWN);
	require((detail == NULL) == (fault == OPTION_UNKNOWN));
	require(detail == NULL || detail[0] != '\0');
	require(word.size > 0 && lies_in(word, warnings->command_line));
	require(memchr(word.at, ' ', word.size) == NULL);
	warnings->count++;
	warnings->misspelt += fault == OPTION_MISSPELT;
}

static void check_uart(const struct uart *uart)
{
	require(uart->access != UART_NONE && uart->access <= UART_PCI);
	require(uart->access != UART_IO || uart->address <= UART_PORT_LAST);
	require(uart->access != UART_PCI || uart->address <= UINT16_MAX);
	if (uart->baud == 0)
		require(uart->access != UART_IO && uart->access != UART_PCI);
	else
		require(UART_BAUD_DEFAULT % uart->baud == 0 && uart_divisor(uart) != 0);
}

static void check_options(const struct options *options)
{
	require(options->exit <= EXIT_DEBUG);
	require(options->console_count <= OPTIONS_CONSOLES_MAX);
	require(options->console_count == 0 || options->consoles_named);
	for (unsigned i = 0; i < options->console_count; i++) {
		check_uart(&options->consoles[i]);
		for (unsigned j = 0; j < i; j++)
			require(!uart_same(&options->consoles[i], &options->consoles[j]));
	}
}

static unsigned count_words(struct bytes line)
{
	unsigned count = 0;

	while (bytes_take_word(&line).size > 0)
		count++;
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct warnings warnings = {.command_line = {data, size}};
	uint8_t *spaced = with_tail(data, size, 3, ' ');
	struct warnings again = {.command_line = {spaced, size + 3}};
	struct options options, same;

	options_parse(warnings.command_line, &options, check_warning, &warnings);
	check_options(&options);
	require(options.misspelt == (warnings.misspelt > 0));
	require(options.observe || !options.misspelt);
	require(warnings.count <= count_words(warnings.command_line));
	options_parse(again.command_line, &same, check_warning, &again);
	require(again.count == warnings.count);
	require(memcmp(&same, &options, sizeof(options)) == 0);
	free(spaced);
	return 0;
}
