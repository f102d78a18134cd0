/* Replaces instructions by the functions of calls.h, in each file that is compiled with -include.
 */
#ifndef TESTS_BOOT_INJECT_CALLS_INSTEAD_H
#define TESTS_BOOT_INJECT_CALLS_INSTEAD_H

#include "arch/x86_64/vmx/survey.h" /* has a member with the name of the macro */
#include "tests/boot/inject/calls/calls.h"

#define cpuid(leaf, subleaf) call_cpuid(leaf, subleaf) /* there is a struct of this name */
#define rdtsc                call_rdtsc
#define rdtsc_ordered        call_rdtsc_ordered
#define rdmsr                call_rdmsr
#define wrmsr                call_wrmsr
#define in8                  call_in8
#define in16                 call_in16
#define in32                 call_in32
#define out8                 call_out8
#define out16                call_out16
#define out32                call_out32
#define rdmsr_safe           call_rdmsr_safe
#define wrmsr_safe           call_wrmsr_safe
#define write_cr0_safe       call_write_cr0_safe
#define write_cr4_safe       call_write_cr4_safe
#define vmxon_safe           call_vmxon_safe
#define vmxoff_safe          call_vmxoff_safe
#define vmclear_safe         call_vmclear_safe
#define vmptrld_safe         call_vmptrld_safe
#define vmread_safe          call_vmread_safe
#define vmwrite_safe         call_vmwrite_safe
#define guest_enter          call_guest_enter
#define apic_send_init       call_apic_send_init
#define apic_send_startup    call_apic_send_startup

#endif
