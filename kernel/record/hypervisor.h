/*
 * The hypervisors that CPUID can name: which of them others imitate, and how each offers VMX to a
 * virtual machine. Pure.
 */
#ifndef KERNEL_HYPERVISOR_H
#define KERNEL_HYPERVISOR_H

#include "kernel/record/vmx_record.h"

/*
 * Returns whether a hypervisor's vendor string at the first leaf may be that of another: KVM and
 * Xen can show Hyper-V's interface there, and KVM Xen's. Their own is then at a later leaf.
 */
bool hypervisor_is_imitated(const char *vendor);

/* Returns the vendor string of the hypervisor itself; "" if it has none. */
const char *hypervisor_vendor(const struct vmx_evidence *evidence);

/*
 * Returns whether a vendor string is that of a hypervisor known here. A CPU without a hypervisor
 * answers CPUID.40000000H with the data of its highest basic leaf, which is none.
 */
bool hypervisor_is_known(const char *vendor);

/*
 * Returns a sign of a hypervisor that hides itself: CPUID.1:ECX[31] is clear, but something else is
 * as no CPU has it. Returns NULL if there is none. It makes a hypervisor likely, not certain.
 */
const char *hypervisor_sign(const struct vmx_evidence *evidence);

/* Returns whether the CPU's vendor is AMD or Hygon, whose hardware virtualization is SVM. */
bool hypervisor_cpu_is_amd(const struct vmx_evidence *evidence);

/* Returns how to make it offer VMX to a virtual machine, or that it cannot. Never NULL. */
const char *hypervisor_hint(const struct vmx_evidence *evidence);

#endif
