#include "kernel/record/hypervisor.h"

#include "kernel/lib/string.h"

#include <stddef.h>

#define OFFERS_NONE ", which does not offer VMX to virtual machines: use another hypervisor"

/* Sorted by how many machines run on it. The sources of the hints are in docs/verdicts.md. */
static const struct {
	const char *vendor; /* CPUID.40000000H:EBX,ECX,EDX */
	const char *hint;
} hypervisors[] = {
	{"KVMKVMKVM", "this is a KVM virtual machine: on its host, load kvm_intel with nested=1 "
                      "and start QEMU with -cpu host (or a CPU model with +vmx); in a cloud, "
                      "choose an instance type, and its option, for nested virtualization"},
	{"TCGTCGTCGTCG",
         "this is QEMU without KVM (TCG), which does not emulate VMX: use -enable-kvm -cpu host "
         "on an Intel host, or Bochs"},
	{"Microsoft Hv", "this is a Hyper-V virtual machine: on its host, run Set-VMProcessor "
                         "-ExposeVirtualizationExtensions $true; in Azure, choose a size with "
                         "nested virtualization"},
	{"VMwareVMware", "this is a VMware virtual machine: enable \"Virtualize Intel VT-x/EPT\" "
                         "(vhv.enable = TRUE); on a Windows host that is refused while Hyper-V "
                         "or memory integrity (VBS) runs"},
	{"VBoxVBoxVBox", "this is a VirtualBox virtual machine: on its host, run VBoxManage "
                         "modifyvm NAME --nested-hw-virt on; on a Windows host it has no effect "
                         "while Hyper-V or memory integrity (VBS) runs"},
	{"XenVMMXenVMM", "this is a Xen virtual machine: set nestedhvm=1 in its configuration"},
	{" lrpepyh  vr", "this is a Parallels virtual machine: on its host, run prlctl set NAME "
                         "--nested-virt on (Intel Macs only)"},
	{"ACRNACRNACRN", "this is an ACRN virtual machine: enable nested virtualization for it in "
                         "the scenario (GUEST_FLAG_NVMX_ENABLED)"},
	{"bhyve bhyve ", "this is a bhyve virtual machine" OFFERS_NONE},
	{"Jailhouse", "this is a Jailhouse cell" OFFERS_NONE},
	{"QNXQVMBSQG", "this is a QNX virtual machine" OFFERS_NONE},
	{"OpenBSDVMM58", "this is an OpenBSD virtual machine" OFFERS_NONE},
	{"___ NVMM ___", "this is an NVMM virtual machine" OFFERS_NONE},
	{"HAXMHAXMHAXM", "this is a HAXM virtual machine" OFFERS_NONE},
	{"Apple VZ", "this is a virtual machine of Apple's Virtualization framework" OFFERS_NONE},
};

bool hypervisor_is_imitated(const char *vendor)
{
	return strcmp(vendor, "Microsoft Hv") == 0 || strcmp(vendor, "XenVMMXenVMM") == 0;
}

const char *hypervisor_vendor(const struct vmx_evidence *evidence)
{
	return evidence->hypervisor_beneath[0] != '\0' ? evidence->hypervisor_beneath
	                                               : evidence->hypervisor_vendor;
}

const char *hypervisor_hint(const struct vmx_evidence *evidence)
{
	const char *vendor = hypervisor_vendor(evidence);

	for (size_t i = 0; i < sizeof(hypervisors) / sizeof(hypervisors[0]); i++) {
		if (strcmp(vendor, hypervisors[i].vendor) == 0)
			return hypervisors[i].hint;
	}
	return "enable nested virtualization for this virtual machine in its hypervisor";
}
