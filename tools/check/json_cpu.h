/* Prints what is known of a CPU as a JSON object. */
#ifndef CHECK_JSON_CPU_H
#define CHECK_JSON_CPU_H

#include "tools/check/findings.h"
#include "tools/check/json.h"

/* Adds an object to the open array; with the VMX capabilities, if caps. */
void json_add_cpu(struct json *json, const struct cpu *cpu, const struct sight *sight, bool caps);

#endif
