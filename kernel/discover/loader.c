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
enum { UNKNOWN_SHOWN = 16, WORD_SHOWN = 64 };

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

/* The words that resemble no option. One line reports them all, so they are collected first. */
struct unknown_words {
	struct bytes words[UNKNOWN_SHOWN];
	unsigned count;
};

static void warn_of_word(void *context, struct bytes word, enum option_fault fault,
                         const char *detail)
{
	struct unknown_words *unknown = context;

	if (fault == OPTION_UNKNOWN) {
		if (unknown->count < UNKNOWN_SHOWN)
			unknown->words[unknown->count] = word;
		unknown->count++;
	} else if (fault == OPTION_MISSPELT) {
		log_line("boot",
		         "warning: unknown option %.*s: did you mean %s? Until that is corrected, "
		         "no VMX setting is written and VMX is not entered, as with observe",
		         (int)word.size, (const char *)word.at, detail);
	} else {
		log_line("boot", "warning: option %.*s ignored: %s", (int)word.size,
		         (const char *)word.at, detail);
	}
}

static void warn_of_unknown_words(const struct unknown_words *unknown)
{
	if (unknown->count == 0)
		return;
	text_print(&log_stamped, "boot: warning: unknown options ignored:");
	for (unsigned i = 0; i < unknown->count && i < UNKNOWN_SHOWN; i++) {
		struct bytes word = unknown->words[i];
		bool fits = word.size <= WORD_SHOWN;

		text_print(&log_stamped, " %.*s%s", fits ? (int)word.size : WORD_SHOWN,
		           (const char *)word.at, fits ? "" : "...");
	}
	if (unknown->count > UNKNOWN_SHOWN)
		text_print(&log_stamped, " and %u more", unknown->count - UNKNOWN_SHOWN);
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

static void report_memory(enum memory_source source)
{
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

/* Reserves what must not be overwritten before anything is allocated. */
void loader_read(struct boot_information *information, struct options *options)
{
	const char *problem = arch_is_pvh() ? loader_read_pvh(information)
	                                    : multiboot2_parse(map_information(), information);
	struct unknown_words unknown = {0};
	enum memory_source source;
	struct bytes words;

	memory_reserve(arch_image_phys(), arch_image_size());
	if (!information->efi)
		reserve_for_bios();
	source = memory_init(information);
	log_line("rootmode", "rootmode %s at %#lx, loaded by %.*s, command line \"%.*s\"",
	         rootmode_version, arch_image_phys(), (int)information->loader_name.size,
	         (const char *)information->loader_name.at, (int)information->command_line.size,
	         (const char *)information->command_line.at);
	if (problem != NULL)
		log_line("boot", "warning: the loader's boot information is broken: %s", problem);
	information->kexec = bytes_skip(information->loader_name, "kexec", &words);
	words = information->command_line;
	if (information->kexec)
		bytes_take_word(&words); /* the kernel's path */
	options_parse(words, options, warn_of_word, &unknown);
	warn_of_unknown_words(&unknown);
	report_memory(source);
}
