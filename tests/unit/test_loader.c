/*
 * kernel/discover/loader.h: what is made of GRUB's boot information, and what is kept from being
 * overwritten.
 */
#include "tests/unit/loader_machine.h"

static void the_first_line_names_loader_and_command_line(void **state)
{
	read_multiboot2("GRUB 2.06", "observe verbose", 0);
	assert_logged(" at 0x200000, loaded by GRUB 2.06, command line \"observe verbose\"\n");
	assert_logged("boot: 64 MiB of memory\n");
	assert_true(options.observe && options.verbose);
	assert_false(information.kexec);
	assert_no_warning();
}

static void what_is_read_later_is_reserved(void **state)
{
	struct unit_writer to = multiboot2("GRUB", "", 0);

	physical_put(INFORMATION, &to);
	read_loader();
	assert_true(is_reserved(INFORMATION, to.size));
	assert_true(is_reserved(IMAGE, IMAGE_SIZE));
	assert_int_equal(reserved_count, 2); /* there is no BIOS data area here */
}

/* The BIOS's memory begins where its data area says, and ends at 1 MiB; UEFI has none. */
static void the_memory_of_a_bios_is_reserved_but_not_under_uefi(void **state)
{
	struct unit_writer bda = {0};

	unit_fill(&bda, BDA_SIZE);
	unit_set(&bda, 0x13, 639, 2);
	physical_put(BDA_PHYS, &bda);
	read_multiboot2("GRUB", "", 0);
	assert_true(is_reserved(639 << 10, (1 << 20) - (639 << 10)));

	read_multiboot2("GRUB", "", EFI_SYSTEM_TABLE_64);
	assert_true(information.efi);
	assert_int_equal(reserved_count, 2);
}

/* Nothing is mapped beyond 64 MiB of a structure that GRUB makes of a few KiB. */
static void boot_information_has_at_most_64_mib(void **state)
{
	static const struct {
		uint32_t size;
		uint64_t used;
	} cases[] = {
		{(64 << 20) - 1, (64 << 20) - 1},
		{64 << 20, 64 << 20},
		{(64 << 20) + 1, 64 << 20},
		{UINT32_MAX, 64 << 20},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_writer header = {0};

		unit_put(&header, cases[i].size, 4);
		unit_fill(&header, 8);
		physical_put(INFORMATION, &header);
		read_loader();
		assert_true(is_reserved(INFORMATION, cases[i].used));
	}
}

static void boot_information_without_a_whole_header_is_none(void **state)
{
	struct unit_writer header = {0};

	unit_put(&header, 7, 4);
	unit_fill(&header, 7);
	physical_put(INFORMATION, &header);
	read_loader();
	assert_false(is_reserved(INFORMATION, 7));
	assert_logged("boot: warning: the loader's boot information is broken: ");
}

static void boot_information_that_cannot_be_mapped_is_a_warning(void **state)
{
	read_loader();
	assert_logged("boot: warning: the loader's boot information is broken: ");
	assert_true(is_reserved(IMAGE, IMAGE_SIZE));
	assert_false(options.observe);
}

static void the_number_of_modules_is_a_warning(void **state)
{
	read_multiboot2("GRUB", "", MODULE);
	assert_logged(
		"boot: warning: the loader has loaded modules, which rootmode does not use: 1\n");
}

static void the_memory_is_reported_with_where_it_is_known_from(void **state)
{
	static const struct {
		enum memory_source source;
		uint64_t unused, left_out;
		const char *line, *warning;
	} cases[] = {
		{MEMORY_FROM_MAP, 0, 0, "boot: 64 MiB of memory\n", NULL},
		{MEMORY_FROM_EFI_MAP, 48 << 20, 0,
	         "boot: 64 MiB of memory, 48 MiB of it not used by UEFI and its drivers\n", NULL},
		{MEMORY_UNKNOWN, 0, 0, "boot: 64 MiB of memory\n",
	         "boot: warning: the loader gives no memory map and no memory size\n"},
		{MEMORY_FROM_SIZES, 0, 0, "boot: 64 MiB of memory\n",
	         "boot: warning: the loader gives no memory map: using the memory size that it "
	         "gives\n"},
		{MEMORY_FROM_MAP, 0, 12 << 10, "boot: 64 MiB of memory\n",
	         "boot: warning: the memory map has too many free ranges: the smallest, 12 KiB in "
	         "all, are not used\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		source = cases[i].source;
		unused = cases[i].unused;
		left_out = cases[i].left_out;
		read_multiboot2("GRUB", "", 0);
		assert_logged(cases[i].line);
		assert_int_equal(unit_occurrences(lines->at, "warning"), cases[i].warning != NULL);
		if (cases[i].warning != NULL)
			assert_logged(cases[i].warning);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(the_first_line_names_loader_and_command_line),
		cmocka_unit_test(what_is_read_later_is_reserved),
		cmocka_unit_test(the_memory_of_a_bios_is_reserved_but_not_under_uefi),
		cmocka_unit_test(boot_information_has_at_most_64_mib),
		cmocka_unit_test(boot_information_without_a_whole_header_is_none),
		cmocka_unit_test(boot_information_that_cannot_be_mapped_is_a_warning),
		cmocka_unit_test(the_number_of_modules_is_a_warning),
		cmocka_unit_test(the_memory_is_reported_with_where_it_is_known_from),
	};

	return unit_run(rules, COUNT_OF(rules));
}
