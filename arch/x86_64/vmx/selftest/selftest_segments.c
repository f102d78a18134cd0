/*
 * VM entries with a wrong guest segment, per SDM vol. 3C 26.3.1.2 "Checks on Guest Segment
 * Registers". The checks that are the same for several segments are in selftest_loops.c.
 */
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vmx/guest/controls.h"
#include "arch/x86_64/vmx/selftest/selftest_entry.h"

#define ROW(name, needs, base, ...) ENTRY_ROW(name, needs, BAD_GUEST, base, 0, false, __VA_ARGS__)

/* clang-format off */
const struct entry_trial selftest_segments[] = {
	/* Selectors and bases */
	ROW("entry, guest TR in the LDT", NULL, BASE_LONG, SET(GUEST_TR_SELECTOR, 4)),
	ROW("entry, guest LDTR in the LDT", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT), SET(GUEST_LDTR_SELECTOR, 4)),
	ROW("entry, guest SS with another RPL than CS", NULL, BASE_LONG, SET(GUEST_SS_SELECTOR, 3), SET(GUEST_SS_RIGHTS, RIGHTS_DPL)),
	ROW("entry, guest TR base not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_TR_BASE, BIT(31))),
	ROW("entry, guest FS base not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_FS_BASE, BIT(31))),
	ROW("entry, guest GS base not canonical", NULL, BASE_LONG, WRITE_HIGH(GUEST_GS_BASE, BIT(31))),
	ROW("entry, guest LDTR base not canonical", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT), WRITE_HIGH(GUEST_LDTR_BASE, BIT(31))),
	ROW("entry, guest CS base wider than 32 bits", NULL, BASE_LONG, SET_HIGH(GUEST_CS_BASE, BIT(0))),

	/* CS and SS */
	ROW("entry, guest CS unusable", NULL, BASE_LONG, WRITE(GUEST_CS_RIGHTS, RIGHTS_UNUSABLE)),
	ROW("entry, guest CS not accessed", NULL, BASE_LONG, CLEAR(GUEST_CS_RIGHTS, BIT(0))),
	ROW("entry, guest CS a data segment", NULL, BASE_LONG, WRITE(GUEST_CS_RIGHTS, 0xA093)),
	ROW("entry, unrestricted guest CS a data segment of DPL 3", "vmx-unrestricted-guest", BASE_LONG, SET(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED), WRITE(GUEST_CS_RIGHTS, 0xA0F3)),
	ROW("entry, guest CS a system segment", NULL, BASE_LONG, CLEAR(GUEST_CS_RIGHTS, BIT(4))),
	ROW("entry, guest CS of another DPL than SS", NULL, BASE_LONG, SET(GUEST_CS_RIGHTS, RIGHTS_DPL)),
	ROW("entry, guest CS conforming of a higher DPL than SS", NULL, BASE_LONG, SET(GUEST_CS_RIGHTS, RIGHTS_DPL | BIT(2))),
	ROW("entry, guest CS not present", NULL, BASE_LONG, CLEAR(GUEST_CS_RIGHTS, RIGHTS_PRESENT)),
	ROW("entry, guest CS reserved bits 11:8", NULL, BASE_LONG, SET(GUEST_CS_RIGHTS, BIT(8))),
	ROW("entry, guest CS both 64-bit and 32-bit", NULL, BASE_LONG, SET(GUEST_CS_RIGHTS, BIT(14))),
	ROW("entry, guest CS granularity of pages, limit not", NULL, BASE_LONG, CLEAR(GUEST_CS_LIMIT, BIT(0))),
	ROW("entry, guest CS granularity of bytes, limit above 1 MiB", NULL, BASE_LONG, CLEAR(GUEST_CS_RIGHTS, RIGHTS_GRANULARITY)),
	ROW("entry, guest CS reserved bits 31:17", NULL, BASE_LONG, SET(GUEST_CS_RIGHTS, BIT(17))),
	ROW("entry, guest SS read-only", NULL, BASE_USABLE, WRITE(GUEST_SS_RIGHTS, 0x91)),
	ROW("entry, guest SS a code segment", NULL, BASE_USABLE, WRITE(GUEST_SS_RIGHTS, 0x9B)),
	ROW("entry, guest SS of another DPL than its RPL", NULL, BASE_USABLE, WRITE(GUEST_SS_RIGHTS, 0xF3)),
	ROW("entry, unrestricted guest SS of DPL 3 with a data segment in CS", "vmx-unrestricted-guest", BASE_USABLE, SET(SECONDARY_CONTROLS, SECONDARY_UNRESTRICTED), WRITE(GUEST_CS_RIGHTS, 0xA093), WRITE(GUEST_SS_RIGHTS, 0xF3)),

	/* TR and LDTR */
	ROW("entry, guest TR unusable", NULL, BASE_LONG, SET(GUEST_TR_RIGHTS, RIGHTS_UNUSABLE)),
	ROW("entry, guest TR not busy", NULL, BASE_LONG, CLEAR(GUEST_TR_RIGHTS, BIT(1))),
	ROW("entry, guest TR of 16 bits in IA-32e mode", NULL, BASE_LONG, WRITE(GUEST_TR_RIGHTS, 0x83)),
	ROW("entry, guest TR not busy in protected mode", NULL, BASE_PROTECTED, CLEAR(GUEST_TR_RIGHTS, BIT(1))),
	ROW("entry, guest TR not a system segment", NULL, BASE_LONG, SET(GUEST_TR_RIGHTS, BIT(4))),
	ROW("entry, guest TR not present", NULL, BASE_LONG, CLEAR(GUEST_TR_RIGHTS, RIGHTS_PRESENT)),
	ROW("entry, guest TR reserved bits 11:8", NULL, BASE_LONG, SET(GUEST_TR_RIGHTS, BIT(8))),
	ROW("entry, guest TR granularity of pages, limit not", NULL, BASE_LONG, SET(GUEST_TR_RIGHTS, RIGHTS_GRANULARITY)),
	ROW("entry, guest TR granularity of bytes, limit above 1 MiB", NULL, BASE_LONG, SET(GUEST_TR_LIMIT, BIT(20))),
	ROW("entry, guest TR reserved bits 31:17", NULL, BASE_LONG, SET(GUEST_TR_RIGHTS, BIT(17))),
	ROW("entry, guest LDTR of a wrong type", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, 0x83)),
	ROW("entry, guest LDTR not a system segment", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT | BIT(4))),
	ROW("entry, guest LDTR not present", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT & ~RIGHTS_PRESENT)),
	ROW("entry, guest LDTR reserved bits 11:8", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT | BIT(8))),
	ROW("entry, guest LDTR granularity of pages, limit not", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT | RIGHTS_GRANULARITY)),
	ROW("entry, guest LDTR granularity of bytes, limit above 1 MiB", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT), SET(GUEST_LDTR_LIMIT, BIT(20))),
	ROW("entry, guest LDTR reserved bits 31:17", NULL, BASE_LONG, WRITE(GUEST_LDTR_RIGHTS, RIGHTS_LDT | BIT(17))),
};
/* clang-format on */

const unsigned selftest_segments_count = COUNT_OF(selftest_segments);
