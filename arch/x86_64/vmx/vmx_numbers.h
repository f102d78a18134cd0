/*
 * The manual's numbers of VMX: capability bits, controls, VM-instruction errors, EPT. Only #define
 * lines of constants, for C and, through build/vmx_numbers.inc, for NASM alike. What is under
 * kernel/ may include it. Pure.
 */
#ifndef ARCH_X86_64_VMX_VMX_NUMBERS_H
#define ARCH_X86_64_VMX_VMX_NUMBERS_H

#include "arch/x86_64/registers.h"

/* A control: a bit of a 32-bit field of the VMCS. */
#define CONTROL(n) (1u << (n))

/* IA32_VMX_BASIC: SDM vol. 3D A.1 "Basic VMX Information" */
#define VMX_BASIC_REVISION          0x7FFFFFFF
#define VMX_BASIC_ALWAYS_0          BIT(31)
#define VMX_BASIC_REGION_SIZE_SHIFT 32
#define VMX_BASIC_REGION_SIZE       0x1FFF
#define VMX_REGION_SIZE_MAX         4096
#define VMX_BASIC_ADDRESSES_32BIT   BIT(48)
#define VMX_BASIC_DUAL_MONITOR      BIT(49)
#define VMX_BASIC_MEMORY_TYPE_SHIFT 50
#define VMX_BASIC_MEMORY_TYPE       0xF
#define VMX_BASIC_INS_OUTS          BIT(54)
#define VMX_BASIC_TRUE_CONTROLS     BIT(55)
#define VMX_BASIC_ANY_ERROR_CODE    BIT(56) /* not in this edition, nor is the next */
#define VMX_BASIC_NESTED_EXCEPTION  BIT(58)
#define VMX_MEMORY_UNCACHEABLE      0
#define VMX_MEMORY_WRITE_BACK       6

/* IA32_VMX_MISC: SDM vol. 3D A.6 "Miscellaneous Data" */
#define VMX_MISC_TIMER_RATE             0x1F
#define VMX_MISC_STORE_LMA              BIT(5)
#define VMX_MISC_ACTIVITY_HLT           BIT(6)
#define VMX_MISC_ACTIVITY_SHUTDOWN      BIT(7)
#define VMX_MISC_ACTIVITY_WAIT_FOR_SIPI BIT(8)
#define VMX_MISC_PT_IN_VMX              BIT(14)
#define VMX_MISC_RDMSR_SMBASE           BIT(15)
#define VMX_MISC_CR3_TARGETS_SHIFT      16
#define VMX_MISC_CR3_TARGETS            0x1FF
#define VMX_MISC_MSR_LIST_SHIFT         25
#define VMX_MISC_MSR_LIST               7
#define VMX_MISC_SMM_MONITOR_CTL        BIT(28)
#define VMX_MISC_VMWRITE_EXIT_FIELDS    BIT(29)
#define VMX_MISC_ZERO_LENGTH_INJECTION  BIT(30)
#define VMX_MISC_MSEG_REVISION_SHIFT    32

/* IA32_VMX_EPT_VPID_CAP: SDM vol. 3D A.10 "VPID and EPT Capabilities" */
#define EPT_VPID_EXECUTE_ONLY       BIT(0)
#define EPT_VPID_WALK_LENGTH_4      BIT(6)
#define EPT_VPID_WALK_LENGTH_5      BIT(7)
#define EPT_VPID_UNCACHEABLE        BIT(8)
#define EPT_VPID_WRITE_BACK         BIT(14)
#define EPT_VPID_PAGES_2M           BIT(16)
#define EPT_VPID_PAGES_1G           BIT(17)
#define EPT_VPID_INVEPT             BIT(20)
#define EPT_VPID_ACCESSED_DIRTY     BIT(21)
#define EPT_VPID_ADVANCED_EXIT      BIT(22)
#define EPT_VPID_SHADOW_STACK       BIT(23)
#define EPT_VPID_INVEPT_SINGLE      BIT(25)
#define EPT_VPID_INVEPT_ALL         BIT(26)
#define EPT_VPID_INVVPID            BIT(32)
#define EPT_VPID_INVVPID_ADDRESS    BIT(40)
#define EPT_VPID_INVVPID_SINGLE     BIT(41)
#define EPT_VPID_INVVPID_ALL        BIT(42)
#define EPT_VPID_INVVPID_NO_GLOBALS BIT(43)
#define EPT_VPID_HLAT_PREFIX_SHIFT  48 /* not in this edition */
#define EPT_VPID_HLAT_PREFIX        0x3F

