/* Lines "KEY: VALUE" and "KEY=VALUE" of operating systems and tools. Pure. */
#ifndef CHECK_NAME_KEYS_H
#define CHECK_NAME_KEYS_H

#include "tools/check/name_linux.h"
#include "tools/check/name_list.h"

/* What is read into: the list, the evidence, and what the signature is made of. */
struct naming {
	struct name_list *list;
	struct vmx_evidence *evidence;
	uint64_t family, model, stepping;
	bool has_model;
	struct bytes field; /* of lscpu --json, whose data follow */
	struct name_linux linux;
};

/* Reads a line, and the data of a field of lscpu --json if field is not empty. */
void name_keys_read(struct naming *naming, struct bytes line, struct bytes field,
                    struct bytes data);

/* Reads "[01]: Intel64 Family 6 Model 158 Stepping 9 GenuineIntel ~3600 Mhz" of Windows. */
void name_keys_windows_cpu(struct naming *naming, struct bytes value);

#endif
