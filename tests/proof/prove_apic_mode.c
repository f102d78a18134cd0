/*
 * arch/x86_64/apic_mode.h: which mode a local APIC gets, and how.
 *
 * bound: every value of IA32_APIC_BASE, every APIC ID
 * sources: arch/x86_64/apic_mode.c
 */
#include "arch/x86_64/apic_mode.h"
#include "arch/x86_64/registers.h"
#include "tests/proof/claims.h"

static enum apic_mode any_mode(void)
{
	return apic_mode_of(nondet_u64());
}

void the_mode_changes_only_where_an_id_needs_it_and_only_to_x2apic(void)
{
	enum apic_mode found = any_mode();
	bool has_x2apic = nondet_bool(), opt_out = nondet_bool();
	uint32_t largest = nondet_u32();
	struct apic_choice choice = apic_mode_choose(found, has_x2apic, opt_out, largest);

	if (choice.mode == found) {
		CLAIM(found != APIC_XAPIC || largest <= XAPIC_ID_MAX || !has_x2apic || opt_out,
		      "it stays where it serves, or cannot change");
		CLAIM((choice.why != NULL) == (found == APIC_XAPIC && largest > XAPIC_ID_MAX),
		      "and there is a reason why, where it does not serve");
		REACHED("it stays");
		return;
	}
	CLAIM(found == APIC_XAPIC && choice.mode == APIC_X2APIC, "from xAPIC to x2APIC");
	CLAIM(largest > XAPIC_ID_MAX && has_x2apic && !opt_out, "where that is needed and allowed");
	CLAIM(choice.why != NULL, "with a reason");
	REACHED("it changes");
}

/* SDM vol. 3A 10.12.5.1 "x2APIC States": those that WRMSR may make. */
static bool is_allowed(uint64_t from, uint64_t to)
{
	uint64_t bits = IA32_APIC_BASE_EN | IA32_APIC_BASE_EXTD;

	if ((to & bits) == IA32_APIC_BASE_EXTD)
		return false;
	if ((from & bits) == bits)
		return (to & bits) != IA32_APIC_BASE_EN;
	return (from & bits) == IA32_APIC_BASE_EN || (to & bits) != bits;
}

void each_step_to_a_mode_is_one_that_the_sdm_allows(void)
{
	uint64_t base = nondet_u64(), steps[APIC_MODE_STEPS], at = base;
	enum apic_mode to = any_mode();
	unsigned count;

	GIVEN((base & (IA32_APIC_BASE_EN | IA32_APIC_BASE_EXTD)) !=
	      IA32_APIC_BASE_EXTD); /* no CPU
	                             * has it */
	count = apic_mode_steps(base, to, steps);
	CLAIM(count <= APIC_MODE_STEPS, "there is room for all");
	for (unsigned i = 0; i < APIC_MODE_STEPS; i++) {
		if (i >= count)
			continue;
		CLAIM(is_allowed(at, steps[i]), "WRMSR does not fault");
		at = steps[i];
	}
	CLAIM(apic_mode_of(at) == to, "the last one is the mode");
	CLAIM(!((at ^ base) & ~(uint64_t)(IA32_APIC_BASE_EN | IA32_APIC_BASE_EXTD)),
	      "address and other bits stay");
	if (count == 2 && to == APIC_XAPIC)
		REACHED("from x2APIC to xAPIC");
	if (count == 0)
		REACHED("nothing to do");
}
