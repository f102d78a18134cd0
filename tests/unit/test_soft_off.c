/* kernel/tables/soft_off.h: the \_S5 package, and the writes that turn the power off, in order. */
#include "kernel/tables/soft_off.h"
#include "tests/unit/unit.h"

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

	for (size_t i = 0; i < COUNT_OF(known); i++) {
		struct soft_off found = {0};

		assert_true(soft_off_read(dsdt_of(known[i].aml, known[i].size), &found));
		assert_true(found.known);
		assert_int_equal(found.pm1a_type, known[i].pm1a);
		assert_int_equal(found.pm1b_type, known[i].pm1b);
	}
}

static void anything_but_a_package_of_constants_is_not_understood(void **state)
{
	struct soft_off found;

	assert_false(soft_off_read((struct bytes){0}, &found));
	assert_false(soft_off_read(DSDT(""), &found));
	assert_false(soft_off_read(DSDT("_S5_"), &found));
	assert_false(soft_off_read(DSDT("\x14_S5_\x12\x06\x04\x05\x05"), &found));
	assert_false(soft_off_read(DSDT("\x14\\_S5_\x12\x06\x04\x05\x05"), &found));
	assert_false(soft_off_read(DSDT("\x08X_S5_\x12\x06\x04\x01\x01"), &found));
	assert_false(soft_off_read(DSDT("\x08_S5_\x0A\x05"), &found));
	assert_false(soft_off_read(DSDT("\x08_S5_\x11\x06\x04\x00\x00\x00\x00"), &found));
	assert_false(soft_off_read(DSDT("\x08_S5_\x13\x06\x04\x00\x00\x00\x00"), &found));
	assert_false(soft_off_read(DSDT("\x08_S5_\x12\x06\x01\x0A\x05\x0A\x05"), &found));
	assert_false(soft_off_read(DSDT("\x08_S5_\x12\x0A\x04\x0B\x05\x00\x0A\x05"), &found));
	assert_false(soft_off_read(DSDT("\x08_S4_\x12\x06\x04\x00\x00\x00\x00"), &found));
	assert_false(soft_off_read(DSDT("\x08_S5X\x12\x06\x04\x00\x00\x00\x00"), &found));
}

static void a_package_cut_anywhere_is_not_understood(void **state)
{
	static const char aml[] = "\x08_S5_\x12\x08\x04\x0A\x05\x0A\x05";
	struct soft_off found;

	assert_true(soft_off_read(dsdt_of(aml, sizeof(aml) - 1), &found));
	for (size_t size = 0; size < sizeof(aml) - 1; size++)
		assert_false(soft_off_read(dsdt_of(aml, size), &found));
}

static void what_is_not_understood_is_not_known(void **state)
{
	struct soft_off found = {true, 5, 5};

	assert_false(soft_off_read(DSDT("\x08_S5_\x12\x08\x04\x0A\x05\x0B\x05"), &found));
	assert_false(found.known);
	assert_int_equal(found.pm1a_type, 0);
}

/* Returns the plan as text: a line per write, its register, what it keeps and what it sets. */
static const char *plan(const struct fadt *fadt, const struct soft_off *soft_off)
{
	struct unit_capture *lines = unit_capture();
	struct soft_off_write writes[SOFT_OFF_WRITES_MAX];
	unsigned count = soft_off_plan(fadt, soft_off, writes);

	for (unsigned i = 0; i < count; i++)
		text_print(&lines->text, "%s%#lx/%u keep %#x set %#x\n",
		           writes[i].at.space == REGISTER_IO ? "" : "memory ", writes[i].at.address,
		           writes[i].size, writes[i].keep, writes[i].set);
	return lines->at;
}

static const struct soft_off types = {true, 5, 7};

static void the_wake_status_is_cleared_and_the_type_is_written_before_it_takes_effect(void **state)
{
	static const struct fadt fadt = {
		.pm1a_status_port = 0x600,
		.pm1b_status_port = 0x700,
		.pm1a_control_port = 0x604,
		.pm1b_control_port = 0x704,
	};

	assert_string_equal(plan(&fadt, &types), "0x600/2 keep 0x0 set 0x8000\n"
	                                         "0x700/2 keep 0x0 set 0x8000\n"
	                                         "0x604/2 keep 0xc3ff set 0x1400\n"
	                                         "0x704/2 keep 0xc3ff set 0x1c00\n"
	                                         "0x604/2 keep 0xc3ff set 0x3400\n"
	                                         "0x704/2 keep 0xc3ff set 0x3c00\n");
}

