#include "tools/check/name_labels.h"

#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/lib/count.h"

#include <stddef.h>

const struct name_label name_labels_linux[] = {
	{"vnmi", "vmx-vnmi"},
	{"preemption_timer", "vmx-preemption-timer"},
	{"posted_intr", "vmx-posted-intr"},
	{"invvpid", "vmx-invvpid"},
	{"ept_x_only", "vmx-ept-execonly"},
	{"ept_ad", "vmx-eptad"},
	{"ept_1gb", "vmx-ept-1gb"},
	{"ept_5level", "vmx-page-walk-5"},
	{"flexpriority", "vmx-flexpriority"},
	{"flexpriority", "vmx-apicv-xapic"},
	{"apicv", "vmx-flexpriority"},
	{"apicv", "vmx-apicv-register"},
	{"apicv", "vmx-apicv-vid"},
	{"apicv", "vmx-posted-intr"},
	{"eptp_switching", "vmx-eptp-switching"},
	{"tsc_offset", "vmx-tsc-offset"},
	{"vtpr", "vmx-flexpriority"},
	{"mtf", "vmx-mtf"},
	{"vapic", "vmx-apicv-xapic"},
	{"ept", "vmx-ept"},
	{"ept", "vmx-secondary-ctls"},
	{"vpid", "vmx-vpid"},
	{"unrestricted_guest", "vmx-unrestricted-guest"},
	{"vapic_reg", "vmx-apicv-register"},
	{"vid", "vmx-apicv-vid"},
	{"ple", "vmx-ple"},
	{"shadow_vmcs", "vmx-shadow-vmcs"},
	{"pml", "vmx-pml"},
	{"ept_violation_ve", "ept-violation-ve"},
	{"ept_mode_based_exec", "vmx-mbec"},
	{"tsc_scaling", "vmx-tsc-scaling"},
	{"usr_wait_pause", "vmx-enable-user-wait-pause"},
	{"bus_lock_detection", "bus-lock-detection"},
	{"notify_vm_exiting", "instruction-timeout"},
	{"ipi_virt", "ipi-virtualization"},
	{NULL, NULL},
};

const struct name_label name_labels_freebsd[] = {
	{"PAT", "vmx-exit-save-pat"},
	{"PAT", "vmx-exit-load-pat"},
	{"PAT", "vmx-entry-load-pat"},
	{"HLT", "vmx-hlt-exit"},
	{"MTF", "vmx-mtf"},
	{"PAUSE", "vmx-pause-exit"},
	{"EPT", "vmx-ept"},
	{"EPT", "vmx-secondary-ctls"},
	{"UG", "vmx-unrestricted-guest"},
	{"VPID", "vmx-vpid"},
	{"VID", "vmx-flexpriority"},
	{"VID", "vmx-apicv-xapic"},
	{"VID", "vmx-apicv-x2apic"},
	{"VID", "vmx-apicv-register"},
	{"VID", "vmx-apicv-vid"},
	{"PostIntr", "vmx-posted-intr"},
	{NULL, NULL},
};

const struct name_label name_labels_xen[] = {
	{"APIC MMIO access virtualisation", "vmx-apicv-xapic"},
	{"APIC TPR shadow", "vmx-flexpriority"},
	{"Extended Page Tables (EPT)", "vmx-ept"},
	{"Extended Page Tables (EPT)", "vmx-secondary-ctls"},
	{"Virtual-Processor Identifiers (VPID)", "vmx-vpid"},
	{"Virtual NMI", "vmx-vnmi"},
	{"MSR direct-access bitmap", "vmx-msr-bitmap"},
	{"Unrestricted Guest", "vmx-unrestricted-guest"},
	{"APIC Register Virtualization", "vmx-apicv-register"},
	{"Virtual Interrupt Delivery", "vmx-apicv-vid"},
	{"Posted Interrupt Processing", "vmx-posted-intr"},
	{"VMCS shadowing", "vmx-shadow-vmcs"},
	{"VM Functions", "vmx-vmfunc"},
	{"Virtualisation Exceptions", "ept-violation-ve"},
	{"Page Modification Logging", "vmx-pml"},
	{"TSC Scaling", "vmx-tsc-scaling"},
	{"Bus Lock Detection", "bus-lock-detection"},
	{"Notify VM Exit", "instruction-timeout"},
	{NULL, NULL},
};

#define BITS(...) ((const struct name_bit[]){__VA_ARGS__, {NULL, 0}})

