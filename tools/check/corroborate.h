/*
 * Compares a log's lines for people with its REPORT block. A block has a CRC, the lines before it
 * have none: facts that differ show that the two are not of one run, or damaged. Pure.
 */
#ifndef CHECK_CORROBORATE_H
#define CHECK_CORROBORATE_H

#include "tools/check/boots.h"
#include "tools/check/findings.h"
#include "tools/check/problems.h"

/*
 * Returns what is wrong. After a session with the monitor, the registers may have other values than
 * the lines before it say.
 */
log_problem_set corroborate(const struct boot *boot, bool had_session, struct findings *findings);

#endif