/* IA32_VMX_VMFUNC: SDM vol. 3D A.11 "VM Functions" */
#define VMFUNC_EPTP_SWITCHING BIT(0)

/*
 * The MSRs of the controls have in the upper half what may be 1, in the lower half what must be 1:
 * SDM vol. 3D A.3 "VM-Execution Controls". Of the default1 class: SDM vol. 3D A.2 "Reserved
 * Controls and Default Settings".
 */
#define VMX_ALLOWED1_SHIFT 32
#define PIN_DEFAULT1       0x00000016u
#define PRIMARY_DEFAULT1   0x0401E172u
#define EXIT_DEFAULT1      0x00036DFFu
#define ENTRY_DEFAULT1     0x000011FFu

/* SDM vol. 3C 24.6.1 "Pin-Based VM-Execution Controls" */
#define PIN_EXTERNAL_INTERRUPT_EXITING CONTROL(0)
#define PIN_NMI_EXITING                CONTROL(3)
#define PIN_VIRTUAL_NMIS               CONTROL(5)
#define PIN_PREEMPTION_TIMER           CONTROL(6)
#define PIN_POSTED_INTERRUPTS          CONTROL(7)

/* SDM vol. 3C 24.6.2 "Processor-Based VM-Execution Controls" */
#define PRIMARY_INTERRUPT_WINDOW_EXITING CONTROL(2)
#define PRIMARY_TSC_OFFSETTING           CONTROL(3)
#define PRIMARY_HLT_EXITING              CONTROL(7)
#define PRIMARY_INVLPG_EXITING           CONTROL(9)
#define PRIMARY_MWAIT_EXITING            CONTROL(10)
#define PRIMARY_RDPMC_EXITING            CONTROL(11)
#define PRIMARY_RDTSC_EXITING            CONTROL(12)
#define PRIMARY_CR3_LOAD_EXITING         CONTROL(15)
#define PRIMARY_CR3_STORE_EXITING        CONTROL(16)
#define PRIMARY_TERTIARY                 CONTROL(17)
#define PRIMARY_CR8_LOAD_EXITING         CONTROL(19)
#define PRIMARY_CR8_STORE_EXITING        CONTROL(20)
#define PRIMARY_TPR_SHADOW               CONTROL(21)
#define PRIMARY_NMI_WINDOW_EXITING       CONTROL(22)
#define PRIMARY_MOV_DR_EXITING           CONTROL(23)
#define PRIMARY_IO_EXITING               CONTROL(24)
#define PRIMARY_IO_BITMAPS               CONTROL(25)
#define PRIMARY_MONITOR_TRAP_FLAG        CONTROL(27)
#define PRIMARY_MSR_BITMAPS              CONTROL(28)
#define PRIMARY_MONITOR_EXITING          CONTROL(29)
#define PRIMARY_PAUSE_EXITING            CONTROL(30)
#define PRIMARY_SECONDARY                CONTROL(31)

#define SECONDARY_VIRTUALIZE_APIC_ACCESSES CONTROL(0)
#define SECONDARY_EPT                      CONTROL(1)
#define SECONDARY_DESCRIPTOR_TABLE_EXITING CONTROL(2)
#define SECONDARY_RDTSCP                   CONTROL(3)
#define SECONDARY_VIRTUALIZE_X2APIC        CONTROL(4)
#define SECONDARY_VPID                     CONTROL(5)
#define SECONDARY_WBINVD_EXITING           CONTROL(6)
#define SECONDARY_UNRESTRICTED             CONTROL(7)
#define SECONDARY_APIC_REGISTERS           CONTROL(8)
#define SECONDARY_VIRTUAL_INTERRUPTS       CONTROL(9)
#define SECONDARY_PAUSE_LOOP_EXITING       CONTROL(10)
#define SECONDARY_RDRAND_EXITING           CONTROL(11)
#define SECONDARY_INVPCID                  CONTROL(12)
#define SECONDARY_VM_FUNCTIONS             CONTROL(13)
#define SECONDARY_VMCS_SHADOWING           CONTROL(14)
#define SECONDARY_ENCLS_EXITING            CONTROL(15)
#define SECONDARY_RDSEED_EXITING           CONTROL(16)
#define SECONDARY_PML                      CONTROL(17)
#define SECONDARY_EPT_VIOLATION_VE         CONTROL(18)
#define SECONDARY_CONCEAL_FROM_PT          CONTROL(19)
#define SECONDARY_XSAVES                   CONTROL(20)
#define SECONDARY_PASID_TRANSLATION        CONTROL(21)
#define SECONDARY_MODE_BASED_EXECUTE       CONTROL(22)
#define SECONDARY_SUB_PAGE_WRITE           CONTROL(23)
#define SECONDARY_PT_GUEST_PHYSICAL        CONTROL(24)
#define SECONDARY_TSC_SCALING              CONTROL(25)
#define SECONDARY_USER_WAIT_PAUSE          CONTROL(26)
#define SECONDARY_PCONFIG                  CONTROL(27)
#define SECONDARY_ENCLV_EXITING            CONTROL(28)
#define SECONDARY_BUS_LOCK_DETECTION       CONTROL(30)
#define SECONDARY_INSTRUCTION_TIMEOUT      CONTROL(31)