const struct name_section name_sections[] = {
	{"Basic VMX Information", IA32_VMX_BASIC, NULL},
	{"pin-based controls", IA32_VMX_PINBASED_CTLS,
         BITS({"External interrupt exiting", 0}, {"NMI exiting", 3}, {"Virtual NMIs", 5},
              {"Activate VMX-preemption timer", 6}, {"Process posted interrupts", 7})},
	{"primary processor-based controls", IA32_VMX_PROCBASED_CTLS,
         BITS({"Interrupt window exiting", 2}, {"Use TSC offsetting", 3}, {"HLT exiting", 7},
              {"INVLPG exiting", 9}, {"MWAIT exiting", 10}, {"RDPMC exiting", 11},
              {"RDTSC exiting", 12}, {"CR3-load exiting", 15}, {"CR3-store exiting", 16},
              {"Activate tertiary controls", 17}, {"CR8-load exiting", 19},
              {"CR8-store exiting", 20}, {"Use TPR shadow", 21}, {"NMI-window exiting", 22},
              {"MOV-DR exiting", 23}, {"Unconditional I/O exiting", 24}, {"Use I/O bitmaps", 25},
              {"Monitor trap flag", 27}, {"Use MSR bitmaps", 28}, {"MONITOR exiting", 29},
              {"PAUSE exiting", 30}, {"Activate secondary control", 31})},
	{"secondary processor-based controls", IA32_VMX_PROCBASED_CTLS2,
         BITS({"Virtualize APIC accesses", 0}, {"Enable EPT", 1}, {"Descriptor-table exiting", 2},
              {"Enable RDTSCP", 3}, {"Virtualize x2APIC mode", 4}, {"Enable VPID", 5},
              {"WBINVD exiting", 6}, {"Unrestricted guest", 7}, {"APIC register emulation", 8},
              {"Virtual interrupt delivery", 9}, {"PAUSE-loop exiting", 10}, {"RDRAND exiting", 11},
              {"Enable INVPCID", 12}, {"Enable VM functions", 13}, {"VMCS shadowing", 14},
              {"Enable ENCLS exiting", 15}, {"RDSEED exiting", 16}, {"Enable PML", 17},
              {"EPT-violation #VE", 18}, {"Conceal non-root operation from PT", 19},
              {"Enable XSAVES/XRSTORS", 20}, {"Mode-based execute control (XS/XU)", 22},
              {"Sub-page write permissions", 23}, {"GPA translation for PT", 24},
              {"TSC scaling", 25}, {"User wait and pause", 26}, {"ENCLV exiting", 28})},
	{"tertiary processor-based controls", IA32_VMX_PROCBASED_CTLS3,
         BITS({"Enable IPI virtualization", 4})},
	{"VM-Exit controls", IA32_VMX_EXIT_CTLS,
         BITS({"Save debug controls", 2}, {"Host address-space size", 9},
              {"Load IA32_PERF_GLOBAL_CTRL", 12}, {"Acknowledge interrupt on exit", 15},
              {"Save IA32_PAT", 18}, {"Load IA32_PAT", 19}, {"Save IA32_EFER", 20},
              {"Load IA32_EFER", 21}, {"Save VMX-preemption timer value", 22},
              {"Clear IA32_BNDCFGS", 23}, {"Conceal VM exits from PT", 24},
              {"Clear IA32_RTIT_CTL", 25})},
	{"VM-Entry controls", IA32_VMX_ENTRY_CTLS,
         BITS({"Load debug controls", 2}, {"IA-32e mode guest", 9}, {"Entry to SMM", 10},
              {"Deactivate dual-monitor treatment", 11}, {"Load IA32_PERF_GLOBAL_CTRL", 13},
              {"Load IA32_PAT", 14}, {"Load IA32_EFER", 15}, {"Load IA32_BNDCFGS", 16},
              {"Conceal VM entries from PT", 17}, {"Load IA32_RTIT_CTL", 18})},
	{"Miscellaneous data", IA32_VMX_MISC, NULL},
	{"VPID and EPT capabilities", IA32_VMX_EPT_VPID_CAP, NULL},
	{"VM Functions", IA32_VMX_VMFUNC, NULL},
};

const unsigned name_sections_count = COUNT_OF(name_sections);

void name_labels_add(const struct name_label *labels, struct bytes word, struct name_caps *caps)
{
	for (; labels->label != NULL; labels++) {
		if (bytes_equal(word, labels->label))
			name_caps_add(caps, labels->capability);
	}
}
