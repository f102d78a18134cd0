/*
 * What operating systems and tools print about VMX by names only: no values, so there is hardly
 * ever a verdict, but there may be a reason why not, and names of capabilities. Pure; the bytes are
 * not trusted.
 */
#ifndef CHECK_NAME_LIST_H
#define CHECK_NAME_LIST_H

#include "kernel/lib/bytes.h"
#include "kernel/lib/text.h"
#include "kernel/record/vmx_record.h"
#include "tools/check/long_mode.h"

enum name_answer { NAME_UNSEEN, NAME_NO, NAME_YES };

enum { CAPS_WORDS = 4 };

/* Capabilities, by their index in caps_table. */
struct name_caps {
	uint64_t has[CAPS_WORDS];
	uint64_t lacks[CAPS_WORDS];
};

/* What a tool says of VT-x or AMD-V, without saying which: the CPU's vendor decides. */
struct name_either {
	enum name_answer listed;
	enum name_answer firmware;
	bool locked;
};

struct name_list {
	const char *format;        /* what was recognized; NULL: nothing */
	enum name_answer listed;   /* VMX; an operating system may leave it out where it is off */
	enum name_answer firmware; /* whether the firmware leaves it enabled */
	bool locked;               /* and it locked it off */
	struct name_either either;
	bool masked;        /* a hypervisor may be why it says no, unless: */
	bool no_hypervisor; /* it says that there is none */
	bool raw;           /* it shows CPUID's own bit, also where VMX is off */
	enum long_mode long_mode;
	struct name_caps caps;
};

/*
 * Reads what text says about the first CPU into list, and into evidence: its vendor, brand,
 * signature, and whether there is a hypervisor. Returns whether text is such a list.
 */
bool name_list_read(struct bytes text, struct name_list *list, struct vmx_evidence *evidence);

/* Returns CPUID.1:EAX for a family, a model and a stepping. */
uint32_t name_signature(uint64_t family, uint64_t model, uint64_t stepping);

/* Prints the names that the list has, in a line; nothing if it has none. */
void name_list_print(const struct name_list *list, struct text *to);

#endif
