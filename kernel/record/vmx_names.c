#include "kernel/record/vmx_names.h"

#include "arch/x86_64/vmx/vmx_exits.h"
#include "arch/x86_64/vmx/vmx_numbers.h"
#include "kernel/lib/count.h"

/* The names of SDM vol. 3C 30.4 "VM Instruction Error Numbers", and the usual cause. */
static const struct {
	const char *name;
	const char *sentence;
} errors[] = {
	[VMX_ERROR_VMCALL_IN_ROOT] = {"VMCALL executed in VMX root operation",
                                      "VMCALL is for guests and for entering an STM"},
	[VMX_ERROR_VMCLEAR_ADDRESS] =
		{"VMCLEAR with invalid physical address",
                 "the address is misaligned or wider than the CPU's physical addresses"},
	[VMX_ERROR_VMCLEAR_VMXON_REGION] = {"VMCLEAR with VMXON pointer",
                                            "the VMXON region cannot be used as a VMCS"},
	[VMX_ERROR_VMLAUNCH_NOT_CLEAR] =
		{"VMLAUNCH with non-clear VMCS",
                 "VMLAUNCH requires a clear VMCS; VMRESUME enters a launched one"},
	[VMX_ERROR_VMRESUME_NOT_LAUNCHED] = {"VMRESUME with non-launched VMCS",
                                             "VMRESUME requires a launched VMCS"},
	[VMX_ERROR_VMRESUME_AFTER_VMXOFF] =
		{"VMRESUME after VMXOFF (VMXOFF and VMXON between VMLAUNCH and VMRESUME)",
                 "the VMCS must be cleared and launched again"},
	[VMX_ERROR_CONTROLS] = {"VM entry with invalid control field(s)",
                                "a control has a value that the capability MSRs do not allow, or "
                                "that conflicts with another"},
	[VMX_ERROR_HOST_STATE] = {"VM entry with invalid host-state field(s)",
                                  "the state that VM exits load is invalid"},
	[VMX_ERROR_VMPTRLD_ADDRESS] =
		{"VMPTRLD with invalid physical address",
                 "the address is misaligned or wider than the CPU's physical addresses"},
	[VMX_ERROR_VMPTRLD_VMXON_REGION] = {"VMPTRLD with VMXON pointer",
                                            "the VMXON region cannot be used as a VMCS"},
	[VMX_ERROR_VMPTRLD_REVISION] =
		{"VMPTRLD with incorrect VMCS revision identifier",
                 "the region must start with the revision identifier from IA32_VMX_BASIC"},
	[VMX_ERROR_UNSUPPORTED_FIELD] = {"VMREAD/VMWRITE from/to unsupported VMCS component",
                                         "the CPU does not support this field"},
	[VMX_ERROR_READ_ONLY_FIELD] = {"VMWRITE to read-only VMCS component",
                                       "only VM exits write this field"},
	[VMX_ERROR_VMXON_IN_ROOT] = {"VMXON executed in VMX root operation",
                                     "the CPU is in VMX operation already"},
	[VMX_ERROR_EXECUTIVE_POINTER] = {"VM entry with invalid executive-VMCS pointer",
                                         "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_EXECUTIVE_NOT_LAUNCHED] = {"VM entry with non-launched executive VMCS",
                                              "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_EXECUTIVE_NOT_VMXON_REGION] =
		{"VM entry with executive-VMCS pointer not VMXON pointer",
                 "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_VMCALL_NOT_CLEAR] = {"VMCALL with non-clear VMCS",
                                        "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_VMCALL_EXIT_CONTROLS] = {"VMCALL with invalid VM-exit control fields",
                                            "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_VMCALL_MSEG_REVISION] = {"VMCALL with incorrect MSEG revision identifier",
                                            "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_VMXOFF_DUAL_MONITOR] = {"VMXOFF under dual-monitor treatment of SMIs and SMM",
                                           "deactivate the SMM-transfer monitor first"},
	[VMX_ERROR_VMCALL_SMM_FEATURES] = {"VMCALL with invalid SMM-monitor features",
                                           "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_EXECUTIVE_CONTROLS] =
		{"VM entry with invalid VM-execution control fields in executive VMCS",
                 "only an SMM-transfer monitor (STM) can cause this"},
	[VMX_ERROR_BLOCKED_BY_MOV_SS] = {"VM entry with events blocked by MOV SS",
                                         "the preceding instruction loaded SS"},
	[VMX_ERROR_INVEPT_INVVPID_OPERAND] =
		{"Invalid operand to INVEPT/INVVPID",
                 "the type is unsupported, or the descriptor is invalid for it"},
};

/* The names of SDM vol. 3D Appendix C "VMX Basic Exit Reasons", shortened. */
static const char *const exits[] = {
	[EXIT_REASON_EXCEPTION] = "exception or NMI",
	[EXIT_REASON_EXTERNAL_INTERRUPT] = "external interrupt",
	[EXIT_REASON_TRIPLE_FAULT] = "triple fault",
	[EXIT_REASON_INIT] = "INIT signal",
	[EXIT_REASON_SIPI] = "start-up IPI (SIPI)",
	[EXIT_REASON_IO_SMI] = "I/O SMI",
	[EXIT_REASON_OTHER_SMI] = "other SMI",
	[EXIT_REASON_INTERRUPT_WINDOW] = "interrupt window",
	[EXIT_REASON_NMI_WINDOW] = "NMI window",
	[EXIT_REASON_TASK_SWITCH] = "task switch",
	[EXIT_REASON_CPUID] = "CPUID",
	[EXIT_REASON_GETSEC] = "GETSEC",
	[EXIT_REASON_HLT] = "HLT",
	[EXIT_REASON_INVD] = "INVD",
	[EXIT_REASON_INVLPG] = "INVLPG",
	[EXIT_REASON_RDPMC] = "RDPMC",
	[EXIT_REASON_RDTSC] = "RDTSC",
	[EXIT_REASON_RSM] = "RSM",
	[EXIT_REASON_VMCALL] = "VMCALL",
	[EXIT_REASON_VMCLEAR] = "VMCLEAR",
	[EXIT_REASON_VMLAUNCH] = "VMLAUNCH",
	[EXIT_REASON_VMPTRLD] = "VMPTRLD",
	[EXIT_REASON_VMPTRST] = "VMPTRST",
	[EXIT_REASON_VMREAD] = "VMREAD",
	[EXIT_REASON_VMRESUME] = "VMRESUME",
	[EXIT_REASON_VMWRITE] = "VMWRITE",
	[EXIT_REASON_VMXOFF] = "VMXOFF",
	[EXIT_REASON_VMXON] = "VMXON",
	[EXIT_REASON_CR_ACCESS] = "control-register accesses",
	[EXIT_REASON_MOV_DR] = "MOV DR",
	[EXIT_REASON_IO] = "I/O instruction",
	[EXIT_REASON_RDMSR] = "RDMSR",
	[EXIT_REASON_WRMSR] = "WRMSR",
	[EXIT_REASON_INVALID_GUEST] = "VM-entry failure due to invalid guest state",
	[EXIT_REASON_MSR_LOADING] = "VM-entry failure due to MSR loading",
	[EXIT_REASON_MWAIT] = "MWAIT",
	[EXIT_REASON_MONITOR_TRAP_FLAG] = "monitor trap flag",
	[EXIT_REASON_MONITOR] = "MONITOR",
	[EXIT_REASON_PAUSE] = "PAUSE",
	[EXIT_REASON_MACHINE_CHECK] = "VM-entry failure due to machine-check event",
	[EXIT_REASON_TPR_BELOW_THRESHOLD] = "TPR below threshold",
	[EXIT_REASON_APIC_ACCESS] = "APIC access",
	[EXIT_REASON_VIRTUALIZED_EOI] = "virtualized EOI",
	[EXIT_REASON_GDTR_IDTR] = "access to GDTR or IDTR",
	[EXIT_REASON_LDTR_TR] = "access to LDTR or TR",
	[EXIT_REASON_EPT_VIOLATION] = "EPT violation",
	[EXIT_REASON_EPT_MISCONFIGURATION] = "EPT misconfiguration",
	[EXIT_REASON_INVEPT] = "INVEPT",
	[EXIT_REASON_RDTSCP] = "RDTSCP",
	[EXIT_REASON_PREEMPTION_TIMER] = "VMX-preemption timer expired",
	[EXIT_REASON_INVVPID] = "INVVPID",
	[EXIT_REASON_WBINVD] = "WBINVD",
	[EXIT_REASON_XSETBV] = "XSETBV",
	[EXIT_REASON_APIC_WRITE] = "APIC write",
	[EXIT_REASON_RDRAND] = "RDRAND",
	[EXIT_REASON_INVPCID] = "INVPCID",
	[EXIT_REASON_VMFUNC] = "VMFUNC",
	[EXIT_REASON_ENCLS] = "ENCLS",
	[EXIT_REASON_RDSEED] = "RDSEED",
	[EXIT_REASON_PML_FULL] = "page-modification log full",
	[EXIT_REASON_XSAVES] = "XSAVES",
	[EXIT_REASON_XRSTORS] = "XRSTORS",
	[EXIT_REASON_PCONFIG] = "PCONFIG",
	[EXIT_REASON_SPP] = "SPP-related event",
	[EXIT_REASON_UMWAIT] = "UMWAIT",
	[EXIT_REASON_TPAUSE] = "TPAUSE",
	[EXIT_REASON_LOADIWKEY] = "LOADIWKEY",
	[EXIT_REASON_ENCLV] = "ENCLV",
	[EXIT_REASON_ENQCMD] = "ENQCMD PASID translation failure",
	[EXIT_REASON_ENQCMDS] = "ENQCMDS PASID translation failure",
	[EXIT_REASON_BUS_LOCK] = "bus lock",
	[EXIT_REASON_INSTRUCTION_TIMEOUT] = "instruction timeout",
	[EXIT_REASON_SEAMCALL] = "SEAMCALL",
	[EXIT_REASON_TDCALL] = "TDCALL",
	[EXIT_REASON_RDMSRLIST] = "RDMSRLIST",
	[EXIT_REASON_WRMSRLIST] = "WRMSRLIST",
	[EXIT_REASON_URDMSR] = "URDMSR",
	[EXIT_REASON_UWRMSR] = "UWRMSR",
	[EXIT_REASON_RDMSR_IMMEDIATE] = "RDMSR with an immediate operand",
	[EXIT_REASON_WRMSRNS_IMMEDIATE] = "WRMSRNS with an immediate operand",
};

const char *vmx_error_name(unsigned error)
{
	return error < COUNT_OF(errors) && errors[error].name ? errors[error].name : "undefined";
}

const char *vmx_error_sentence(unsigned error)
{
	return error < COUNT_OF(errors) && errors[error].name ? errors[error].sentence
	                                                      : "the SDM defines no such error";
}

const char *vmx_exit_name(unsigned reason)
{
	return reason < COUNT_OF(exits) && exits[reason] ? exits[reason] : "unknown to rootmode";
}
