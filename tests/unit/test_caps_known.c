/* kernel/record/caps.h: what is known of each bit of each capability MSR. */
#include "kernel/record/caps.h"
#include "tests/unit/unit.h"

enum {
	FIRST = 0x480,
	BASIC = 0x480,
	PIN = 0x481,
	ENTRY = 0x484,
	MISC = 0x485,
	SECONDARY = 0x48B,
	EPT_VPID = 0x48C,
	TRUE_PIN = 0x48D,
};

static bool has_true_msr(uint32_t msr)
{
	return msr >= PIN && msr <= ENTRY;
}

/* Whether a control may be 0 is said by the TRUE MSR alone. */
static void an_entry_is_known_if_the_msrs_that_decide_were_read(void **state)
{
	for (size_t i = 0; i < caps_count; i++) {
		const struct caps_entry *entry = &caps_table[i];

		for (uint32_t unread = FIRST; unread < FIRST + VMX_MSR_COUNT; unread++) {
			struct vmx_evidence evidence = {.unread = 1u << (unread - FIRST)};
			bool known = unread != entry->msr &&
			             !(entry->inverted && has_true_msr(entry->msr) &&
			               unread - entry->msr == TRUE_PIN - PIN);

			assert_int_equal(caps_is_known(entry, &evidence), known);
			assert_int_equal(caps_state(entry, &evidence) == CAPS_UNKNOWN, !known);
			assert_false(caps_has(entry, &evidence));
		}
	}
}

static void what_is_unknown_is_not_there_whatever_the_value(void **state)
{
	for (size_t i = 0; i < caps_count; i++) {
		struct vmx_evidence evidence = {.unread = UINT32_MAX};

		for (size_t msr = 0; msr < VMX_MSR_COUNT; msr++)
			evidence.msr[msr] = (struct msr_reading){UINT64_MAX, MSR_READ};
		assert_int_equal(caps_state(&caps_table[i], &evidence), CAPS_UNKNOWN);
		assert_false(caps_has(&caps_table[i], &evidence));
	}
}

static void each_true_msr_takes_the_place_of_its_plain_one(void **state)
{
	for (uint32_t msr = FIRST; msr < FIRST + VMX_MSR_COUNT - (TRUE_PIN - PIN); msr++) {
		struct caps_entry entry = {.msr = (uint16_t)msr, .bit = 5, .name = "name"};
		struct vmx_evidence evidence = {.basic.true_controls = true};
		struct msr_reading *precise = &evidence.msr[msr + TRUE_PIN - PIN - FIRST];
		bool replaced = has_true_msr(msr);

		*precise = (struct msr_reading){1ull << 37, MSR_READ};
		assert_int_equal(caps_has(&entry, &evidence), replaced);
		precise->state = MSR_NOT_READ;
		assert_false(caps_has(&entry, &evidence));
		precise->state = MSR_READ;
		evidence.basic.true_controls = false;
		assert_false(caps_has(&entry, &evidence));
	}
}

static void each_entry_is_found_by_name_and_by_bit(void **state)
{
	for (size_t i = 0; i < caps_count; i++) {
		const struct caps_entry *entry = &caps_table[i];
		struct caps_bit bit = {entry->msr, entry->bit};

		assert_ptr_equal(caps_find(entry->name), entry);
		assert_string_equal(caps_name(bit), entry->name);
		if (caps_has_controls(entry->msr))
			assert_string_equal(caps_control_name(entry->msr, 1u << entry->bit),
			                    entry->name);
	}
	assert_string_equal(caps_name((struct caps_bit){BASIC, 63}), "an unnamed bit");
	assert_string_equal(caps_name((struct caps_bit){0x488, 5}), "an unnamed bit");
}

static bool is_named(uint32_t msr, unsigned bit)
{
	for (size_t i = 0; i < caps_count; i++) {
		if (caps_table[i].msr == msr && caps_table[i].bit == bit)
			return true;
	}
	return false;
}

/*
 * SDM vol. 3D A.1 "Basic VMX Information", SDM vol. 3D A.6 "Miscellaneous Data", SDM vol. 3D A.10
 * "VPID and EPT Capabilities"
 */
static bool is_in_number(uint32_t msr, unsigned bit)
{
	if (msr == BASIC)
		return bit <= 30 || (bit >= 32 && bit <= 44) || bit == 48 ||
		       (bit >= 50 && bit <= 53);
	if (msr == MISC)
		return bit <= 4 || (bit >= 16 && bit <= 27) || bit >= 32;
	return msr == EPT_VPID && bit >= 48 && bit <= 53;
}