/* Tertiary controls, which this edition does not have. Their MSR has only bits that may be 1. */
#define TERTIARY_LOADIWKEY_EXITING         BIT(0)
#define TERTIARY_HLAT                      BIT(1)
#define TERTIARY_EPT_PAGING_WRITE          BIT(2)
#define TERTIARY_GUEST_PAGING_VERIFICATION BIT(3)
#define TERTIARY_IPI_VIRTUALIZATION        BIT(4)
#define TERTIARY_SEAM_GUEST_PHYSICAL       BIT(5)
#define TERTIARY_MSR_LIST                  BIT(6)
#define TERTIARY_VIRTUALIZE_SPEC_CTRL      BIT(7)
#define TERTIARY_APIC_TIMER_VIRTUALIZATION BIT(8)
#define TERTIARY_PBNDKB                    BIT(9)
#define TERTIARY_PEBS_GUEST_PHYSICAL       BIT(12)

/* SDM vol. 3C 24.7.1 "VM-Exit Controls" */
#define EXIT_SAVE_DEBUG            CONTROL(2)
#define EXIT_HOST_64BIT            CONTROL(9)
#define EXIT_LOAD_PERF_GLOBAL_CTRL CONTROL(12)
#define EXIT_ACKNOWLEDGE_INTERRUPT CONTROL(15)
#define EXIT_SAVE_PAT              CONTROL(18)
#define EXIT_LOAD_PAT              CONTROL(19)
#define EXIT_SAVE_EFER             CONTROL(20)
#define EXIT_LOAD_EFER             CONTROL(21)
#define EXIT_SAVE_PREEMPTION_TIMER CONTROL(22)
#define EXIT_CLEAR_BNDCFGS         CONTROL(23)
#define EXIT_CONCEAL_FROM_PT       CONTROL(24)
#define EXIT_CLEAR_RTIT_CTL        CONTROL(25)
#define EXIT_CLEAR_LBR_CTL         CONTROL(26)
#define EXIT_CLEAR_UINV            CONTROL(27)
#define EXIT_LOAD_CET              CONTROL(28)
#define EXIT_LOAD_PKRS             CONTROL(29)
#define EXIT_SAVE_PERF_GLOBAL_CTRL CONTROL(30)
#define EXIT_SECONDARY             CONTROL(31)

/* Secondary VM-exit controls, likewise. */
#define EXIT2_SAVE_FRED                     BIT(0)
#define EXIT2_LOAD_FRED                     BIT(1)
#define EXIT2_LOAD_SPEC_CTRL                BIT(2)
#define EXIT2_PREMATURELY_BUSY_SHADOW_STACK BIT(3)

/* SDM vol. 3C 24.8.1 "VM-Entry Controls" */
#define ENTRY_LOAD_DEBUG              CONTROL(2)
#define ENTRY_IA32E_GUEST             CONTROL(9)
#define ENTRY_TO_SMM                  CONTROL(10)
#define ENTRY_DEACTIVATE_DUAL_MONITOR CONTROL(11)
#define ENTRY_LOAD_PERF_GLOBAL_CTRL   CONTROL(13)
#define ENTRY_LOAD_PAT                CONTROL(14)
#define ENTRY_LOAD_EFER               CONTROL(15)
#define ENTRY_LOAD_BNDCFGS            CONTROL(16)
#define ENTRY_CONCEAL_FROM_PT         CONTROL(17)
#define ENTRY_LOAD_RTIT_CTL           CONTROL(18)
#define ENTRY_LOAD_UINV               CONTROL(19)
#define ENTRY_LOAD_CET                CONTROL(20)
#define ENTRY_LOAD_LBR_CTL            CONTROL(21)
#define ENTRY_LOAD_PKRS               CONTROL(22)
#define ENTRY_LOAD_FRED               CONTROL(23)
#define ENTRY_LOAD_SPEC_CTRL          CONTROL(24)
#define ENTRY_SEAM_GUEST_TELEMETRY    CONTROL(25)

