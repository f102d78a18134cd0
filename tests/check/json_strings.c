/* Every byte that a string can hold, as JSON: the test parses it. */
#include "tools/check/json.h"

int main(void)
{
	struct json json = {.to = stdout};
	char all[256];

	for (int i = 0; i < 255; i++)
		all[i] = (char)(i + 1);
	all[255] = '\0';
	json_open(&json, NULL, '{');
	json_string(&json, "all", all);
	json_string(&json, all, "the name");
	json_string(&json, "none", NULL);
	json_number(&json, "number", UINT64_MAX);
	json_hex(&json, "hex", UINT64_MAX);
	json_hex(&json, "zero", 0);
	json_bool(&json, "yes", true);
	json_lines(&json, "lines", "one \"1\"\n\ntwo\n");
	json_lines(&json, "unended", "one\ntwo");
	json_lines(&json, "empty", "");
	json_open(&json, "nested", '[');
	json_open(&json, NULL, '{');
	json_close(&json, '}');
	json_open(&json, NULL, '[');
	json_number(&json, NULL, 1);
	json_close(&json, ']');
	json_close(&json, ']');
	json_close(&json, '}');
	return 0;
}
