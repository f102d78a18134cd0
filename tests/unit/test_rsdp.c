/* kernel/tables/acpi.h, the start: an RSDP, from firmware that may be wrong in every field. */
#include "kernel/tables/acpi.h"
#include "tests/unit/unit.h"

enum { EBDA = 0x9FC00, BIOS = 0xE0000 };

static uint8_t ebda[1024], bios[0x20000];

static const void *map_low(uint64_t phys, uint64_t size)
{
	if (phys == EBDA && size <= sizeof(ebda))
		return ebda;
	return phys == BIOS && size <= sizeof(bios) ? bios : NULL;
}

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
		assert_string_equal(read_rsdp(&rsdp, &read),
		                    rsdp.size < 20 ? "the RSDP is too short"
		                    : rsdp.size < 24
		                            ? "the RSDP of revision 2 is too short"
		                            : "the RSDP is longer than the loader's copy of it");
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
		assert_string_equal(read_rsdp(&rsdp, &read),
		                    at < 8    ? "the RSDP does not begin with its signature"
		                    : at < 20 ? "the RSDP's checksum is wrong"
		                    : at < 24 ? "the RSDP is longer than the loader's copy of it"
		                              : "the RSDP's extended checksum is wrong");
		assert_int_equal(read.xsdt_phys, 0);
		assert_int_equal(read.rsdt_phys, at < 20 ? 0 : 0x1000);
	}
}

static void an_rsdp_that_claims_another_length_is_refused(void **state)
{
	static const uint32_t lengths[] = {0, 20, 35, 37, 0xFFFFFFFF};
	struct acpi_rsdp read;

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		struct unit_writer rsdp = rsdp_of(2, 0x1000, 0x2000);

		unit_set(&rsdp, 20, lengths[i], 4);
		assert_string_equal(read_rsdp(&rsdp, &read),
		                    lengths[i] < 36
		                            ? "the RSDP of revision 2 is too short"
		                            : "the RSDP is longer than the loader's copy of it");
	}
}

static void an_rsdp_that_names_nothing_is_refused(void **state)
{
	struct unit_writer old = rsdp_of(0, 0, 0), new = rsdp_of(2, 0, 0);
	struct acpi_rsdp read;

	assert_string_equal(read_rsdp(&old, &read), "the RSDP names neither an RSDT nor an XSDT");
	assert_string_equal(read_rsdp(&new, &read), "the RSDP names neither an RSDT nor an XSDT");
}

/* ACPI 6.5 5.2.5.1 "Finding the RSDP on IA-PC Systems": first the EBDA's first KiB. */
static void an_rsdp_in_the_ebda_goes_before_one_in_the_bios(void **state)
{
	static const struct {
		size_t offset;
		uint64_t ebda;
		bool in_ebda;
	} cases[] = {{0, EBDA, true},
	             {1024 - 16, EBDA, false},
	             {1024 - 48, EBDA, true},
	             {8, EBDA, false},
	             {0, 0, false}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct unit_writer in_ebda = rsdp_of(2, 0x1000, 0x2000);
		struct unit_writer in_bios = rsdp_of(2, 0x3000, 0x4000);
		struct acpi_rsdp read;

		memset(ebda, 0, sizeof(ebda));
		memset(bios, 0, sizeof(bios));
		memcpy(ebda + cases[i].offset, in_ebda.at,
		       in_ebda.size < sizeof(ebda) - cases[i].offset
		               ? in_ebda.size
		               : sizeof(ebda) - cases[i].offset);
		memcpy(bios + 0x5A80, in_bios.at, in_bios.size);
		assert_null(acpi_read_rsdp(acpi_search_rsdp(map_low, cases[i].ebda), &read));
		assert_int_equal(read.xsdt_phys, cases[i].in_ebda ? 0x2000 : 0x4000);
	}
}

static void revision_1_is_read_as_revision_0(void **state)
{
	struct unit_writer rsdp = rsdp_of(0, 0x1000, 0);
	struct acpi_rsdp read;

	rsdp.at[15]++;
	rsdp.at[8]--;
	assert_null(read_rsdp(&rsdp, &read));
	assert_int_equal(read.revision, 1);
	assert_int_equal(read.rsdt_phys, 0x1000);
}

static const void *map_also_0(uint64_t phys, uint64_t size)
{
	return phys == 0 && size <= sizeof(ebda) ? ebda : map_low(phys, size);
}

/* The BIOS data area may not say where the EBDA is. */
static void no_ebda_is_searched_at_0(void **state)
{
	struct unit_writer in_ebda = rsdp_of(2, 0x1000, 0x2000);

	memcpy(ebda, in_ebda.at, in_ebda.size);
	assert_int_equal(acpi_search_rsdp(map_also_0, 0).size, 0);
	assert_int_equal(acpi_search_rsdp(map_also_0, EBDA).size, sizeof(ebda));
}

static void the_bios_is_searched_to_its_end(void **state)
{
	struct unit_writer rsdp = rsdp_of(2, 0x1000, 0x2000);
	size_t at = sizeof(bios) - 48;

	memcpy(bios + at, rsdp.at, rsdp.size);
	assert_ptr_equal(acpi_search_rsdp(map_low, EBDA).at, bios + at);
	assert_int_equal(acpi_search_rsdp(map_low, EBDA).size, 48);
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
		cmocka_unit_test(an_rsdp_in_the_ebda_goes_before_one_in_the_bios),
		cmocka_unit_test(revision_1_is_read_as_revision_0),
		cmocka_unit_test(no_ebda_is_searched_at_0),
		cmocka_unit_test(the_bios_is_searched_to_its_end),
	};

	return unit_run(rules, COUNT_OF(rules));
}
