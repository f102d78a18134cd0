#include "tools/check/name_libvirt.h"

#include "kernel/lib/count.h"
#include "kernel/lib/number.h"
#include "tools/check/lines.h"
#include "tools/check/name_caps.h"
#include "tools/check/name_reports.h"

#include <string.h>

struct libvirt {
	struct name_list *list;
	struct vmx_evidence *evidence;
	bool blocked; /* what follows is what this CPU lacks */
	bool other;   /* it is not about this CPU */
	bool host;    /* it is about the host, and not about its guests */
	bool kvm;     /* it is what KVM offers its guests */
};

/* Reads an attribute of a tag, in either kind of quotes. */
static bool attribute(struct bytes tag, const char *name, struct bytes *value)
{
	struct bytes before, rest = tag;
	char quote[2] = "";

	if (!lines_take_until(&rest, name, &before) || rest.size == 0)
		return false;
	quote[0] = (char)rest.at[0];
	rest = bytes_from(rest, 1);
	return (quote[0] == '\'' || quote[0] == '"') && lines_take_until(&rest, quote, value);
}

/*
 * What KVM offers its guests it may emulate, as VMCS shadowing; but not these two. That it offers
 * VMX says that VMX is enabled.
 */
static void read_feature(struct bytes tag, struct libvirt *state)
{
	static const char *const real[] = {"vmx-ept", "vmx-unrestricted-guest"};
	struct bytes name, policy;
	bool guests = attribute(tag, " policy=", &policy);

	if (!attribute(tag, " name=", &name) || (guests && !bytes_equal(policy, "require")))
		return;
	if (bytes_equal(name, "vmx")) {
		state->list->format = "libvirt";
		state->list->listed = NAME_YES;
		if (state->kvm)
			state->list->firmware = NAME_YES;
	}
	state->evidence->hypervisor |= !guests && bytes_equal(name, "hypervisor");
	for (unsigned i = 0; i < COUNT_OF(real); i++) {
		if (bytes_equal(name, real[i]))
			name_caps_add(&state->list->caps, real[i]);
	}
}

/* <signature family='6' model='154' stepping='4'/> */
static void read_signature(struct bytes tag, struct libvirt *state)
{
	struct bytes text[3];
	uint64_t family, model, stepping;

	if (!attribute(tag, " family=", &text[0]) || !attribute(tag, " model=", &text[1]) ||
	    !attribute(tag, " stepping=", &text[2]) || !number_read(text[0], &family) ||
	    !number_read(text[1], &model) || !number_read(text[2], &stepping))
		return;
	state->evidence->signature = name_signature(family, model, stepping);
}

/*
 * QEMU without KVM offers the features of a CPU of its own, and the definition of a virtual machine
 * asks for some. But among the capabilities of a host, <domain type='kvm'/> says that KVM works.
 */
static void read_domain(struct bytes type, struct libvirt *state)
{
	if (state->host && bytes_equal(type, "kvm") && state->list->listed == NAME_YES)
		state->list->firmware = NAME_YES;
	state->other = true;
}

/* Reads the tags that say what the ones after them are about. */
static void read_section(struct bytes tag, struct bytes after, struct libvirt *state)
{
	struct bytes rest, type;

	if (bytes_equal(tag, "capabilities") || bytes_equal(tag, "domainCapabilities")) {
		state->list->format = "libvirt";
		state->host = bytes_equal(tag, "capabilities");
		state->blocked = state->other = state->kvm = false;
	} else if (bytes_equal(tag, "domain")) {
		state->kvm = bytes_equal(after, "kvm");
		state->other = !state->kvm;
	} else if (bytes_skip(tag, "domain ", &rest) && attribute(tag, " type=", &type)) {
		read_domain(type, state);
	} else if (bytes_skip(tag, "blockers ", &rest)) {
		state->blocked = true; /* what a CPU model needs, and this CPU lacks */
	} else if (bytes_equal(tag, "/blockers")) {
		state->blocked = false;
	}
}

static void read_tag(struct bytes tag, struct bytes after, struct libvirt *state)
{
	struct bytes rest;

	read_section(tag, after, state);
	if (state->blocked || state->other)
		return;
	if (bytes_equal(tag, "vendor"))
		name_vendor_by_maker(after, state->evidence);
	else if (bytes_skip(tag, "feature ", &rest))
		read_feature(tag, state);
	else if (bytes_skip(tag, "signature ", &rest))
		read_signature(tag, state);
}

void name_libvirt_read(struct bytes text, struct name_list *list, struct vmx_evidence *evidence)
{
	struct libvirt state = {.list = list, .evidence = evidence};
	struct bytes before, tag, after;

	while (lines_take_until(&text, "<", &before) && lines_take_until(&text, ">", &tag)) {
		const uint8_t *end = text.size == 0 ? NULL : memchr(text.at, '<', text.size);

		after = (struct bytes){text.at, end == NULL ? 0 : (size_t)(end - text.at)};
		read_tag(tag, after, &state);
	}
}
