#include "kernel/report/hint.h"

#include "kernel/lib/string.h"
#include "kernel/record/hypervisor.h"

#include <stddef.h>

static const char *const hints[REASON_COUNT] = {
	[REASON_NO_VMX] =
		"VMX requires an Intel CPU with VT-x, or a VIA or Zhaoxin CPU that supports it",
	[REASON_NO_LONG_MODE] =
		"rootmode needs a 64-bit CPU; in a virtual machine, choose a 64-bit "
		"CPU model",
	[REASON_LOCKED_OFF] = "enable \"Intel Virtualization Technology\" in firmware setup (also "
			      "VT-x, VMX; under CPU, Advanced or Security), then power the machine "
			      "off and on: the lock lasts until then",
	[REASON_SMX_ONLY] = "the firmware expects a measured launch: in firmware setup, disable "
			    "\"Trusted Execution Technology\" (TXT) or fully enable VT-x, then "
			    "power the machine off and on",
	[REASON_FEATURE_CONTROL_FAULT] =
		"no real CPU does this: update the host hypervisor, or report a bug",
	[REASON_WRITE_REFUSED] = "update the firmware, and the host hypervisor if there is one; a "
				 "full power-off may be needed",
	[REASON_CAPABILITY_FAULT] =
		"no real CPU does this: update the host hypervisor, or report a bug",
	[REASON_CAPABILITY_INVALID] =
		"no real CPU does this: the host hypervisor announces VMX without setting up its "
		"MSRs; update it, or enable nested virtualization there",
	[REASON_CR_FIXED_BITS] = "this CPU is newer than rootmode, or the host hypervisor hides a "
				 "feature; please report the log",
	[REASON_VMXON_FAULT] =
		"the CPU or the host hypervisor does not follow the SDM; please report the log",
	[REASON_VMXON_FAIL_INVALID] =
		"the CPU or the host hypervisor does not follow the SDM; please report the log",
	[REASON_VMXON_FAIL_VALID] =
		"earlier software (firmware, boot loader) left this CPU in VMX operation: power "
		"the machine off and on, and update the firmware",
	[REASON_VMXON_NO_EFFECT] =
		"the emulator or host hypervisor does not execute VMXON; please report the log",
	[REASON_VMXOFF] = "power the machine off and on: INIT is blocked in VMX root operation",
	[REASON_VMCS] =
		"the CPU or the host hypervisor does not follow the SDM; please report the log",
	[REASON_VM_CONTROLS] = "the CPU or the host hypervisor lacks a control that every Intel "
			       "CPU with VMX has; please report the log",
	[REASON_VM_ENTRY] = "VMXON works but guests do not: the CPU or the host hypervisor does "
			    "not follow the SDM; please report the log",
	[REASON_VM_EXIT] = "VMXON works but guests do not: the CPU or the host hypervisor does not "
			   "follow the SDM; please report the log",
	[REASON_AP_TIMEOUT] = "the firmware lists a CPU that does not start, or earlier software "
			      "left it in VMX operation, where INIT is blocked: power the machine "
			      "off and on, update the firmware, or exclude it with cpus=N",
	[REASON_AP_UNREACHABLE] =
		"enable x2APIC in firmware setup, or in the virtual machine's CPU model",
	[REASON_APIC_DISABLED] =
		"if it is disabled, earlier software (firmware, boot loader) did that, and only a "
		"reset enables it: power the machine off and on, or update the firmware; if it is "
		"absent, give the virtual machine a local APIC",
	[REASON_OUT_OF_MEMORY] =
		"if the machine has little memory, add some or use fewer CPUs with "
		"cpus=N; if it has much, the memory map is in pieces: update the "
		"firmware, or boot without other loaders",
	[REASON_NO_LOW_MEMORY] = "the firmware or the boot loader reserves all of that memory: "
				 "disable network boot and option ROMs in firmware setup, boot "
				 "without other loaders, or update the firmware",
	[REASON_NO_CPU_LIST] = "enable ACPI in firmware setup or for the virtual machine; if a "
			       "warning above names "
			       "a broken table, update the firmware",
	[REASON_NOT_FINISHED] = "see the error above that says what failed, and on which CPU",
	[REASON_NMI] = "the hardware reported an error (memory, PCI), or somebody pressed an NMI "
		       "button: check the machine's event log (SEL), and test its memory",
	[REASON_MACHINE_CHECK] =
		"the CPU reported a hardware error: check the machine's event log (SEL), update "
		"the firmware and the microcode, and test the memory",
	[REASON_PANIC] = "this is a bug in rootmode; please report the log",
	[REASON_EXCEPTION] =
		"this is a bug in rootmode or a hardware defect; please report the log",
	[REASON_NOT_SEEN] = "boot rootmode with observe, which reads them and changes nothing",
};

/*
 * On an AMD CPU no setting of a hypervisor adds VMX, so its hint would mislead. The exception is
 * QEMU's TCG, whose default CPU model says AuthenticAMD on any host.
 */
static bool is_amd_underneath(const struct vmx_evidence *evidence)
{
	return hypervisor_cpu_is_amd(evidence) &&
	       strcmp(hypervisor_vendor(evidence), "TCGTCGTCGTCG") != 0;
}

/* The CPU started, so its MADT entry is not a phantom. */
static const char *hint_of_started(const struct cpu *cpu)
{
	if (cpu->progress.last_step == CPU_DONE || cpu->outcome.vmxon.kind == VMX_SUCCEEDED)
		return "this CPU can enter VMX operation: update the host hypervisor or the "
		       "firmware, or boot without the option that hung; please report the log";
	if (cpu->progress.last_step == CPU_NO_EXECUTE_DISABLE)
		return "enable \"Execute Disable Bit\" (NX, XD) in firmware setup, or update the "
		       "firmware: it must be the same on every CPU";
	return "this CPU starts, but then hangs: power the machine off and on, update the firmware "
	       "and the host hypervisor, or exclude it with cpus=N";
}

/* In a virtual machine, no firmware setup has an entry for VT-x. */
static bool is_setting_of_hypervisor(enum reason reason)
{
	return reason == REASON_NO_VMX || reason == REASON_LOCKED_OFF || reason == REASON_SMX_ONLY;
}

const char *hint_for(enum reason reason, const struct cpu *cpu)
{
	const struct vmx_evidence *evidence = &cpu->evidence;

	if (reason == REASON_AP_TIMEOUT &&
	    (cpu->progress.last_step != CPU_SILENT || evidence->signature != 0))
		return hint_of_started(cpu);
	if (reason == REASON_AP_TIMEOUT && cpu->found.kexec)
		return "power the machine off and on; before the next kexec, unload what uses VMX "
		       "(kvm_intel, VirtualBox, VMware), or stop its virtual machines";
	if (is_setting_of_hypervisor(reason) &&
	    (evidence->hypervisor || hypervisor_sign(evidence) != NULL) &&
	    !is_amd_underneath(evidence))
		return hypervisor_hint(evidence);
	return hints[reason];
}