static void a_machine_with_one_control_register_has_no_write_to_another(void **state)
{
	static const struct fadt fadt = {.pm1a_control_port = 0x604};

	assert_string_equal(plan(&fadt, &types), "0x604/2 keep 0xc3ff set 0x1400\n"
	                                         "0x604/2 keep 0xc3ff set 0x3400\n");
}

static void hardware_reduced_acpi_has_its_own_registers(void **state)
{
	struct fadt fadt = {
		.pm1a_control_port = 0x604,
		.sleep_control = {REGISTER_MEMORY, 0xFEA00000},
		.sleep_status = {REGISTER_MEMORY, 0xFEA00001},
	};

	assert_string_equal(plan(&fadt, &types), "memory 0xfea00001/1 keep 0x0 set 0x80\n"
	                                         "memory 0xfea00000/1 keep 0x0 set 0x34\n");
	fadt.sleep_status.space = REGISTER_NONE;
	assert_string_equal(plan(&fadt, &types), "memory 0xfea00000/1 keep 0x0 set 0x34\n");
}

static void types_of_more_than_three_bits_spoil_no_other_bit(void **state)
{
	static const struct soft_off large = {true, 0xFF, 0xFF};
	static const struct fadt pm1 = {.pm1a_control_port = 0x604, .pm1b_control_port = 0x704};
	static const struct fadt reduced = {.sleep_control = {REGISTER_IO, 0x600}};

	assert_string_equal(plan(&pm1, &large), "0x604/2 keep 0xc3ff set 0x1c00\n"
	                                        "0x704/2 keep 0xc3ff set 0x1c00\n"
	                                        "0x604/2 keep 0xc3ff set 0x3c00\n"
	                                        "0x704/2 keep 0xc3ff set 0x3c00\n");
	assert_string_equal(plan(&reduced, &large), "0x600/1 keep 0x0 set 0x3c\n");
}

static void without_types_or_registers_there_is_no_plan(void **state)
{
	static const struct soft_off none = {0};
	static const struct fadt nothing = {0}, pm1 = {.pm1a_control_port = 0x604};
	static const struct fadt only_b = {.pm1a_status_port = 0x600, .pm1b_control_port = 0x704};

	assert_string_equal(plan(&pm1, &none), "");
	assert_string_equal(plan(&nothing, &types), "");
	assert_string_equal(plan(&only_b, &types), "");
}

/* A name may be the first thing that there is to read. */
static void nothing_before_the_bytes_is_read(void **state)
{
	static const char aml[] = "\x08\\_S5_\x12\x06\x04\x05\x01\x00";
	static const char short_aml[] = "\x08_S5_\x12\x06\x04\x01\x00";
	struct soft_off found;

	assert_false(soft_off_read(unit_bytes(aml, sizeof(aml) - 1), &found));
	assert_true(soft_off_read(unit_bytes(short_aml, sizeof(short_aml) - 1), &found));
	assert_int_equal(found.pm1a_type, 1);
	assert_false(soft_off_read(unit_bytes(short_aml + 1, sizeof(short_aml) - 2), &found));
	assert_false(soft_off_read(unit_bytes(aml + 1, sizeof(aml) - 2), &found));
	assert_true(soft_off_read(unit_bytes("\x08\\_S5_\x12\x06\x04\x00\x01", 11), &found));
	assert_int_equal(found.pm1b_type, 1);
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(soft_off_is_the_first_two_constants_of_the_package),
		cmocka_unit_test(anything_but_a_package_of_constants_is_not_understood),
		cmocka_unit_test(a_package_cut_anywhere_is_not_understood),
		cmocka_unit_test(what_is_not_understood_is_not_known),
		cmocka_unit_test(
			the_wake_status_is_cleared_and_the_type_is_written_before_it_takes_effect),
		cmocka_unit_test(a_machine_with_one_control_register_has_no_write_to_another),
		cmocka_unit_test(hardware_reduced_acpi_has_its_own_registers),
		cmocka_unit_test(types_of_more_than_three_bits_spoil_no_other_bit),
		cmocka_unit_test(without_types_or_registers_there_is_no_plan),
		cmocka_unit_test(nothing_before_the_bytes_is_read),
	};

	return unit_run(rules, COUNT_OF(rules));
}
