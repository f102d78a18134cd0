/*
 * Reads a boot in a log of the kernel, see docs/serial-log.md: the REPORT block, the verdict after
 * it, and what only the lines for people contain. The bytes are not trusted: logs are cut, damaged
 * by serial ports, edited in mails, and forged.
 */
#ifndef CHECK_LOG_INPUT_H
#define CHECK_LOG_INPUT_H

#include "kernel/lib/bytes.h"
#include "tools/check/boots.h"
#include "tools/check/fail.h"
#include "tools/check/findings.h"

/* Fills the findings from it. Returns false if the input is of no use. */
bool log_look(const struct boot *boot, bool had_session, struct findings *findings,
              struct refusal *refusal);

/* Reads from the lines for people the brand strings of the CPUs. */
void log_look_at_people(struct findings *findings);

/* Prints those lines without the times and the count line. Returns false if there are none. */
bool log_print_people(struct bytes text, struct text *to);

#endif
