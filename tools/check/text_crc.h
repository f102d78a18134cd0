/*
 * Checks the lines for people against the CRC of the REPORT line: a line that was lost, changed or
 * moved, or a block of another run, is found even if it contradicts no fact. Pure.
 */
#ifndef CHECK_TEXT_CRC_H
#define CHECK_TEXT_CRC_H

#include "kernel/lib/bytes.h"
#include "tools/check/boots.h"
#include "tools/check/problems.h"

/*
 * Reads the words of a REPORT line after "lines=N" for the CRC. *stated is whether it has one; an
 * older kernel gives none. Returns false if there is anything else.
 */
bool text_crc_read(struct bytes words, bool *stated, uint32_t *crc);

/* Returns what is wrong with the boot's lines for people if they must have this CRC. */
log_problem_set text_crc_check(const struct boot *boot, uint32_t stated);

#endif
