/* kernel/tables/fadt.h: where the machine's timer, reset register and power control are. */
#include "kernel/tables/fadt.h"
#include "tests/unit/unit.h"

enum { IO = 1, MEMORY = 0 };

/* A FADT of ACPI 6.5 as QEMU's q35 has it, old fields only. */
static struct unit_writer fadt_of_size(size_t size)
{
	struct unit_writer table;

	unit_begin_table(&table, "FACP");
	unit_fill(&table, size);
	unit_set(&table, 40, 0x7FFE0000, 4);        /* DSDT */
	unit_set(&table, 64, 0x604, 4);             /* PM1a_CNT_BLK */
	unit_set(&table, 76, 0x608, 4);             /* PM_TMR_BLK */
	unit_set(&table, 112, 1 << 10 | 1 << 8, 4); /* RESET_REG_SUP, TMR_VAL_EXT */
	return table;
}

static void set_register(struct unit_writer *table, size_t at, uint8_t space, uint64_t address)
{
	unit_set(table, at, space, 1);
	unit_set(table, at + 4, address, 8);
}

static struct fadt read_table(const struct unit_writer *table)
{
	struct fadt fadt;

	memset(&fadt, 0xAA, sizeof(fadt));
	fadt_read(unit_written(table), &fadt);
	return fadt;
}

static void no_table_gives_nothing(void **state)
{
	struct unit_writer empty = {0};
	struct fadt fadt = read_table(&empty);

	assert_int_equal(fadt.pm_timer_port, 0);
	assert_int_equal(fadt.reset_port, 0);
	assert_int_equal(fadt.pm1a_control_port, 0);
	assert_int_equal(fadt.pm1b_control_port, 0);
	assert_int_equal(fadt.dsdt_phys, 0);
}

static void the_old_fields_are_read_where_there_are_no_new_ones(void **state)
{
	struct unit_writer table = fadt_of_size(276);
	struct fadt fadt = read_table(&table);

	assert_int_equal(fadt.pm_timer_port, 0x608);
	assert_int_equal(fadt.pm1a_control_port, 0x604);
	assert_int_equal(fadt.pm1b_control_port, 0);
	assert_int_equal(fadt.dsdt_phys, 0x7FFE0000);
}

static void the_new_fields_win_where_both_are_there(void **state)
{
	struct unit_writer table = fadt_of_size(276);
	struct fadt fadt;

	unit_set(&table, 140, 0x123456789000, 8);
	set_register(&table, 172, IO, 0x1804);
	set_register(&table, 184, IO, 0x1806);
	set_register(&table, 208, IO, 0x1808);
	fadt = read_table(&table);
	assert_int_equal(fadt.pm_timer_port, 0x1808);
	assert_int_equal(fadt.pm1a_control_port, 0x1804);
	assert_int_equal(fadt.pm1b_control_port, 0x1806);
	assert_int_equal(fadt.dsdt_phys, 0x123456789000);
}

static void a_new_field_outside_io_space_does_not_count(void **state)
{
	struct unit_writer table = fadt_of_size(276);

	set_register(&table, 208, MEMORY, 0x1808);
	assert_int_equal(read_table(&table).pm_timer_port, 0x608);
	set_register(&table, 208, IO, 0x10000);
	assert_int_equal(read_table(&table).pm_timer_port, 0x608);
}

static void the_second_power_register_is_read_from_its_old_field_too(void **state)
{
	struct unit_writer table = fadt_of_size(276);

	unit_set(&table, 68, 0x704, 4);
	assert_int_equal(read_table(&table).pm1b_control_port, 0x704);
}

static void the_last_port_of_all_counts(void **state)
{
	struct unit_writer table = fadt_of_size(276);

	unit_set(&table, 76, 0xFFFF, 4);
	assert_int_equal(read_table(&table).pm_timer_port, 0xFFFF);
	set_register(&table, 208, IO, 0xFFFF);
	unit_set(&table, 76, 0x608, 4);
	assert_int_equal(read_table(&table).pm_timer_port, 0xFFFF);
}

static void an_old_field_beyond_the_ports_does_not_count(void **state)
{
	struct unit_writer table = fadt_of_size(276);

	unit_set(&table, 76, 0x10608, 4);
	assert_int_equal(read_table(&table).pm_timer_port, 0);
}

static void the_reset_register_counts_only_if_the_flag_says_so(void **state)
{
	struct unit_writer table = fadt_of_size(276);

	set_register(&table, 116, IO, 0xCF9);
	unit_set(&table, 128, 0x0F, 1);
	assert_int_equal(read_table(&table).reset_port, 0xCF9);
	assert_int_equal(read_table(&table).reset_value, 0x0F);
	unit_set(&table, 112, 1 << 8, 4);
	assert_int_equal(read_table(&table).reset_port, 0);
}

static void a_reset_register_in_memory_is_none(void **state)
{
	struct unit_writer table = fadt_of_size(276);

	set_register(&table, 116, MEMORY, 0xCF9);
	assert_int_equal(read_table(&table).reset_port, 0);
}

