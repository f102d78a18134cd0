/*
 * The manual's numbers, under the manual's names: registers, their bits, MSR addresses.
 * Only #define lines of constants, for C and, through build/registers.inc, for NASM alike. What is
 * under kernel/ may include it. Pure.
 */
#ifndef ARCH_X86_64_REGISTERS_H
#define ARCH_X86_64_REGISTERS_H

#define BIT(n) (1ull << (n))

/* EFLAGS: SDM vol. 3A 2.3 "System Flags and Fields in the EFLAGS Register" */
#define EFLAGS_CF       BIT(0)
#define EFLAGS_ALWAYS   BIT(1)
#define EFLAGS_PF       BIT(2)
#define EFLAGS_AF       BIT(4)
#define EFLAGS_ZF       BIT(6)
#define EFLAGS_SF       BIT(7)
#define EFLAGS_TF       BIT(8)
#define EFLAGS_IF       BIT(9)
#define EFLAGS_DF       BIT(10)
#define EFLAGS_OF       BIT(11)
#define EFLAGS_NT       BIT(14)
#define EFLAGS_RF       BIT(16)
#define EFLAGS_VM       BIT(17)
#define EFLAGS_ID       BIT(21)
#define EFLAGS_RESERVED 0xFFFFFFFFFFC08028

/*
 * DR7: SDM vol. 3A Table 9-1 "IA-32 and Intel 64 Processor States Following Power-up, Reset, or
 * INIT"
 */
#define DR7_INITIAL 0x400
#define DR7_GD      BIT(13)

/* Vectors: SDM vol. 3A Table 6-1 "Protected-Mode Exceptions and Interrupts" */
#define VECTOR_DE  0
#define VECTOR_DB  1
#define VECTOR_NMI 2
#define VECTOR_BP  3
#define VECTOR_UD  6
#define VECTOR_NM  7
#define VECTOR_DF  8
#define VECTOR_SS  12
#define VECTOR_GP  13
#define VECTOR_PF  14
#define VECTOR_AC  17
#define VECTOR_VE  20
#define VECTOR_MC  18

/* CR0, CR4: SDM vol. 3A 2.5 "Control Registers" */
#define CR0_PE BIT(0)
#define CR0_MP BIT(1)
#define CR0_EM BIT(2)
#define CR0_TS BIT(3)
#define CR0_ET BIT(4)
#define CR0_NE BIT(5)
#define CR0_WP BIT(16)
#define CR0_AM BIT(18)
#define CR0_NW BIT(29)
#define CR0_CD BIT(30)
#define CR0_PG BIT(31)

#define CR4_VME        BIT(0)
#define CR4_PVI        BIT(1)
#define CR4_TSD        BIT(2)
#define CR4_DE         BIT(3)
#define CR4_PSE        BIT(4)
#define CR4_PAE        BIT(5)
#define CR4_MCE        BIT(6)
#define CR4_PGE        BIT(7)
#define CR4_PCE        BIT(8)
#define CR4_OSFXSR     BIT(9)
#define CR4_OSXMMEXCPT BIT(10)
#define CR4_UMIP       BIT(11)
#define CR4_VMXE       BIT(13)
#define CR4_SMXE       BIT(14)
#define CR4_FSGSBASE   BIT(16)
#define CR4_PCIDE      BIT(17)
#define CR4_OSXSAVE    BIT(18)
#define CR4_SMEP       BIT(20)
#define CR4_SMAP       BIT(21)
#define CR4_PKE        BIT(22)

/* Bits of CR4 that came after the edition that is cited here. */
#define CR4_LA57  BIT(12)
#define CR4_KL    BIT(19)
#define CR4_CET   BIT(23)
#define CR4_PKS   BIT(24)
#define CR4_UINTR BIT(25)
#define CR4_LASS  BIT(27)
#define CR4_FRED  BIT(32)

