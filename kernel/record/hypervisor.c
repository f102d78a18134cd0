#include "kernel/record/hypervisor.h"

#include "kernel/lib/count.h"
#include "kernel/lib/string.h"

#include <stddef.h>

#define OFFERS_NONE ", which does not offer VMX to virtual machines: use another hypervisor"

/* Sorted by how many machines run on it. The sources of the hints are in docs/verdicts.md. */
static const struct {
	const char *vendor; /* CPUID.40000000H:EBX,ECX,EDX */
	const char *hint;
} hypervisors[] = {
	{"KVMKVMKVM", "this is a KVM virtual machine: on its host, load kvm_intel with nested=1 "
                      "and start QEMU with -cpu host (or a CPU model with +vmx; in libvirt "
                      "host-passthrough, in Proxmox the type host); in a cloud, choose an instance "
                      "type, and its option, for nested virtualization"},
	{"TCGTCGTCGTCG",
         "this is QEMU without KVM (TCG), which does not emulate VMX: use -enable-kvm -cpu host "
         "on an Intel host, or Bochs"},
	{"Microsoft Hv", "this is a Hyper-V virtual machine: on its host, run Set-VMProcessor "
                         "-ExposeVirtualizationExtensions $true; in Azure, choose a size with "
                         "nested virtualization, and the security type Standard"},
	{"VMwareVMware",
         "this is a VMware virtual machine: enable \"Virtualize Intel VT-x/EPT\", in "
         "ESXi \"Expose hardware assisted virtualization\" (vhv.enable = TRUE); on "
         "a Windows host that is refused while Hyper-V or memory integrity (VBS) "
         "runs"},
	{"VBoxVBoxVBox", "this is a VirtualBox virtual machine: on its host, run VBoxManage "
                         "modifyvm NAME --nested-hw-virt on; on a Windows host it has no effect "
                         "while Hyper-V or memory integrity (VBS) runs"},
	{"XenVMMXenVMM", "this is a Xen virtual machine: set nestedhvm=1 in its configuration (HVM "
                         "only; in XCP-ng nested-virt=true, before 8.3 exp-nested-hvm=true); dom0 "
                         "has no VMX: boot without Xen"},
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

bool hypervisor_is_known(const char *vendor)
{
	for (size_t i = 0; i < COUNT_OF(hypervisors); i++) {
		if (strcmp(vendor, hypervisors[i].vendor) == 0)
			return true;
	}
	return false;
}

bool hypervisor_cpu_is_amd(const struct vmx_evidence *evidence)
{
	return strcmp(evidence->vendor, "AuthenticAMD") == 0 ||
	       strcmp(evidence->vendor, "HygonGenuine") == 0;
}

static bool begins_with(const char *text, const char *prefix)
{
	while (*prefix != '\0' && *text == *prefix) {
		text++;
		prefix++;
	}
	return *prefix == '\0';
}

/* QEMU's CPU models. The brand string of a CPU names its model and has no such words. */
static bool is_virtual_brand(const char *brand)
{
	static const char *const brands[] = {
		"QEMU Virtual CPU",       "Common KVM processor",   "Common 32-bit KVM processor",
		"Intel Core Processor (", "Intel Xeon Processor (", "Virtual CPU"};

	for (size_t i = 0; i < COUNT_OF(brands); i++) {
		if (begins_with(brand, brands[i]))
			return true;
	}
	return false;
}

/* The revision identifier of KVM's virtual VMCS; Intel's own are small numbers. */
#define KVM_REVISION 0x11E57ED0u

/* What KVM and Hyper-V show for the microcode unless they pass on the CPU's own. */
static bool is_virtual_microcode(const struct msr_reading *microcode)
{
	uint32_t revision = (uint32_t)(microcode->value >> 32);

	return microcode->state == MSR_READ && (revision == 1 || revision == UINT32_MAX);
}

const char *hypervisor_sign(const struct vmx_evidence *evidence)
{
	if (evidence->hypervisor)
		return NULL;
	if (evidence->hypervisor_vendor[0] != '\0')
		return "CPUID.40000000H names one";
	if (is_virtual_brand(evidence->brand))
		return "the brand string is that of a virtual CPU";
	if (evidence->basic.revision == KVM_REVISION)
		return "the VMCS revision identifier is KVM's";
	if (is_virtual_microcode(&evidence->microcode))
		return "the microcode revision is one that hypervisors make up";
	return NULL;
}

const char *hypervisor_hint(const struct vmx_evidence *evidence)
{
	const char *vendor = hypervisor_vendor(evidence);

	if (!evidence->hypervisor) /* only likely: see hypervisor_sign() */
		return "if this is a virtual machine, enable nested virtualization in its "
		       "hypervisor; on a real machine, enable VT-x in firmware setup, then power "
		       "the machine off and on";
	for (size_t i = 0; i < COUNT_OF(hypervisors); i++) {
		if (strcmp(vendor, hypervisors[i].vendor) == 0)
			return hypervisors[i].hint;
	}
	return "enable nested virtualization for this virtual machine in its hypervisor";
}
