/* Examines a file instead of this computer: a dump, or a log with its REPORT block. */
#ifndef CHECK_INPUT_H
#define CHECK_INPUT_H

#include "tools/check/findings.h"

/* Reads path, or the standard input for "-". Any other file ends the program. */
struct findings *input_look(const char *path);

#endif
