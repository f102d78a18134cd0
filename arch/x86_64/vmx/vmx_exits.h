/*
 * The manual's numbers of VM exits: reasons, qualifications, information about events. Only #define
 * lines of constants, for C and, through build/vmx_exits.inc, for NASM alike. What is under kernel/
 * may include it. Pure.
 */
#ifndef ARCH_X86_64_VMX_VMX_EXITS_H
#define ARCH_X86_64_VMX_VMX_EXITS_H

#include "arch/x86_64/registers.h"

/* SDM vol. 3D Appendix C "VMX Basic Exit Reasons" */
#define EXIT_REASON_EXCEPTION            0
#define EXIT_REASON_EXTERNAL_INTERRUPT   1
#define EXIT_REASON_TRIPLE_FAULT         2
#define EXIT_REASON_INIT                 3
#define EXIT_REASON_SIPI                 4
#define EXIT_REASON_IO_SMI               5
#define EXIT_REASON_OTHER_SMI            6
#define EXIT_REASON_INTERRUPT_WINDOW     7
#define EXIT_REASON_NMI_WINDOW           8
#define EXIT_REASON_TASK_SWITCH          9
#define EXIT_REASON_CPUID                10
#define EXIT_REASON_GETSEC               11
#define EXIT_REASON_HLT                  12
#define EXIT_REASON_INVD                 13
#define EXIT_REASON_INVLPG               14
#define EXIT_REASON_RDPMC                15
#define EXIT_REASON_RDTSC                16
#define EXIT_REASON_RSM                  17
#define EXIT_REASON_VMCALL               18
#define EXIT_REASON_VMCLEAR              19
#define EXIT_REASON_VMLAUNCH             20
#define EXIT_REASON_VMPTRLD              21
#define EXIT_REASON_VMPTRST              22
#define EXIT_REASON_VMREAD               23
#define EXIT_REASON_VMRESUME             24
#define EXIT_REASON_VMWRITE              25
#define EXIT_REASON_VMXOFF               26
#define EXIT_REASON_VMXON                27
#define EXIT_REASON_CR_ACCESS            28
#define EXIT_REASON_MOV_DR               29
#define EXIT_REASON_IO                   30
#define EXIT_REASON_RDMSR                31
#define EXIT_REASON_WRMSR                32
#define EXIT_REASON_INVALID_GUEST        33
#define EXIT_REASON_MSR_LOADING          34
#define EXIT_REASON_MWAIT                36
#define EXIT_REASON_MONITOR_TRAP_FLAG    37
#define EXIT_REASON_MONITOR              39
#define EXIT_REASON_PAUSE                40
#define EXIT_REASON_MACHINE_CHECK        41
#define EXIT_REASON_TPR_BELOW_THRESHOLD  43
#define EXIT_REASON_APIC_ACCESS          44
#define EXIT_REASON_VIRTUALIZED_EOI      45
#define EXIT_REASON_GDTR_IDTR            46
#define EXIT_REASON_LDTR_TR              47
#define EXIT_REASON_EPT_VIOLATION        48
#define EXIT_REASON_EPT_MISCONFIGURATION 49
#define EXIT_REASON_INVEPT               50
#define EXIT_REASON_RDTSCP               51
#define EXIT_REASON_PREEMPTION_TIMER     52
#define EXIT_REASON_INVVPID              53
#define EXIT_REASON_WBINVD               54
#define EXIT_REASON_XSETBV               55
#define EXIT_REASON_APIC_WRITE           56
#define EXIT_REASON_RDRAND               57
#define EXIT_REASON_INVPCID              58
#define EXIT_REASON_VMFUNC               59
#define EXIT_REASON_ENCLS                60
#define EXIT_REASON_RDSEED               61
#define EXIT_REASON_PML_FULL             62
#define EXIT_REASON_XSAVES               63
#define EXIT_REASON_XRSTORS              64
#define EXIT_REASON_PCONFIG              65 /* this and the next are not in this edition */
#define EXIT_REASON_SPP                  66
#define EXIT_REASON_UMWAIT               67
#define EXIT_REASON_TPAUSE               68
#define EXIT_REASON_LOADIWKEY            69
#define EXIT_REASON_ENCLV                70
#define EXIT_REASON_ENQCMD               72
#define EXIT_REASON_ENQCMDS              73
#define EXIT_REASON_BUS_LOCK             74
#define EXIT_REASON_INSTRUCTION_TIMEOUT  75
#define EXIT_REASON_SEAMCALL             76
#define EXIT_REASON_TDCALL               77
#define EXIT_REASON_RDMSRLIST            78
#define EXIT_REASON_WRMSRLIST            79
#define EXIT_REASON_URDMSR               80
#define EXIT_REASON_UWRMSR               81
#define EXIT_REASON_RDMSR_IMMEDIATE      84
#define EXIT_REASON_WRMSRNS_IMMEDIATE    85
#define EXIT_REASON_ENTRY_FAILURE        BIT(31)

/* Exit qualifications: SDM vol. 3C 27.2.1 "Basic VM-Exit Information" */
#define EXIT_IO_IN              BIT(3)
#define EXIT_IO_STRING          BIT(4)
#define EXIT_IO_REP             BIT(5)
#define EXIT_IO_IMMEDIATE       BIT(6)
#define EXIT_IO_PORT_SHIFT      16
#define EPT_VIOLATION_DATA_READ 0x181    /* a read at a linear address whose page is not mapped */
#define EPT_VIOLATION_DEFINED   0x1BFull /* the bits that every CPU defines */

/* SDM vol. 3C 27.2.2 "Information for VM Exits Due to Vectored Events" */
#define INTERRUPTION_VECTOR     0xFF
#define INTERRUPTION_TYPE       0x700
#define INTERRUPTION_TYPE_NMI   0x200
#define INTERRUPTION_ERROR_CODE BIT(11)
#define INTERRUPTION_VALID      BIT(31)

#endif