static void a_bit_without_a_name_that_is_in_no_number_is_unknown(void **state)
{
	static const uint32_t msrs[] = {BASIC, MISC, EPT_VPID, 0x491, 0x488};

	for (size_t i = 0; i < COUNT_OF(msrs); i++) {
		for (unsigned bit = 0; bit < 64; bit++) {
			struct vmx_evidence evidence = {0};
			struct caps_bit at = {0};
			bool expected = msrs[i] != 0x488 && !is_named(msrs[i], bit) &&
			                !is_in_number(msrs[i], bit);

			evidence.msr[msrs[i] - FIRST] = (struct msr_reading){1ull << bit, MSR_READ};
			assert_int_equal(caps_next_unknown(&at, &evidence), expected);
			assert_int_equal(at.msr, expected ? msrs[i] : 0);
			assert_int_equal(at.bit, expected ? bit : 0);
			assert_true(!expected || !caps_next_unknown(&at, &evidence));
		}
	}
}

/* A reserved control of the default1 class that must be 1 is as it should be. */
static void a_control_without_a_name_is_unknown_if_it_may_be_1(void **state)
{
	for (uint32_t msr = PIN; msr <= SECONDARY; msr += msr == ENTRY ? SECONDARY - ENTRY : 1) {
		for (unsigned bit = 0; bit < 32; bit++) {
			for (int must = 0; must <= 1; must++) {
				struct vmx_evidence evidence = {0};
				struct caps_bit at = {0};
				bool default1 = caps_default1(msr) >> bit & 1;
				bool expected = !is_named(msr, bit) && !(must && default1);

				evidence.msr[msr - FIRST] = (struct msr_reading){
					1ull << (bit + 32) | (must ? 1ull << bit : 0), MSR_READ};
				assert_int_equal(caps_next_unknown(&at, &evidence), expected);
				assert_int_equal(at.bit, expected ? bit : 0);
			}
		}
	}
}

static void all_unknown_bits_are_found_in_order(void **state)
{
	struct vmx_evidence evidence = {0};
	struct caps_bit at = {0};
	unsigned found = 0, expected = 0;
	uint32_t last = 0;

	for (uint32_t msr = FIRST; msr < FIRST + VMX_MSR_COUNT; msr++)
		evidence.msr[msr - FIRST] = (struct msr_reading){UINT64_MAX << 32, MSR_READ};
	for (unsigned bit = 0; bit < 64; bit++) {
		expected += bit >= 32 && !is_named(BASIC, bit) && !is_in_number(BASIC, bit);
		expected += bit >= 32 && !is_named(EPT_VPID, bit) && !is_in_number(EPT_VPID, bit);
		for (uint32_t msr = PIN; bit < 32 && msr <= ENTRY; msr++)
			expected += !is_named(msr, bit);
		expected += bit < 32 && !is_named(SECONDARY, bit);
		expected += bit >= 32 && !is_named(0x491, bit);
	}
	while (caps_next_unknown(&at, &evidence)) {
		assert_true(at.msr * 64 + at.bit > last);
		last = at.msr * 64 + at.bit;
		if (at.msr < 0x492)
			found++;
	}
	assert_int_equal(found, expected);
}

static void only_the_plain_msrs_of_controls_have_default1_controls(void **state)
{
	for (uint32_t msr = 0; msr < 0x500; msr++) {
		assert_int_equal(caps_has_controls(msr), has_true_msr(msr) || msr == SECONDARY);
		assert_int_equal(caps_default1(msr), msr == PIN     ? 0x16
		                                     : msr == 0x482 ? 0x0401E172
		                                     : msr == 0x483 ? 0x00036DFF
		                                     : msr == ENTRY ? 0x11FF
		                                                    : 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(an_entry_is_known_if_the_msrs_that_decide_were_read),
		cmocka_unit_test(what_is_unknown_is_not_there_whatever_the_value),
		cmocka_unit_test(each_true_msr_takes_the_place_of_its_plain_one),
		cmocka_unit_test(each_entry_is_found_by_name_and_by_bit),
		cmocka_unit_test(a_bit_without_a_name_that_is_in_no_number_is_unknown),
		cmocka_unit_test(a_control_without_a_name_is_unknown_if_it_may_be_1),
		cmocka_unit_test(all_unknown_bits_are_found_in_order),
		cmocka_unit_test(only_the_plain_msrs_of_controls_have_default1_controls),
	};

	return unit_run(rules, COUNT_OF(rules));
}
