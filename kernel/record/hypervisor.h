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

/* Returns how to make it offer VMX to a virtual machine, or that it cannot. Never NULL. */
const char *hypervisor_hint(const struct vmx_evidence *evidence);

#endif
