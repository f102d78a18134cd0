/* Reads the fields that lscpu --json prints. Pure. */
#ifndef CHECK_NAME_JSON_H
#define CHECK_NAME_JSON_H

#include "kernel/lib/bytes.h"

#include <stdbool.h>

/*
 * Reads a line such as {"field": "Flags:", "data": "fpu vmx"}, which may also be in two lines: the
 * data follow the field. Sets *field to "Flags" and, if the line has the data, *value to "fpu vmx";
 * returns whether it has.
 */
bool name_json_take(struct bytes line, struct bytes *field, struct bytes *value);

#endif
