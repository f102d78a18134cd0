/* A file instead of this computer: a dump, or a log of the kernel's with its REPORT block. */
#ifndef CHECK_INPUT_H
#define CHECK_INPUT_H

#include "tools/check/findings.h"

/* Reads path, or the standard input for "-". A file that is neither ends the program. */
struct findings *input_look(const char *path);

#endif
