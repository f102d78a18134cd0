#include "kernel/record/vmx_names.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	const char *name;
	const char *sentence;
} errors[] = {
	[1] = {"VMCALL executed in VMX root operation", "only a guest has anybody to call"},
	[2] = {"VMCLEAR with invalid physical address",
               "the address is misaligned or wider than the CPU's physical addresses"},
	[3] = {"VMCLEAR with VMXON pointer", "the VMXON region is the CPU's own and no VMCS"},
	[4] = {"VMLAUNCH with non-clear VMCS", "a VMCS is launched once, then resumed"},
	[5] = {"VMRESUME with non-launched VMCS", "a VMCS is launched before it is resumed"},
	[6] = {"VMRESUME after VMXOFF (VMXOFF and VMXON between VMLAUNCH and VMRESUME)",
               "the VMCS must be cleared and launched again"},
	[7] = {"VM entry with invalid control field(s)",
               "a control has a value that the capability MSRs do not allow, or contradicts "
               "another"},
	[8] = {"VM entry with invalid host-state field(s)",
               "the state to be loaded at the VM exit is not one the CPU could run in"},
	[9] = {"VMPTRLD with invalid physical address",
               "the address is misaligned or wider than the CPU's physical addresses"},
	[10] = {"VMPTRLD with VMXON pointer", "the VMXON region is the CPU's own and no VMCS"},
	[11] = {"VMPTRLD with incorrect VMCS revision identifier",
                "the region must begin with the revision identifier of IA32_VMX_BASIC"},
	[12] = {"VMREAD/VMWRITE from/to unsupported VMCS component", "this CPU has no such field"},
	[13] = {"VMWRITE to read-only VMCS component", "the field belongs to VM exits"},
	[15] = {"VMXON executed in VMX root operation", "the CPU is in VMX operation already"},
	[16] = {"VM entry with invalid executive-VMCS pointer",
                "only an SMM monitor has to do with it"},
	[17] = {"VM entry with non-launched executive VMCS",
                "only an SMM monitor has to do with it"},
	[18] = {"VM entry with executive-VMCS pointer not VMXON pointer",
                "only an SMM monitor has to do with it"},
	[19] = {"VMCALL with non-clear VMCS", "only an SMM monitor has to do with it"},
	[20] = {"VMCALL with invalid VM-exit control fields",
                "only an SMM monitor has to do with it"},
	[22] = {"VMCALL with incorrect MSEG revision identifier",
                "only an SMM monitor has to do with it"},
	[23] = {"VMXOFF under dual-monitor treatment of SMIs and SMM",
                "the SMM monitor must be deactivated first"},
	[24] = {"VMCALL with invalid SMM-monitor features",
                "only an SMM monitor has to do with it"},
	[25] = {"VM entry with invalid VM-execution control fields in executive VMCS",
                "only an SMM monitor has to do with it"},
	[26] = {"VM entry with events blocked by MOV SS", "the instruction before loaded SS"},
	[28] = {"Invalid operand to INVEPT/INVVPID",
                "the type is not supported, or its descriptor is not valid for it"},
};

static const char *const exits[] = {
	[0] = "exception or NMI",
	[1] = "external interrupt",
	[2] = "triple fault",
	[3] = "INIT signal",
	[4] = "start-up IPI (SIPI)",
	[5] = "I/O SMI",
	[6] = "other SMI",
	[7] = "interrupt window",
	[8] = "NMI window",
	[9] = "task switch",
	[10] = "CPUID",
	[11] = "GETSEC",
	[12] = "HLT",
	[13] = "INVD",
	[14] = "INVLPG",
	[15] = "RDPMC",
	[16] = "RDTSC",
	[17] = "RSM",
	[18] = "VMCALL",
	[19] = "VMCLEAR",
	[20] = "VMLAUNCH",
	[21] = "VMPTRLD",
	[22] = "VMPTRST",
	[23] = "VMREAD",
	[24] = "VMRESUME",
	[25] = "VMWRITE",
	[26] = "VMXOFF",
	[27] = "VMXON",
	[28] = "control-register accesses",
	[29] = "MOV DR",
	[30] = "I/O instruction",
	[31] = "RDMSR",
	[32] = "WRMSR",
	[33] = "VM-entry failure due to invalid guest state",
	[34] = "VM-entry failure due to MSR loading",
	[36] = "MWAIT",
	[37] = "monitor trap flag",
	[39] = "MONITOR",
	[40] = "PAUSE",
	[41] = "VM-entry failure due to machine-check event",
	[43] = "TPR below threshold",
	[44] = "APIC access",
	[45] = "virtualized EOI",
	[46] = "access to GDTR or IDTR",
	[47] = "access to LDTR or TR",
	[48] = "EPT violation",
	[49] = "EPT misconfiguration",
	[50] = "INVEPT",
	[51] = "RDTSCP",
	[52] = "VMX-preemption timer expired",
	[53] = "INVVPID",
	[54] = "WBINVD",
	[55] = "XSETBV",
	[56] = "APIC write",
	[57] = "RDRAND",
	[58] = "INVPCID",
	[59] = "VMFUNC",
	[60] = "ENCLS",
	[61] = "RDSEED",
	[62] = "page-modification log full",
	[63] = "XSAVES",
	[64] = "XRSTORS",
};

const char *vmx_error_name(unsigned error)
{
	return error < COUNT(errors) && errors[error].name ? errors[error].name : "undefined";
}

const char *vmx_error_sentence(unsigned error)
{
	return error < COUNT(errors) && errors[error].name ? errors[error].sentence
	                                                   : "the manual has no such error";
}

const char *vmx_exit_name(unsigned reason)
{
	return reason < COUNT(exits) && exits[reason] ? exits[reason] : "undefined";
}