/* SDM vol. 3C 30.4 "VM Instruction Error Numbers" */
#define VMX_ERROR_VMCALL_IN_ROOT             1
#define VMX_ERROR_VMCLEAR_ADDRESS            2
#define VMX_ERROR_VMCLEAR_VMXON_REGION       3
#define VMX_ERROR_VMLAUNCH_NOT_CLEAR         4
#define VMX_ERROR_VMRESUME_NOT_LAUNCHED      5
#define VMX_ERROR_VMRESUME_AFTER_VMXOFF      6
#define VMX_ERROR_CONTROLS                   7
#define VMX_ERROR_HOST_STATE                 8
#define VMX_ERROR_VMPTRLD_ADDRESS            9
#define VMX_ERROR_VMPTRLD_VMXON_REGION       10
#define VMX_ERROR_VMPTRLD_REVISION           11
#define VMX_ERROR_UNSUPPORTED_FIELD          12
#define VMX_ERROR_READ_ONLY_FIELD            13
#define VMX_ERROR_VMXON_IN_ROOT              15
#define VMX_ERROR_EXECUTIVE_POINTER          16
#define VMX_ERROR_EXECUTIVE_NOT_LAUNCHED     17
#define VMX_ERROR_EXECUTIVE_NOT_VMXON_REGION 18
#define VMX_ERROR_VMCALL_NOT_CLEAR           19
#define VMX_ERROR_VMCALL_EXIT_CONTROLS       20
#define VMX_ERROR_VMCALL_MSEG_REVISION       22
#define VMX_ERROR_VMXOFF_DUAL_MONITOR        23
#define VMX_ERROR_VMCALL_SMM_FEATURES        24
#define VMX_ERROR_EXECUTIVE_CONTROLS         25
#define VMX_ERROR_BLOCKED_BY_MOV_SS          26
#define VMX_ERROR_INVEPT_INVVPID_OPERAND     28

/* Interruptibility and activity state: SDM vol. 3C 24.4.2 "Guest Non-Register State" */
#define BLOCKING_BY_STI        BIT(0)
#define BLOCKING_BY_MOV_SS     BIT(1)
#define BLOCKING_BY_SMI        BIT(2)
#define BLOCKING_BY_NMI        BIT(3)
#define ENCLAVE_INTERRUPTION   BIT(4)
#define ACTIVITY_HLT           1
#define ACTIVITY_SHUTDOWN      2
#define ACTIVITY_WAIT_FOR_SIPI 3
#define ACTIVITY_LAST          3
#define PENDING_BREAKPOINT     BIT(12)
#define PENDING_STEP           BIT(14)
#define PENDING_RTM            BIT(16)

/* Access rights of segments in the VMCS: SDM vol. 3C 24.4.1 "Guest Register State" */
#define RIGHTS_TYPE        0xF
#define RIGHTS_SYSTEM      0x1F
#define RIGHTS_DPL         0x60
#define RIGHTS_PRESENT     BIT(7)
#define RIGHTS_LONG        BIT(13)
#define RIGHTS_DEFAULT_32  BIT(14)
#define RIGHTS_GRANULARITY BIT(15)
#define RIGHTS_UNUSABLE    0x10000
#define RIGHTS_TSS_BUSY_16 3
#define RIGHTS_TSS_BUSY    11
#define RIGHTS_CODE64      0xA09B
#define RIGHTS_CODE16      0x9B
#define RIGHTS_DATA16      0x93
#define RIGHTS_BUSY_TSS    0x8B
#define RIGHTS_LDT         0x82

/*
 * EPT: SDM vol. 3C 24.6.11 "Extended-Page-Table Pointer (EPTP)", SDM vol. 3C 28.2.2 "EPT
 * Translation Mechanism"
 */
#define EPTP_WALK_LENGTH_4  (3 << 3)
#define EPTP_ACCESSED_DIRTY BIT(6)
#define EPT_READ            BIT(0)
#define EPT_WRITE           BIT(1)
#define EPT_EXECUTE         BIT(2)
#define EPT_WRITE_BACK      (6ull << 3)
#define EPT_LARGE           BIT(7)
#define EPT_ACCESSED        BIT(8)
#define EPT_DIRTY           BIT(9)
#define EPT_EXECUTE_USER    BIT(10) /* with mode-based execute control */

/* The type of INVEPT and INVVPID: SDM vol. 3C 30.3 "VMX Instructions" */
#define INVALIDATE_ALL_CONTEXTS 2

#endif
