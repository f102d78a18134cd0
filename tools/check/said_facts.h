/* The facts of a CPU that both the lines for people and the REPORT block have. Pure. */
#ifndef CHECK_SAID_FACTS_H
#define CHECK_SAID_FACTS_H

#include "kernel/lib/bytes.h"
#include "kernel/record/cpu.h"

#include <stdbool.h>

/* What the lines for people say of a CPU. */
enum { SAID_IDENTITY = 1, SAID_VMXON = 2, SAID_GUEST = 4, SAID_BENCH = 8 };

/* Returns what must be said of the CPU that a block describes. */
unsigned facts_required(const struct cpu *cpu);

/*
 * Returns whether the fact in a sentence, if it has one, is that of the block, and adds it to
 * *said. A session with the monitor changes some.
 */
bool facts_agree(struct bytes sentence, const struct cpu *cpu, bool had_session, unsigned *said);

#endif
