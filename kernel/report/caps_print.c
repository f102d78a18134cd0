#include "kernel/report/caps_print.h"

#include "kernel/record/caps.h"
#include "kernel/record/caps_rules.h"
#include "kernel/record/group.h"
#include "kernel/record/profiles.h"
#include "kernel/record/record.h"

static int by_capabilities(const struct cpu *a, const struct cpu *b, const void *context)
{
	int order = 0;

	(void)context;
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++)
		record_order_reading(&order, &a->evidence.msr[i], &b->evidence.msr[i]);
	return order;
}

/*
 * Prints the numbers in MSRs that hold more than single bits: SDM vol. 3D A.1 "Basic VMX
 * Information", SDM vol. 3D A.6 "Miscellaneous Data" and SDM vol. 3D A.9 "VMCS Enumeration". The
 * maximum number of MSRs in a list is stored as a multiple of 512, less one.
 */
static void caps_print_numbers(unsigned index, const struct vmx_evidence *evidence, struct text *to)
{
	const struct vmx_basic *basic = &evidence->basic;
	uint64_t value = evidence->msr[index].value;
	uint32_t msr = VMX_MSR_FIRST + index;

	if (msr == IA32_VMX_BASIC)
		text_print(to, ", revision %#x, %u bytes, memory type %u, %s addresses",
		           basic->revision, basic->region_size, basic->memory_type,
		           basic->addresses_32bit ? "32-bit" : "full-width");
	if (msr == IA32_VMX_MISC)
		text_print(to,
		           ", preemption timer counts TSC bit %lu, %lu CR3 targets, at most %lu "
		           "MSRs per list, MSEG revision %#lx",
		           value & VMX_MISC_TIMER_RATE,
		           value >> VMX_MISC_CR3_TARGETS_SHIFT & VMX_MISC_CR3_TARGETS,
		           ((value >> VMX_MISC_MSR_LIST_SHIFT & VMX_MISC_MSR_LIST) + 1) * 512,
		           value >> VMX_MISC_MSEG_REVISION_SHIFT);
	if (msr == IA32_VMX_EPT_VPID_CAP)
		text_print(to, ", HLAT prefix size at most %lu",
		           value >> EPT_VPID_HLAT_PREFIX_SHIFT & EPT_VPID_HLAT_PREFIX);
	if (msr == IA32_VMX_VMCS_ENUM)
		text_print(to, ", highest field index %lu", value >> 1 & 0x1FF);
}

/* Prints raw values, too: they also have the bits for which there is no name yet. */
static void caps_print_msrs(const struct group *group, const struct vmx_evidence *evidence,
                            struct text *to)
{
	for (unsigned i = 0; i < VMX_MSR_COUNT; i++) {
		const struct msr_reading *reading = &evidence->msr[i];

		group_print_begin(group, to);
		text_print(to, "caps: %s ", record_msr_name(i));
		if (reading->state == MSR_READ) {
			text_print(to, "= %#lx", reading->value);
			caps_print_numbers(i, evidence, to);
		} else {
			text_print(to, reading->state == MSR_FAULTED ? "faults"
			               : evidence->unread >> i & 1   ? "was not read"
			                                             : "does not exist");
		}
		text_print(to, "\n");
	}
}

static void print_entries(const struct group *group, const struct vmx_evidence *evidence,
                          struct text *to)
{
	static const char *const states[] = {
		[CAPS_MUST_BE_0] = ", must be 0",
		[CAPS_MUST_BE_1] = ", must be 1",
		[CAPS_OPTIONAL] = ", optional",
		[CAPS_NO] = "",
		[CAPS_YES] = "",
		[CAPS_UNKNOWN] = "",
	};

	for (size_t i = 0; i < caps_count; i++) {
		const struct caps_entry *entry = &caps_table[i];

		group_print_begin(group, to);
		text_print(to, "caps: %s=%s%s\n", entry->name,
		           !caps_is_known(entry, evidence) ? "unknown"
		           : caps_has(entry, evidence)     ? "on"
		                                           : "off",
		           states[caps_state(entry, evidence)]);
	}
}

/* An unknown bit gets a line, too: a newer CPU's feature, or a host hypervisor's mistake. */
static void print_unknown(const struct group *group, const struct vmx_evidence *evidence,
                          struct text *to)
{
	struct caps_bit at = {0};

	while (caps_next_unknown(&at, evidence)) {
		group_print_begin(group, to);
		text_print(to, "caps: unknown-%s[%u]=on\n", record_msr_name(at.msr - VMX_MSR_FIRST),
		           at.bit);
	}
}

/* Prints, after begin, what of a profile the CPU lacks; or of what that is not known. */
static bool print_lacks(const struct profile *profile, const struct vmx_evidence *evidence,
                        bool known, const char *begin, struct text *to)
{
	const char *lacks;
	bool any = false;

	for (unsigned n = 0; (lacks = profile_lacks(profile, evidence, n)) != NULL; n++) {
		if (caps_is_known(caps_find(lacks), evidence) != known)
			continue;
		text_print(to, "%s%s", any ? ", " : begin, lacks);
		any = true;
	}
	return any;
}

static void print_profiles(const struct group *group, const struct vmx_evidence *evidence,
                           struct text *to)
{
	for (size_t i = 0; i < profiles_count; i++) {
		const struct profile *profile = profiles[i];

		group_print_begin(group, to);
		text_print(to, "caps: enough-for-%s=", profile->name);
		if (profile_lacks(profile, evidence, 0) == NULL)
			text_print(to, "on");
		else if (!print_lacks(profile, evidence, true, "off, lacks ", to))
			print_lacks(profile, evidence, false,
			            "unknown, the MSR was not read: ", to);
		text_print(to, "\n");
	}
}

void caps_print(const struct cpu_list *cpus, struct text *to)
{
	struct group group = {.cpus = cpus, .order = by_capabilities};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct vmx_evidence *evidence = &cpus->cpu[group.first]->evidence;

		if (evidence->msr[0].state == MSR_NOT_READ)
			continue;
		caps_print_msrs(&group, evidence, to);
		print_entries(&group, evidence, to);
		print_unknown(&group, evidence, to);
		print_profiles(&group, evidence, to);
	}
}

void caps_print_broken_rules(const struct machine *machine, struct text *to)
{
	struct group group = {.cpus = &machine->cpus, .order = by_capabilities};

	for (uint32_t from = 0; group_next(&group, from); from = group.first + 1) {
		const struct vmx_evidence *evidence = &machine->cpus.cpu[group.first]->evidence;

		for (unsigned n = 0; n < caps_rules_count; n++) {
			if (caps_rule_holds(n, evidence))
				continue;
			group_print_begin(&group, to);
			text_print(to, "warning: caps-consistency: ");
			caps_rule_print(n, evidence, to);
			text_print(to, "\n");
		}
	}
}