/* CPUID: SDM vol. 2A CPUID "CPU Identification" */
#define CPUID_1_ECX_MONITOR          BIT(3)
#define CPUID_1_ECX_VMX              BIT(5)
#define CPUID_1_ECX_SMX              BIT(6)
#define CPUID_1_ECX_X2APIC           BIT(21)
#define CPUID_1_ECX_RDRAND           BIT(30)
#define CPUID_1_ECX_HYPERVISOR       BIT(31)
#define CPUID_7_EDX_HYBRID           BIT(15)
#define CPUID_1_EDX_MCE              BIT(7)
#define CPUID_1_EDX_MCA              BIT(14)
#define CPUID_1_EDX_APIC             BIT(9)
#define CPUID_1_EDX_HTT              BIT(28)
#define CPUID_1_EDX_MTRR             BIT(12)
#define CPUID_1_EDX_PAT              BIT(16)
#define CPUID_80000001_EDX_NX        BIT(20)
#define CPUID_80000001_EDX_LONG_MODE BIT(29)

/* MSRs: SDM vol. 3C 35.1 "Architectural MSRs" */
#define IA32_TIME_STAMP_COUNTER     0x10
#define IA32_APIC_BASE              0x1B
#define IA32_FEATURE_CONTROL        0x3A
#define IA32_TSC_ADJUST             0x3B
#define IA32_BIOS_UPDT_TRIG         0x79
#define IA32_BIOS_SIGN_ID           0x8B
#define IA32_MTRRCAP                0xFE
#define IA32_SMM_MONITOR_CTL        0x9B
#define IA32_SYSENTER_CS            0x174
#define IA32_SYSENTER_ESP           0x175
#define IA32_SYSENTER_EIP           0x176
#define IA32_MCG_CAP                0x179
#define IA32_MCG_STATUS             0x17A
#define IA32_MISC_ENABLE            0x1A0
#define IA32_DEBUGCTL               0x1D9
#define IA32_MTRR_PHYSBASE0         0x200
#define IA32_MTRR_PHYSMASK0         0x201
#define IA32_MTRR_FIX64K_00000      0x250
#define IA32_MTRR_FIX16K_80000      0x258
#define IA32_MTRR_FIX4K_C0000       0x268
#define IA32_PAT                    0x277
#define IA32_MTRR_DEF_TYPE          0x2FF
#define IA32_MC0_STATUS             0x401
#define IA32_VMX_BASIC              0x480
#define IA32_VMX_PINBASED_CTLS      0x481
#define IA32_VMX_PROCBASED_CTLS     0x482
#define IA32_VMX_EXIT_CTLS          0x483
#define IA32_VMX_ENTRY_CTLS         0x484
#define IA32_VMX_MISC               0x485
#define IA32_VMX_CR0_FIXED0         0x486
#define IA32_VMX_CR0_FIXED1         0x487
#define IA32_VMX_CR4_FIXED0         0x488
#define IA32_VMX_CR4_FIXED1         0x489
#define IA32_VMX_VMCS_ENUM          0x48A
#define IA32_VMX_PROCBASED_CTLS2    0x48B
#define IA32_VMX_EPT_VPID_CAP       0x48C
#define IA32_VMX_TRUE_PINBASED_CTLS 0x48D
#define IA32_VMX_TRUE_ENTRY_CTLS    0x490
#define IA32_VMX_VMFUNC             0x491
#define IA32_RTIT_OUTPUT_BASE       0x560
#define IA32_RTIT_ADDR3_B           0x587
#define IA32_DS_AREA                0x600
#define IA32_PERF_GLOBAL_CTRL       0x38F
#define IA32_XSS                    0xDA0
#define IA32_X2APIC_FIRST           0x800
#define IA32_X2APIC_APICID          0x802
#define IA32_X2APIC_LAST            0x8FF
#define IA32_EFER                   0xC0000080
#define IA32_FS_BASE                0xC0000100
#define IA32_GS_BASE                0xC0000101
#define IA32_KERNEL_GS_BASE         0xC0000102

