/* Prints what is known of a log as such: its boots, its problems and, on request, its lines. */
#ifndef CHECK_JSON_LOG_H
#define CHECK_JSON_LOG_H

#include "tools/check/findings.h"
#include "tools/check/json.h"

/* Adds the member "log". lines: with the lines for people and the fields of the REPORT block. */
void json_add_log(struct json *json, const struct findings *findings, bool lines);

#endif