static void a_field_behind_the_tables_end_is_none(void **state)
{
	for (size_t size = 36; size <= 276; size++) {
		struct unit_writer table = fadt_of_size(276);
		struct fadt fadt;

		set_register(&table, 116, IO, 0xCF9);
		table.size = size;
		fadt = read_table(&table);
		assert_int_equal(fadt.dsdt_phys, size >= 44 ? 0x7FFE0000 : 0);
		assert_int_equal(fadt.pm1a_control_port, size >= 68 ? 0x604 : 0);
		assert_int_equal(fadt.pm_timer_port, size >= 80 ? 0x608 : 0);
		assert_int_equal(fadt.reset_port, size >= 128 ? 0xCF9 : 0);
	}
}

/* Returns a DSDT with this AML. */
static struct bytes dsdt_of(const void *aml, size_t size)
{
	struct unit_writer dsdt;

	unit_begin_table(&dsdt, "DSDT");
	for (size_t i = 0; i < size; i++)
		unit_put(&dsdt, ((const uint8_t *)aml)[i], 1);
	unit_end_table(&dsdt);
	return unit_written(&dsdt);
}

#define DSDT(string) dsdt_of(string, sizeof(string) - 1)

static void soft_off_is_the_first_two_constants_of_the_package(void **state)
{
	static const struct {
		const char *aml;
		size_t size;
		uint8_t pm1a, pm1b;
	} known[] = {
#define AML(string) (string), sizeof(string) - 1
		{AML("\x08_S5_\x12\x06\x04\x00\x00\x00\x00"), 0, 0},         /* QEMU */
		{AML("\x08_S5_\x12\x08\x04\x0A\x05\x0A\x05\x00\x00"), 5, 5}, /* Bochs */
		{AML("\x08_S5_\x12\x07\x04\x0A\x07\x00\x00\x00"), 7, 0},     /* many laptops */
		{AML("\x08\\_S5_\x12\x06\x04\x01\x01\x00\x00"), 1, 1},       /* \_S5 */
		{AML("\x08_S5_\x12\x46\x00\x02\x0A\x03\x0A\x04"), 3, 4},     /* two length bytes */
		{AML("\x08_S5_\x12\x86\x00\x00\x02\x0A\x03\x01"), 3, 1},     /* three */
		{AML("\x08_S5_\x12\xC6\x00\x00\x00\x02\x01\x0A\x02"), 1, 2}, /* four */
		{AML("\x5B\x80_S5_\x08_S4_\x08_S5_\x12\x06\x02\x0A\x05\x00"), 5,
	         0}, /* the second one */
#undef AML
	};

	for (size_t i = 0; i < COUNT(known); i++) {
		uint8_t pm1a = 0xAA, pm1b = 0xAA;

		assert_true(fadt_soft_off(dsdt_of(known[i].aml, known[i].size), &pm1a, &pm1b));
		assert_int_equal(pm1a, known[i].pm1a);
		assert_int_equal(pm1b, known[i].pm1b);
	}
}

static void anything_but_a_package_of_constants_is_not_understood(void **state)
{
	uint8_t pm1a, pm1b;

	assert_false(fadt_soft_off((struct bytes){0}, &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT(""), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("_S5_"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x14_S5_\x12\x06\x04\x05\x05"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x14\\_S5_\x12\x06\x04\x05\x05"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x08X_S5_\x12\x06\x04\x01\x01"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x08_S5_\x0A\x05"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x08_S5_\x12\x06\x01\x0A\x05\x0A\x05"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x08_S5_\x12\x0A\x04\x0B\x05\x00\x0A\x05"), &pm1a, &pm1b));
	assert_false(fadt_soft_off(DSDT("\x08_S4_\x12\x06\x04\x00\x00\x00\x00"), &pm1a, &pm1b));
}

static void a_package_cut_anywhere_is_not_understood(void **state)
{
	static const char aml[] = "\x08_S5_\x12\x08\x04\x0A\x05\x0A\x05";
	uint8_t pm1a, pm1b;

	assert_true(fadt_soft_off(dsdt_of(aml, sizeof(aml) - 1), &pm1a, &pm1b));
	for (size_t size = 0; size < sizeof(aml) - 1; size++)
		assert_false(fadt_soft_off(dsdt_of(aml, size), &pm1a, &pm1b));
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(no_table_gives_nothing),
		cmocka_unit_test(the_old_fields_are_read_where_there_are_no_new_ones),
		cmocka_unit_test(the_new_fields_win_where_both_are_there),
		cmocka_unit_test(a_new_field_outside_io_space_does_not_count),
		cmocka_unit_test(the_second_power_register_is_read_from_its_old_field_too),
		cmocka_unit_test(the_last_port_of_all_counts),
		cmocka_unit_test(an_old_field_beyond_the_ports_does_not_count),
		cmocka_unit_test(the_reset_register_counts_only_if_the_flag_says_so),
		cmocka_unit_test(a_reset_register_in_memory_is_none),
		cmocka_unit_test(a_field_behind_the_tables_end_is_none),
		cmocka_unit_test(soft_off_is_the_first_two_constants_of_the_package),
		cmocka_unit_test(anything_but_a_package_of_constants_is_not_understood),
		cmocka_unit_test(a_package_cut_anywhere_is_not_understood),
	};

	return unit_run(rules, COUNT(rules));
}
