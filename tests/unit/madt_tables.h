/*
 * MADTs as firmware writes them, valid and broken: the entries after the first 44 bytes, and the
 * expected result. Each is named for what is special about it.
 */
#ifndef TESTS_UNIT_MADT_TABLES_H
#define TESTS_UNIT_MADT_TABLES_H

#include "kernel/lib/count.h"

#include <stddef.h>
#include <stdint.h>

#define LE16(n) (uint8_t)((n) & 0xFF), (uint8_t)((n) >> 8 & 0xFF)
#define LE32(n) LE16(n), LE16((n) >> 16)
#define LE64(n) LE32(n), LE32((uint64_t)(n) >> 32)

enum { OFF = 0, ON = 1, ONLINE_CAPABLE = 2 };

#define LOCAL_APIC(id, flags)   0, 8, (id), (id), LE32(flags)
#define IO_APIC(id)             1, 12, (id), 0, LE32(0xFEC00000), LE32(0)
#define INTERRUPT_OVERRIDE      2, 10, 0, 0, LE32(2), LE16(0)
#define NMI_SOURCE              3, 8, LE16(0), LE32(9)
#define LOCAL_NMI               4, 6, 0xFF, LE16(5), 1
#define ADDRESS_OVERRIDE(phys)  5, 12, LE16(0), LE64(phys)
#define LOCAL_SAPIC             7, 16, 0, 0, 0, 0, 0, 0, LE32(1), LE32(0)
#define LOCAL_X2APIC(id, flags) 9, 16, LE16(0), LE32((uint32_t)(id)), LE32(flags), LE32(id)
#define X2APIC_NMI              10, 12, LE16(5), LE32(0xFFFFFFFF), 1, 0, 0, 0
#define WAKEUP(phys)            16, 16, LE16(0), LE32(0), LE64(phys)

struct madt_table {
	const char *name;
	const uint8_t *entries;
	size_t size;
	const char *problem; /* part of it; NULL: well formed */
	size_t bad_entry;    /* its offset from the first entry, where there is a problem */
	uint32_t ids[8];
	uint32_t count, disabled, online_capable, duplicates, repeated, invalid;
	uint64_t apic_phys, mailbox_phys;
};

/* A table's name and entries, then the expected values that are not 0. */
#define TABLE_NAMED(text, ...)                                     \
	.name = (text), .entries = (const uint8_t[]){__VA_ARGS__}, \
	.size = sizeof((const uint8_t[]){__VA_ARGS__})
#define IDS(...) .ids = {__VA_ARGS__}, .count = COUNT_OF(((uint32_t[]){__VA_ARGS__}))

