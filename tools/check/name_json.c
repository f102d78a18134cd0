#include "tools/check/name_json.h"

#include "tools/check/lines.h"

bool name_json_take(struct bytes line, struct bytes *field, struct bytes *value)
{
	struct bytes before, rest = line;

	if (lines_take_until(&rest, "\"field\": \"", &before) &&
	    lines_take_until(&rest, "\"", field)) {
		if (field->size > 0 && field->at[field->size - 1] == ':')
			field->size--;
	} else {
		rest = line;
	}
	return field->size > 0 && lines_take_until(&rest, "\"data\": \"", &before) &&
	       lines_take_until(&rest, "\"", value);
}
