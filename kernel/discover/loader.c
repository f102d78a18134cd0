#include "kernel/discover/loader.h"

#include "kernel/machine/arch.h"
#include "kernel/console/log.h"
#include "kernel/machine/memory.h"

enum { HEADER_SIZE = 8, SIZE_MAX_SANE = 1 << 20 };

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

static void warn_of_option(void *context, struct bytes option, const char *problem)
{
	(void)context;
	log_line("boot", "warning: option %.*s ignored: %s", (int)option.size,
	         (const char *)option.at, problem);
}

void loader_read(struct multiboot2 *information, struct options *options)
{
	const char *problem = multiboot2_parse(map_information(), information);

	memory_reserve(arch_image_phys(), arch_image_size());
	memory_init(information);
	log_line("rootmode", "rootmode at %#lx, loaded by %.*s, command line \"%.*s\"",
	         arch_image_phys(), (int)information->loader_name.size,
	         (const char *)information->loader_name.at, (int)information->command_line.size,
	         (const char *)information->command_line.at);
	if (problem != NULL)
		log_line("boot", "warning: the loader's boot information is broken: %s", problem);
	options_parse(information->command_line, options, warn_of_option, NULL);
	log_line("boot", "%lu MiB of memory", memory_total() >> 20);
}
