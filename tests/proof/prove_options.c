/*
 * kernel/tables/options.h: one word more on the command line, whatever came before.
 *
 * bound: any word of any size, after any words
 * cbmc: --unwindset options_read_console.0:6
 * sources: tests/proof/bytes_contract.c tests/proof/number_contract.c kernel/lib/string.c
 */
#include "kernel/tables/options.c" /* a step is static */
#include "tests/proof/any_bytes.h"

static unsigned warnings, misspelt;

/* What prove_uart.c proves of it. */
const char *uart_read(struct bytes text, struct uart *uart)
{
	struct uart result = {UART_NONE + 1 + nondet_u8() % UART_PCI, nondet_u64(), nondet_u32()};

	(void)text;
	if (nondet_bool())
		return "no port";
	*uart = result;
	return NULL;
}

bool uart_same(const struct uart *a, const struct uart *b)
{
	return a->access == b->access && a->address == b->address;
}

/* What prove_near_miss.c proves of it. */
unsigned near_miss(struct bytes word, const char *name)
{
	uint32_t edits = nondet_u32();

	(void)word;
	(void)name;
	GIVEN(edits <= NEAR_MISS_NONE); /* proved */
	return edits;
}

static void count_warning(void *context, struct bytes word, enum option_fault fault,
                          const char *detail)
{
	(void)context;
	warnings++;
	misspelt += fault == OPTION_MISSPELT;
	CLAIM(word.size > 0, "a warning names the word");
	CLAIM((detail == NULL) == (fault == OPTION_UNKNOWN), "and says more, if there is more");
}

/* Holds between any two words. */
static bool is_in_order(const struct options *options)
{
	bool in_order = options->exit <= EXIT_DEBUG &&
	                options->console_count <= OPTIONS_CONSOLES_MAX &&
	                (options->console_count == 0 || options->consoles_named);

	for (unsigned i = 0; i < OPTIONS_CONSOLES_MAX; i++) {
		for (unsigned j = 0; j < i; j++)
			in_order &= i >= options->console_count ||
			            !uart_same(&options->consoles[i], &options->consoles[j]);
	}
	return in_order;
}

struct options nondet_options(void);

static struct options any_options(void)
{
	struct options options = nondet_options();

	options.observe = nondet_u8() & 1; /* CBMC's bytes of any value would make a bool of 2 */
	options.misspelt = nondet_u8() & 1;
	options.prove = nondet_u8() & 1;
	options.consoles_named = nondet_u8() & 1;
	GIVEN(is_in_order(&options)); /* the first rule, and before that, the default */
	return options;
}

static struct bytes any_word(void)
{
	struct bytes word = any_bytes();

	GIVEN(word.size > 0); /* options_parse() ends at an empty one */
	return word;
}

void the_options_stay_in_order_after_any_word(void)
{
	struct options options = any_options();
	unsigned count = options.console_count;

	options_read_word(any_word(), &options, count_warning, NULL);
	CLAIM(is_in_order(&options), "no port twice, and room for all");
	CLAIM(options.console_count - count <= 1, "a word names one port at most");
	CLAIM(warnings <= 1, "and is warned of once at most");
	if (options.console_count == OPTIONS_CONSOLES_MAX && count < OPTIONS_CONSOLES_MAX)
		REACHED("the last port for which there is room");
	if (warnings == 1 && count == OPTIONS_CONSOLES_MAX)
		REACHED("one more");
}

void no_word_takes_back_observe_and_a_misspelt_one_is_remembered(void)
{
	struct options options = any_options(), before = options;

	options_read_word(any_word(), &options, count_warning, NULL);
	CLAIM(options.observe >= before.observe, "observe stays");
	CLAIM(options.misspelt == (before.misspelt || misspelt > 0),
	      "a misspelt word is remembered");
	CLAIM(options.prove >= before.prove, "prove stays");
	if (misspelt > 0)
		REACHED("a misspelt word");
	if (warnings > misspelt)
		REACHED("a word of another kernel");
}

void the_default_is_in_order_and_asks_for_nothing(void)
{
	struct options options = options_default();

	CLAIM(is_in_order(&options), "it is in order");
	CLAIM(!options.observe && !options.misspelt && !options.prove && !options.monitor,
	      "and asks for nothing");
	CLAIM(options.exit == EXIT_HALT, "but to halt in the end");
	REACHED("the end");
}
