#include "tools/check/log_input.h"

#include "tools/check/lines.h"

/* Sets the brand of the CPUs in a list. */
static void set_brand(struct bytes list, struct bytes brand, struct findings *findings)
{
	struct lines_list numbers = {.rest = list};
	uint32_t number;

	while (lines_take_number(&numbers, &number) && number < findings->machine.cpus.count) {
		struct vmx_evidence *evidence = &findings->machine.cpus.cpu[number]->evidence;

		lines_copy(brand, evidence->brand, sizeof(evidence->brand));
	}
}

/* Finds the lines "[    0.000631] cpu 0: VENDOR, BRAND, family 6, ..." or "cpus 0-3: ...". */
static void look_at_brands(struct bytes text, struct findings *findings)
{
	struct bytes line, time, list, vendor, brand;

	while (lines_take(&text, &line)) {
		if (!lines_take_until(&line, "] cpu", &time))
			continue;
		if (!bytes_skip(line, "s ", &line) && !bytes_skip(line, " ", &line))
			continue;
		if (lines_take_until(&line, ": ", &list) &&
		    lines_take_until(&line, ", ", &vendor) &&
		    lines_take_until(&line, ", family ", &brand) &&
		    !bytes_equal(brand, "no brand string"))
			set_brand(list, brand, findings);
	}
}

void log_look_at_people(struct findings *findings)
{
	look_at_brands(findings->people, findings);
}

bool log_print_people(struct bytes text, struct text *to)
{
	struct bytes line, time, count;
	bool any = false;

	while (lines_take(&text, &line)) {
		line = lines_trim(line);
		if (!bytes_skip(line, "[", &line) || !lines_take_until(&line, "] ", &time) ||
		    lines_take_until(&line, " CPUs in VMX root operation", &count))
			continue;
		text_print(to, "%.*s\n", (int)line.size, (const char *)line.at);
		any = true;
	}
	return any;
}
