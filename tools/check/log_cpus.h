/* Reads the lines of a REPORT block about CPUs. The bytes are not trusted. */
#ifndef CHECK_LOG_CPUS_H
#define CHECK_LOG_CPUS_H

#include "kernel/lib/bytes.h"
#include "tools/check/findings.h"

/*
 * Read "cpus=LIST apic_ids=LIST result=...", "msr=N cpus=LIST value=...", and what follows "found "
 * in "found cpus=LIST cr0=...". False if malformed.
 */
bool log_read_cpus(struct bytes line, struct findings *findings);
bool log_read_msr(struct bytes line, struct findings *findings);
bool log_read_found(struct bytes line, struct findings *findings);

/* Finds the reason with this code. Returns false if there is none. */
bool log_reason(struct bytes code, enum reason *reason);

/* Returns whether a CPU ended with this reason. */
bool log_has_reason(const struct findings *findings, enum reason reason);

#endif
