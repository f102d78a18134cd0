/*
 * The fields of the VMCS, for the self-test: selftest_fields.c is the table, and selftest_vmcs.c
 * reads and writes them. Pure.
 */
#ifndef ARCH_X86_64_VMX_SELFTEST_FIELDS_H
#define ARCH_X86_64_VMX_SELFTEST_FIELDS_H

#include "kernel/record/selftest.h"

/* Adjacent fields: their encodings differ by 2. */
struct field_range {
	uint16_t first;
	uint8_t count;
	const char *needs; /* the capability without which the CPU lacks them; NULL: none */
};

extern const struct field_range field_ranges[];
extern const unsigned field_range_count;

/* What a check does with the fields. */
enum field_use {
	FIELD_READ_BACK,      /* VMWRITE and VMREAD, of those whose width and type match */
	FIELD_HALVES,         /* the same, of the high halves of all 64-bit fields */
	FIELD_READ,           /* VMREAD of all read-only fields */
	FIELD_WRITE,          /* VMWRITE to them */
	FIELD_READ_ABSENT,    /* VMREAD of those that the CPU lacks */
	FIELD_WRITE_ABSENT,   /* VMWRITE to them */
	FIELD_READ_RESERVED,  /* VMREAD with each reserved bit of the encoding */
	FIELD_WRITE_RESERVED, /* VMWRITE likewise */
	FIELD_READ_NEITHER,   /* VMREAD of high halves that fields of other widths do not have */
	FIELD_ABOVE,          /* VMREAD of encodings above the highest index */
	FIELD_FLAGS_READ,     /* the arithmetic flags after VMREAD */
	FIELD_FLAGS_WRITE,    /* and after VMWRITE */
};

struct field_check {
	struct selftest_check check;
	uint8_t use;   /* enum field_use */
	uint16_t kind; /* of FIELD_READ_BACK: the bits of FIELD_KIND in the encoding */
};

#define FIELD_KIND                                                                            \
	0x6C00 /* width and type: SDM vol. 3C 24.11.2 "VMREAD, VMWRITE, and Encodings of VMCS \
	          Fields" */
#define FIELD_WIDTH         0x6000
#define FIELD_WIDTH_NATURAL 0x6000
#define FIELD_WIDTH_64      0x2000
#define FIELD_TYPE          0x0C00
#define FIELD_READ_ONLY     0x0400
#define FIELD_HIGH          1
#define FIELD_HIGH_KIND     0x400      /* the step from one kind to the next */
#define FIELD_RESERVED      0xFFFF9000 /* bits 31:15 and 12 */
#define FIELD_INDEX_SHIFT   1
#define FIELD_INDEX_TRIED   63 /* no edition has a higher index */

extern const struct field_check selftest_fields[];
extern const unsigned selftest_fields_count;

/* Returns the bits of a field that keep what is written: SDM vol. 3C 24.4.1 "Guest Register State"
 */
uint64_t field_kept(uint16_t field);

#endif
