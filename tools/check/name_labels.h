/* The names that tools give to VMX capabilities, as data. Pure. */
#ifndef CHECK_NAME_LABELS_H
#define CHECK_NAME_LABELS_H

#include "kernel/lib/bytes.h"
#include "tools/check/name_caps.h"

#include <stdint.h>

/* One label may stand for several capabilities that are all there. */
struct name_label {
	const char *label;
	const char *capability; /* its name in caps.h */
};

/* "vmx flags" of Linux's /proc/cpuinfo: arch/x86/include/asm/vmxfeatures.h of Linux 6.x. */
extern const struct name_label name_labels_linux[];

/* "VT-x:" of FreeBSD's dmesg: print_vmx_info() in sys/x86/x86/identcpu.c of FreeBSD 14. */
extern const struct name_label name_labels_freebsd[];

/* "VMX: Supported advanced features" of Xen: vmx_display_features() in vmcs.c of Xen 4.x. */
extern const struct name_label name_labels_xen[];

/* Adds the capabilities that a word of these labels stands for. */
void name_labels_add(const struct name_label *labels, struct bytes word, struct name_caps *caps);

/* The controls of QEMU's scripts/kvm/vmxcap, section by section. */
struct name_section {
	const char *title;
	uint32_t msr;
	const struct name_bit {
		const char *label;
		unsigned bit;
	} *bits; /* ends with a NULL label */
};
extern const struct name_section name_sections[];
extern const unsigned name_sections_count;

#endif