/* MSRs that came after the edition that is cited here. */
#define IA32_VMX_PROCBASED_CTLS3      0x492
#define IA32_VMX_EXIT_CTLS2           0x493
#define IA32_U_CET                    0x6A0
#define IA32_S_CET                    0x6A2
#define IA32_INTERRUPT_SSP_TABLE_ADDR 0x6A8
#define IA32_PKRS                     0x6E1

/* MTRRs: SDM vol. 3A 11.11 "Memory Type Range Registers (MTRRs)" */
#define MTRRCAP_VARIABLE   0xFF /* number of variable ranges */
#define MTRRCAP_FIXED      BIT(8)
#define MTRR_ENABLE        BIT(11) /* in IA32_MTRR_DEF_TYPE */
#define MTRR_PHYSMASK_USED BIT(11)

#define MCG_CAP_BANKS            0xFF
#define MCI_STATUS_ADDRESS_VALID BIT(58)
#define MCI_STATUS_VALID         BIT(63)

#define IA32_APIC_BASE_BSP     BIT(8)
#define IA32_APIC_BASE_EXTD    BIT(10)
#define IA32_APIC_BASE_EN      BIT(11)
#define IA32_APIC_BASE_ADDRESS 0xFFFFFFFFFF000

#define IA32_FEATURE_CONTROL_LOCK            BIT(0)
#define IA32_FEATURE_CONTROL_VMX_IN_SMX      BIT(1)
#define IA32_FEATURE_CONTROL_VMX_OUTSIDE_SMX BIT(2)
#define IA32_FEATURE_CONTROL_SGX_LAUNCH      BIT(17)
#define IA32_FEATURE_CONTROL_SGX             BIT(18)
#define IA32_FEATURE_CONTROL_LMCE            BIT(20)

#define EFER_SCE BIT(0)
#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)
#define EFER_NXE BIT(11)

/* Page-table entries: SDM vol. 3A 4.5 "IA-32e Paging" */
#define PAGE_PRESENT       BIT(0)
#define PAGE_WRITABLE      BIT(1)
#define PAGE_USER          BIT(2)
#define PAGE_WRITE_THROUGH BIT(3)
#define PAGE_CACHE_DISABLE BIT(4)
#define PAGE_ACCESSED      BIT(5)
#define PAGE_LARGE         BIT(7)
#define PAGE_ADDRESS       0xFFFFFFFFFF000

/* Page attributes: SDM vol. 3A 11.12.2 "IA32_PAT MSR" */
#define PAT_ENTRY_SHIFT(n)  ((n) * 8)
#define PAT_WRITE_COMBINING 1ull
#define PAT_DISPLAY         2 /* what PAGE_CACHE_DISABLE alone selects; uncached after reset */

/* Segment descriptors: SDM vol. 3A 3.4.5 "Segment Descriptors" */
#define GDT_CODE64    0x00AF9B000000FFFF
#define GDT_CODE32    0x00CF9B000000FFFF
#define GDT_DATA      0x00CF93000000FFFF
#define SELECTOR_CODE 0x08
#define SELECTOR_TSS  0x10

/* 16550 UART registers, as offsets from its base */
#define UART_DATA                          0
#define UART_DIVISOR_LOW                   0
#define UART_DIVISOR_HIGH                  1
#define UART_INTERRUPT_ENABLE              1
#define UART_FIFO_CONTROL                  2
#define UART_INTERRUPT_ID                  2
#define UART_LINE_CONTROL                  3
#define UART_MODEM_CONTROL                 4
#define UART_LINE_STATUS                   5
#define UART_INTERRUPT_ENABLE_ALL          0x0F
#define UART_LINE_CONTROL_8N1              0x03
#define UART_LINE_CONTROL_DLAB             0x80
#define UART_FIFO_CONTROL_ENABLE           0x07
#define UART_INTERRUPT_ID_FIFOS            0xC0
#define UART_MODEM_CONTROL_DTR_RTS         0x03
#define UART_LINE_STATUS_DATA_READY        0x01
#define UART_LINE_STATUS_THR_EMPTY         0x20
#define UART_LINE_STATUS_TRANSMITTER_EMPTY 0x40

#endif
