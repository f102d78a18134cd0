/* Examines a file instead of this computer: a dump, or a log with its REPORT block. */
#ifndef CHECK_INPUT_H
#define CHECK_INPUT_H

#include "tools/check/fail.h"
#include "tools/check/findings.h"

#include <stdint.h>

/*
 * Reads path, or the standard input for "-". boot chooses one of the boots in a log, from 1 on; 0
 * is the last. The findings are concluded. Returns NULL, and says why, for any other file.
 */
struct findings *input_look(const char *path, uint32_t boot, struct refusal *refusal);

#endif
