/* The words, in the order in which they are applied, and the loader's main function. */
#include "kernel/lib/count.h"
#include "tests/boot/spoil/spoil.h"

#define MULTIBOOT2_MAGIC 0x36D76289u

enum { EFLAGS_DIRECTION = 1 << 10 };

struct spoiler {
	const char *name;
	void (*spoil)(const char *value); /* NULL: read where the information is made */
};

/* Words that need the local APIC come before those that disable it; the clock comes last. */
static const struct spoiler spoilers[] = {
	{"none", NULL},
	{"mmap", NULL},
	{"piece", NULL},
	{"mmap-tail", NULL},
	{"mmap-reverse", NULL},
	{"no-mmap", NULL},
	{"nolow", NULL},
	{"low-free", NULL},
	{"acpi-free", NULL},
	{"no-efi-map", NULL},
	{"efi-used", NULL},
	{"no-acpi", NULL},
	{"fb", NULL},
	{"no-fb", NULL},
	{"nocmdline", NULL},
	{"line", NULL},
	{"loader", NULL},
	{"module", NULL},
	{"pvh", NULL},
	{"pvh-at", NULL},
	{"pvh-version", NULL},
	{"pvh-modules", NULL},
	{"pvh-line", NULL},
	{"pvh-map", NULL},
	{"base", NULL},
	{"df", NULL},
	{"eflags", NULL},
	{"ebda", bda_spoil_ebda},
	{"base-memory", bda_spoil_base_memory},
	{"ap-started", aps_spoil},
	{"ap-msr", aps_spoil},
	{"ap-cr0", aps_spoil},
	{"ap-vmx", aps_spoil},
	{"msr", registers_spoil_msr},
	{"fc", registers_spoil_feature_control},
	{"pat", registers_spoil_pat},
	{"mtrr-off", registers_spoil_mtrrs},
	{"misc-enable-nx", registers_spoil_execute_disable},
	{"limit-cpuid", registers_spoil_cpuid_limit},
	{"isr", apic_spoil_in_service},
	{"irr", apic_spoil_pending},
	{"tpr", apic_spoil_task_priority},
	{"lapic-timer", apic_spoil_timer},
	{"svr-off", apic_spoil_software_off},
	{"x2apic", apic_spoil_x2apic},
	{"apic-off", apic_spoil_base_off},
	{"ioapic", ioapic_spoil},
	{"pic", pic_spoil},
	{"cr0", registers_spoil_cr0},
	{"cr0-clear", registers_spoil_cr0_clear},
	{"cr4", registers_spoil_cr4},
	{"tsc", registers_spoil_tsc},
};

enum { SPOILERS = COUNT_OF(spoilers) };

static bool is_called(const char *name, const char *word, size_t size)
{
	for (size_t i = 0; i < size && word[i] != '='; i++, name++) {
		if (*name != word[i])
			return false;
	}
	return *name == '\0';
}

/* Rejects unknown words: a test with a misspelt word would test nothing. */
static void check_words(void)
{
	const char *at = NULL, *word;
	size_t size;

	while (words_next(&at, &word, &size)) {
		unsigned i = 0;

		while (i < SPOILERS && !is_called(spoilers[i].name, word, size))
			i++;
		if (i == SPOILERS)
			give_up("there is an unknown word on the command line");
	}
}

static void spoil(void)
{
	const char *value;

	for (unsigned i = 0; i < SPOILERS; i++) {
		for (unsigned nth = 0; spoilers[i].spoil != NULL &&
		                       (value = words_value(spoilers[i].name, nth)) != NULL;
		     nth++)
			spoilers[i].spoil(value);
	}
}

void spoil_main(uint32_t magic, const uint8_t *information)
{
	struct module module;
	uint32_t entry, image_phys;
	const uint8_t *passed_on;

	print_start();
	if (magic != MULTIBOOT2_MAGIC)
		give_up("this is loaded by multiboot2 only");
	module = information_read(information);
	check_words();
	interrupts_start();
	entry = image_load(&module, information, &image_phys);
	map_spoil();
	if (words_have("pvh")) {
		entry = image_pvh_entry(&module, image_phys);
		passed_on = pvh_make(&module);
	} else {
		passed_on = information_make(information, &module, image_phys);
	}
	print_drain();
	spoil();
	print("done");
	print_drain();
	leave_to(entry, passed_on,
	         (uint32_t)words_number("eflags", 0) | (words_have("df") ? EFLAGS_DIRECTION : 0));
}
