/*
 * arch/x86_64/clock_rate.h: which of several rates of the TSC is believed.
 *
 * bound: every rate of every source
 * sources: arch/x86_64/clock_rate.c
 */
#include "arch/x86_64/clock_rate.h"
#include "tests/proof/claims.h"

static void any_rates(uint64_t khz[RATE_SOURCES])
{
	for (unsigned i = 0; i < RATE_SOURCES; i++) {
		khz[i] = nondet_u64();
		GIVEN(khz[i] <= RATE_KHZ_MAX); /* clock.c takes no other */
	}
}

void the_source_that_is_chosen_gives_a_rate(void)
{
	uint64_t khz[RATE_SOURCES];
	struct rate_choice choice;
	uint32_t a = nondet_u32();

	GIVEN(a < RATE_SOURCES); /* any source */
	any_rates(khz);
	choice = rate_choose(khz);
	CLAIM(choice.source == RATE_SOURCES || khz[choice.source] != 0,
	      "who is chosen gives a rate");
	CLAIM(choice.source != RATE_SOURCES || khz[a] == 0, "none, only if none gives a rate");
	CLAIM(choice.check == RATE_SOURCES ||
	              (choice.check != choice.source && khz[choice.check] != 0),
	      "who confirms is another one that gives a rate");
	CLAIM(choice.check != RATE_SOURCES || khz[a] == 0 || choice.source <= a,
	      "then it is the most trusted");
	if (choice.check != RATE_SOURCES && choice.source == RATE_HPET)
		REACHED("a timer that another source confirms");
	if (choice.source == RATE_CPUID)
		REACHED("CPUID alone");
}

void two_rates_are_the_same_whichever_comes_first(void)
{
	uint64_t a = nondet_u64(), b = nondet_u64();

	CLAIM(rate_same(a, b) == rate_same(b, a), "it is symmetric");
	CLAIM(rate_same(a, a), "a rate is the same as itself");
	CLAIM(!rate_same(a, b) || a / 2 <= b, "and not the double");
	REACHED("the end");
}
