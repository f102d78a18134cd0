#include "kernel/discover/loader.h"

#include "kernel/discover/loader_pvh.h"
#include "kernel/machine/arch.h"
#include "kernel/console/log.h"
#include "kernel/lib/version.h"
#include "kernel/machine/memory.h"
#include "kernel/tables/bda.h"
#include "kernel/tables/multiboot2.h"

enum { HEADER_SIZE = 8, SIZE_MAX_SANE = 64 << 20 };
enum { MIB = 1 << 20 };
enum { WORDS_SHOWN = 16, WORD_SHOWN = 64, LINE_SHOWN = 1024 }; /* a line may have 64 KiB */

/*
 * Maps the header first, because it states the size of the rest. The size is not trusted: beyond
 * the limit the parser reports a truncated tag.
 */
static struct bytes map_information(void)
{
	uint64_t phys = arch_boot_information_phys();
	struct bytes information = {arch_map(phys, HEADER_SIZE), HEADER_SIZE};
	uint32_t size;

	if (information.at == NULL)
		return (struct bytes){0};
	size = multiboot2_size(information);
	if (size > SIZE_MAX_SANE)
		size = SIZE_MAX_SANE;
	information = (struct bytes){arch_map(phys, size), size};
	memory_reserve(phys, size);
	return information.at != NULL ? information : (struct bytes){0};
}

/*
 * The words that resemble no option. One line reports them all, so they are collected first. Those
 * that do not fit are only counted, like other faults.
 */
struct faulty_words {
	struct bytes unknown[WORDS_SHOWN];
	unsigned unknown_count;
	unsigned faults; /* of all other words */
};

/* For %.*s: how many of the bytes are shown, and what follows them. */
static int shown(struct bytes from, int most)
{
	return from.size <= (size_t)most ? (int)from.size : most;
}

static const char *rest_mark(struct bytes from, int most)
{
	return from.size <= (size_t)most ? "" : "...";
}

static void warn_of_word(void *context, struct bytes word, enum option_fault fault,
                         const char *detail)
{
	struct faulty_words *faulty = context;
	const char *text = (const char *)word.at, *rest = rest_mark(word, WORD_SHOWN);
	int size = shown(word, WORD_SHOWN);

	if (fault == OPTION_UNKNOWN) {
		if (faulty->unknown_count < WORDS_SHOWN)
			faulty->unknown[faulty->unknown_count] = word;
		faulty->unknown_count++;
	} else if (faulty->faults++ >= WORDS_SHOWN) {
		return;
	} else if (fault == OPTION_MISSPELT) {
		log_line("boot",
		         "warning: unknown option %.*s%s: did you mean %s? Until that is "
		         "corrected, no VMX setting is written and VMX is not entered, as with "
		         "observe",
		         size, text, rest, detail);
	} else {
		log_line("boot", "warning: option %.*s%s ignored: %s", size, text, rest, detail);
	}
}

static void warn_of_rest(const struct faulty_words *faulty)
{
	if (faulty->faults > WORDS_SHOWN)
		log_line("boot", "warning: more options that are unknown or ignored: %u",
		         faulty->faults - WORDS_SHOWN);
	if (faulty->unknown_count == 0)
		return;
	text_print(&log_stamped, "boot: warning: unknown options ignored:");
	for (unsigned i = 0; i < faulty->unknown_count && i < WORDS_SHOWN; i++) {
		struct bytes word = faulty->unknown[i];

		text_print(&log_stamped, " %.*s%s", shown(word, WORD_SHOWN), (const char *)word.at,
		           rest_mark(word, WORD_SHOWN));
	}
	if (faulty->unknown_count > WORDS_SHOWN)
		text_print(&log_stamped, " and %u more", faulty->unknown_count - WORDS_SHOWN);
	text_print(&log_stamped, "\n");
}

/* Reserves the memory that the BIOS uses: some memory maps list it as free. */
static void reserve_for_bios(void)
{
	struct bytes bda = {arch_map(BDA_PHYS, BDA_SIZE), BDA_SIZE};
	uint64_t end;

	if (bda.at == NULL)
		return;
	end = bda_low_end(bda);
	memory_reserve(end, MIB - end);
}

static void report_memory(const void *facts)
{
	enum memory_source source = *(const enum memory_source *)facts;

	if (source == MEMORY_FROM_EFI_MAP)
		log_line("boot",
		         "%lu MiB of memory, %lu MiB of it not used by UEFI and its drivers",
		         memory_total() >> 20, memory_unused() >> 20);
	else
		log_line("boot", "%lu MiB of memory", memory_total() >> 20);
	if (source == MEMORY_UNKNOWN)
		log_line("boot", "warning: the loader gives no memory map and no memory size");
	if (source == MEMORY_FROM_SIZES)
		log_line("boot", "warning: the loader gives no memory map: using the memory size "
		                 "that it gives");
	if (memory_left_out() > 0)
		log_line("boot",
		         "warning: the memory map has too many free ranges: the smallest, %lu KiB "
		         "in all, are not used",
		         memory_left_out() >> 10);
}

struct loader_facts {
	struct bytes name;
	struct bytes command_line;
	const char *problem; /* NULL: none */
	uint32_t modules;
};

static void report_loader(const void *facts)
{
	const struct loader_facts *loader = facts;
	struct bytes name = loader->name, line = loader->command_line;

	log_line("rootmode", "rootmode %s at %#lx, loaded by %.*s%s, command line \"%.*s%s\"",
	         rootmode_version, arch_image_phys(), shown(name, WORD_SHOWN),
	         (const char *)name.at, rest_mark(name, WORD_SHOWN), shown(line, LINE_SHOWN),
	         (const char *)line.at, rest_mark(line, LINE_SHOWN));
	if (line.size > LINE_SHOWN)
		log_line("boot", "warning: the command line has %zu bytes", line.size);
	if (loader->problem != NULL)
		log_line("boot", "warning: the loader's boot information is broken: %s",
		         loader->problem);
	if (loader->modules > 0)
		log_line("boot",
		         "warning: the loader has loaded modules, which rootmode does not use: %u",
		         loader->modules);
}

/* Reserves what must not be overwritten before anything is allocated. */
void loader_read(struct boot_information *information, struct options *options)
{
	const char *problem = arch_is_pvh() ? loader_read_pvh(information)
	                                    : multiboot2_parse(map_information(), information);
	struct loader_facts loader = {.problem = problem};
	struct faulty_words faulty = {0};
	enum memory_source source;
	struct bytes words;

	memory_reserve(arch_image_phys(), arch_image_size());
	if (!information->efi)
		reserve_for_bios();
	source = memory_init(information);
	loader.name = information->loader_name;
	loader.command_line = information->command_line;
	loader.modules = information->modules;
	log_later(report_loader, &loader, sizeof(loader));
	information->kexec = bytes_skip(information->loader_name, "kexec", &words);
	words = information->command_line;
	if (information->kexec)
		bytes_take_word(&words); /* the kernel's path */
	options_parse(words, options, warn_of_word, &faulty);
	warn_of_rest(&faulty);
	log_later(report_memory, &source, sizeof(source));
}
