/* kernel/tables/acpi.h, the start: an RSDP, from firmware that may be wrong in every field. */
#include "kernel/tables/acpi.h"
#include "tests/unit/unit.h"

/* An RSDP, intact; revision 0 ends after 20 bytes. */
static struct unit_writer rsdp_of(uint8_t revision, uint32_t rsdt, uint64_t xsdt)
{
	struct unit_writer rsdp = {0};

	unit_put_string(&rsdp, "RSD PTR ");
	unit_fill(&rsdp, 15);
	unit_put(&rsdp, revision, 1);
	unit_put(&rsdp, rsdt, 4);
	rsdp.at[8] = (uint8_t)-bytes_sum((struct bytes){rsdp.at, 20});
	if (revision == 0)
		return rsdp;
	unit_put(&rsdp, 36, 4);
	unit_put(&rsdp, xsdt, 8);
	unit_fill(&rsdp, 36);
	rsdp.at[32] = (uint8_t)-bytes_sum((struct bytes){rsdp.at, 36});
	return rsdp;
}

static const char *read_rsdp(const struct unit_writer *rsdp, struct acpi_rsdp *read)
{
	return acpi_read_rsdp(unit_written(rsdp), read);
}

static void revision_0_names_an_rsdt(void **state)
{
	struct unit_writer rsdp = rsdp_of(0, 0x12345678, 0);
	struct acpi_rsdp read;

	assert_null(read_rsdp(&rsdp, &read));
	assert_int_equal(read.rsdt_phys, 0x12345678);
	assert_int_equal(read.xsdt_phys, 0);
	assert_int_equal(read.revision, 0);
}

static void revision_2_names_an_xsdt_or_without_one_the_rsdt(void **state)
{
	struct unit_writer with = rsdp_of(2, 0x1000, 0x123456789000);
	struct unit_writer without = rsdp_of(2, 0x1000, 0);
	struct acpi_rsdp read;

	assert_null(read_rsdp(&with, &read));
	assert_int_equal(read.xsdt_phys, 0x123456789000);
	assert_null(read_rsdp(&without, &read));
	assert_int_equal(read.rsdt_phys, 0x1000);
	assert_int_equal(read.xsdt_phys, 0);
}

static void an_rsdp_cut_short_is_refused_at_any_length(void **state)
{
	struct unit_writer rsdp = rsdp_of(2, 0x1000, 0x2000);
	struct acpi_rsdp read;

	assert_null(read_rsdp(&rsdp, &read));
	while (rsdp.size > 0) {
		rsdp.size--;
		assert_non_null(read_rsdp(&rsdp, &read));
		assert_int_equal(read.xsdt_phys, 0);
		assert_int_equal(read.rsdt_phys, rsdp.size >= 20 ? 0x1000 : 0);
	}
}

static void any_changed_byte_of_an_rsdp_is_noticed_and_the_rest_not_relied_on(void **state)
{
	struct acpi_rsdp read;

	for (size_t at = 0; at < 36; at++) {
		struct unit_writer rsdp = rsdp_of(2, 0x1000, 0x2000);

		rsdp.at[at] ^= 0x01;
		assert_non_null(read_rsdp(&rsdp, &read));
		assert_int_equal(read.xsdt_phys, 0);
		assert_int_equal(read.rsdt_phys, at < 20 ? 0 : 0x1000);
	}
}

static void an_rsdp_that_claims_another_length_is_refused(void **state)
{
	static const uint32_t lengths[] = {0, 20, 35, 37, 0xFFFFFFFF};
	struct acpi_rsdp read;

	for (size_t i = 0; i < COUNT(lengths); i++) {
		struct unit_writer rsdp = rsdp_of(2, 0x1000, 0x2000);

		unit_set(&rsdp, 20, lengths[i], 4);
		assert_non_null(read_rsdp(&rsdp, &read));
	}
}

static void an_rsdp_that_names_nothing_is_refused(void **state)
{
	struct unit_writer old = rsdp_of(0, 0, 0), new = rsdp_of(2, 0, 0);
	struct acpi_rsdp read;

	assert_string_equal(read_rsdp(&old, &read), "the RSDP names neither an RSDT nor an XSDT");
	assert_string_equal(read_rsdp(&new, &read), "the RSDP names neither an RSDT nor an XSDT");
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(revision_0_names_an_rsdt),
		cmocka_unit_test(revision_2_names_an_xsdt_or_without_one_the_rsdt),
		cmocka_unit_test(an_rsdp_cut_short_is_refused_at_any_length),
		cmocka_unit_test(any_changed_byte_of_an_rsdp_is_noticed_and_the_rest_not_relied_on),
		cmocka_unit_test(an_rsdp_that_claims_another_length_is_refused),
		cmocka_unit_test(an_rsdp_that_names_nothing_is_refused),
	};

	return unit_run(rules, COUNT(rules));
}