static const struct madt_table madt_tables[] = {
	/* realistic */
	{TABLE_NAMED("one CPU", LOCAL_APIC(0, ON)), IDS(0)},
	{TABLE_NAMED("QEMU's, four CPUs", LOCAL_APIC(0, ON), LOCAL_APIC(1, ON), LOCAL_APIC(2, ON),
                     LOCAL_APIC(3, ON), IO_APIC(0), INTERRUPT_OVERRIDE, LOCAL_NMI),
         IDS(0, 1, 2, 3)},
	{TABLE_NAMED("QEMU's, two more CPUs can be plugged in", LOCAL_APIC(0, ON),
                     LOCAL_APIC(1, ON), LOCAL_APIC(2, OFF), LOCAL_APIC(3, OFF), IO_APIC(0)),
         IDS(0, 1), .disabled = 2},
	{TABLE_NAMED("a laptop's, unused entries have ID 0xff and are off", LOCAL_APIC(0, ON),
                     LOCAL_APIC(2, ON), LOCAL_APIC(0xFF, OFF), LOCAL_APIC(0xFF, OFF)),
         IDS(0, 2), .disabled = 2},
	{TABLE_NAMED("hyperthreads listed behind all cores", LOCAL_APIC(0, ON), LOCAL_APIC(2, ON),
                     LOCAL_APIC(1, ON), LOCAL_APIC(3, ON)),
         IDS(0, 2, 1, 3)},
	{TABLE_NAMED("falling IDs", LOCAL_APIC(3, ON), LOCAL_APIC(2, ON), LOCAL_APIC(1, ON),
                     LOCAL_APIC(0, ON)),
         IDS(3, 2, 1, 0)},
	{TABLE_NAMED("IDs with gaps", LOCAL_APIC(0, ON), LOCAL_APIC(16, ON), LOCAL_APIC(254, ON)),
         IDS(0, 16, 254)},
	{TABLE_NAMED("a server's, x2APIC entries only", LOCAL_X2APIC(0, ON),
                     LOCAL_X2APIC(0x1FE, ON), LOCAL_X2APIC(0x10000, ON), X2APIC_NMI),
         IDS(0, 0x1FE, 0x10000)},
	{TABLE_NAMED("IDs from 255 on as x2APIC entries", LOCAL_APIC(254, ON),
                     LOCAL_X2APIC(255, ON), LOCAL_X2APIC(256, ON)),
         IDS(254, 255, 256)},
	{TABLE_NAMED("x2APIC entries first", LOCAL_X2APIC(256, ON), LOCAL_APIC(0, ON)),
         IDS(256, 0)},
	{TABLE_NAMED("each CPU listed in both ways", LOCAL_APIC(0, ON), LOCAL_APIC(1, ON),
                     LOCAL_X2APIC(0, ON), LOCAL_X2APIC(1, ON)),
         IDS(0, 1), .repeated = 2},
	{TABLE_NAMED("unused xAPIC entries, CPUs as x2APIC", LOCAL_APIC(0xFF, OFF),
                     LOCAL_APIC(0xFF, OFF), LOCAL_X2APIC(0, ON), LOCAL_X2APIC(1, ON)),
         IDS(0, 1), .disabled = 2},
	{TABLE_NAMED("the highest x2APIC ID there can be", LOCAL_X2APIC(0xFFFFFFFE, ON)),
         IDS(0xFFFFFFFE)},
	{TABLE_NAMED("interrupt entries before the CPUs", IO_APIC(1), INTERRUPT_OVERRIDE,
                     NMI_SOURCE, LOCAL_NMI, LOCAL_APIC(0, ON), LOCAL_APIC(1, ON)),
         IDS(0, 1)},
	{TABLE_NAMED("online-capable CPUs that are not there yet", LOCAL_APIC(0, ON),
                     LOCAL_APIC(1, ONLINE_CAPABLE), LOCAL_X2APIC(300, ONLINE_CAPABLE)),
         IDS(0), .disabled = 2, .online_capable = 2},
	{TABLE_NAMED("enabled and online-capable at once", LOCAL_APIC(0, ON | ONLINE_CAPABLE)),
         IDS(0)},
	{TABLE_NAMED("reserved flag bits are set", LOCAL_APIC(0, 0xFFFFFFFD),
                     LOCAL_APIC(1, 0xFFFFFFFC)),
         IDS(0), .disabled = 1},
	{TABLE_NAMED("the local APIC is somewhere else", ADDRESS_OVERRIDE(0x1FEE00000),
                     LOCAL_APIC(0, ON)),
         IDS(0), .apic_phys = 0x1FEE00000},
	{TABLE_NAMED("CPUs wake by a mailbox", LOCAL_APIC(0, ON), LOCAL_APIC(1, ON),
                     WAKEUP(0x7F000000)),
         IDS(0, 1), .mailbox_phys = 0x7F000000},
	{TABLE_NAMED("types that nobody knows", 0x7F, 4, 1, 2, LOCAL_APIC(0, ON), 0xFF, 2), IDS(0)},
	{TABLE_NAMED("an Itanium entry among others", LOCAL_SAPIC, LOCAL_APIC(0, ON)), IDS(0)},
	{TABLE_NAMED("a CPU entry longer than it must be", 0, 12, 0, 5, LE32(ON), LE32(0xFFFFFFFF),
                     LOCAL_APIC(6, ON)),
         IDS(5, 6)},
	{TABLE_NAMED("an x2APIC entry longer than it must be", 9, 20, LE16(0), LE32(300), LE32(ON),
                     LE32(0), LE32(0)),
         IDS(300)},
	{TABLE_NAMED("only interrupt entries", IO_APIC(0), LOCAL_NMI), .count = 0},
	{TABLE_NAMED("all CPUs off", LOCAL_APIC(0, OFF), LOCAL_APIC(1, OFF)), .disabled = 2},

	/* odd, but usable */
	{TABLE_NAMED("a CPU listed twice", LOCAL_APIC(0, ON), LOCAL_APIC(1, ON), LOCAL_APIC(1, ON)),
         IDS(0, 1), .duplicates = 1},
	{TABLE_NAMED("CPU 0 listed twice", LOCAL_APIC(0, ON), LOCAL_APIC(0, ON)), IDS(0),
         .duplicates = 1},
	{TABLE_NAMED("a CPU listed twice with others between", LOCAL_APIC(4, ON), LOCAL_APIC(9, ON),
                     LOCAL_APIC(2, ON), LOCAL_APIC(4, ON)),
         IDS(4, 9, 2), .duplicates = 1},
	{TABLE_NAMED("eight times the same nonsense ID", LOCAL_APIC(0, ON), LOCAL_APIC(0x7F, ON),
                     LOCAL_APIC(0x7F, ON), LOCAL_APIC(0x7F, ON), LOCAL_APIC(0x7F, ON),
                     LOCAL_APIC(0x7F, ON), LOCAL_APIC(0x7F, ON), LOCAL_APIC(0x7F, ON)),
         IDS(0, 0x7F), .duplicates = 6},
	{TABLE_NAMED("a CPU that is off and on", LOCAL_APIC(1, OFF), LOCAL_APIC(1, ON)), IDS(1),
         .disabled = 1},
	{TABLE_NAMED("a CPU that is on and off", LOCAL_APIC(1, ON), LOCAL_APIC(1, OFF)), IDS(1),
         .disabled = 1},
	{TABLE_NAMED("off as xAPIC, on as x2APIC", LOCAL_APIC(1, OFF), LOCAL_X2APIC(1, ON)), IDS(1),
         .disabled = 1},
	{TABLE_NAMED("a large x2APIC ID listed twice", LOCAL_X2APIC(400, ON),
                     LOCAL_X2APIC(400, ON)),
         IDS(400), .duplicates = 1},
	{TABLE_NAMED("an enabled CPU with the broadcast ID", LOCAL_APIC(0, ON),
                     LOCAL_APIC(0xFF, ON)),
         IDS(0), .invalid = 1},
	{TABLE_NAMED("an enabled x2APIC CPU with the broadcast ID", LOCAL_X2APIC(0, ON),
                     LOCAL_X2APIC(0xFFFFFFFF, ON)),
         IDS(0), .invalid = 1},
	{TABLE_NAMED("eight enabled CPUs with the broadcast ID", LOCAL_APIC(0xFF, ON),
                     LOCAL_APIC(0xFF, ON), LOCAL_APIC(0xFF, ON), LOCAL_APIC(0xFF, ON),
                     LOCAL_APIC(0xFF, ON), LOCAL_APIC(0xFF, ON), LOCAL_APIC(0xFF, ON),
                     LOCAL_APIC(0xFF, ON)),
         .invalid = 8},

	/* broken: the entries before the defect count */
	{TABLE_NAMED("a length of zero", LOCAL_APIC(0, ON), 0, 0, LOCAL_APIC(1, ON)), IDS(0),
         .problem = "shorter than its own header", .bad_entry = 8},
	{TABLE_NAMED("a length of one", LOCAL_APIC(0, ON), 4, 1, LOCAL_APIC(1, ON)), IDS(0),
         .problem = "shorter than its own header", .bad_entry = 8},
	{TABLE_NAMED("a length of zero at once", 0, 0), .problem = "shorter than its own header"},
	{TABLE_NAMED("the table ends behind a type", LOCAL_APIC(0, ON), 0), IDS(0),
         .problem = "shorter than its own header", .bad_entry = 8},
	{TABLE_NAMED("a CPU entry cut off by the table's end", LOCAL_APIC(0, ON), 0, 8, 1, 1, 1),
         IDS(0), .problem = "longer than the table", .bad_entry = 8},
	{TABLE_NAMED("an entry that overruns by one byte", LOCAL_APIC(0, ON), 0, 9, 1, 1, LE32(ON)),
         IDS(0), .problem = "longer than the table", .bad_entry = 8},
	{TABLE_NAMED("an unknown entry that overruns", LOCAL_APIC(0, ON), 0x7F, 0xFF), IDS(0),
         .problem = "longer than the table", .bad_entry = 8},
	{TABLE_NAMED("a CPU entry too short for its flags", LOCAL_APIC(0, ON), 0, 4, 1, 1,
                     LOCAL_APIC(2, ON)),
         IDS(0), .problem = "Local APIC entry is too short", .bad_entry = 8},
	{TABLE_NAMED("an x2APIC entry with an xAPIC entry's length", LOCAL_APIC(0, ON), 9, 8,
                     LE16(0), LE32(1)),
         IDS(0), .problem = "x2APIC entry is too short", .bad_entry = 8},
	{TABLE_NAMED("an x2APIC entry a byte too short", 9, 15, LE16(0), LE32(1), LE32(ON), LE16(0),
                     0),
         .problem = "x2APIC entry is too short"},
	{TABLE_NAMED("an address override without its address", 5, 8, LE16(0), LE32(0)),
         .problem = "Address Override entry is too short"},
	{TABLE_NAMED("a wakeup structure without its mailbox", LOCAL_APIC(0, ON), 16, 8, LE16(0),
                     LE32(0)),
         IDS(0), .problem = "Wakeup entry is too short", .bad_entry = 8},
	{TABLE_NAMED("the length that a 16-bit field would have", LOCAL_APIC(0, ON), 0, 0, 8, 0, 0,
                     0),
         IDS(0), .problem = "shorter than its own header", .bad_entry = 8},
};

#endif
