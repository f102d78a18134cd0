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
	unit_set(&table, 56, 0x600, 4);             /* PM1a_EVT_BLK */
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
	assert_int_equal(fadt.reset.space, REGISTER_NONE);
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
	set_register(&table, 148, IO, 0x1800);
	set_register(&table, 160, IO, 0x1802);
	set_register(&table, 172, IO, 0x1804);
	set_register(&table, 184, IO, 0x1806);
	set_register(&table, 208, IO, 0x1808);
	fadt = read_table(&table);
	assert_int_equal(fadt.pm_timer_port, 0x1808);
	assert_int_equal(fadt.pm1a_status_port, 0x1800);
	assert_int_equal(fadt.pm1b_status_port, 0x1802);
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

	unit_set(&table, 60, 0x700, 4);
	unit_set(&table, 68, 0x704, 4);
	assert_int_equal(read_table(&table).pm1b_status_port, 0x700);
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
	assert_int_equal(read_table(&table).reset.space, REGISTER_IO);
	assert_int_equal(read_table(&table).reset.address, 0xCF9);
	assert_int_equal(read_table(&table).reset_value, 0x0F);
	unit_set(&table, 112, 1 << 8, 4);
	assert_int_equal(read_table(&table).reset.space, REGISTER_NONE);
}

static void a_reset_register_is_at_a_port_or_in_memory(void **state)
{
	static const struct {
		uint8_t space;
		uint64_t address;
		int expected;
	} registers[] = {
		{MEMORY, 0xFEA00000, REGISTER_MEMORY},
		{IO, 0xFFFF, REGISTER_IO},
		{IO, 0x10000, REGISTER_NONE},
		{IO, 0, REGISTER_NONE},
		{MEMORY, 0, REGISTER_NONE},
		{2, 0x1F0000, REGISTER_NONE}, /* PCI */
	};
	struct unit_writer table = fadt_of_size(276);

	for (size_t i = 0; i < COUNT_OF(registers); i++) {
		set_register(&table, 116, registers[i].space, registers[i].address);
		struct fadt fadt = read_table(&table);
		assert_int_equal(fadt.reset.space, registers[i].expected);
		assert_int_equal(fadt.reset.address,
		                 registers[i].expected != REGISTER_NONE ? registers[i].address : 0);
	}
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
		assert_int_equal(fadt.reset.address, size >= 128 ? 0xCF9 : 0);
	}
}

static void with_hardware_reduced_acpi_only_the_sleep_registers_count(void **state)
{
	struct unit_writer table = fadt_of_size(276);
	struct fadt fadt;

	set_register(&table, 208, IO, 0x1808);
	set_register(&table, 244, MEMORY, 0xFEA00000);
	set_register(&table, 256, IO, 0x601);
	fadt = read_table(&table);
	assert_int_equal(fadt.sleep_control.space, REGISTER_NONE);
	assert_int_equal(fadt.pm1a_status_port, 0x600);
	unit_set(&table, 112, 1 << 20, 4);
	fadt = read_table(&table);
	assert_int_equal(fadt.pm_timer_port, 0);
	assert_int_equal(fadt.pm1a_status_port, 0);
	assert_int_equal(fadt.pm1a_control_port, 0);
	assert_int_equal(fadt.sleep_control.space, REGISTER_MEMORY);
	assert_int_equal(fadt.sleep_control.address, 0xFEA00000);
	assert_int_equal(fadt.sleep_status.space, REGISTER_IO);
	assert_int_equal(fadt.sleep_status.address, 0x601);
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
		cmocka_unit_test(a_reset_register_is_at_a_port_or_in_memory),
		cmocka_unit_test(with_hardware_reduced_acpi_only_the_sleep_registers_count),
		cmocka_unit_test(a_field_behind_the_tables_end_is_none),
	};

	return unit_run(rules, COUNT_OF(rules));
}
