; The first instructions of an AP, from real mode to 64-bit mode. A SIPI names a page below 1 MiB, so this code
; runs in a copy in such a page, whose address is known at run time only. AT() is an offset in that page; the
; BSP stores the page's address in the copy's trampoline_page. All APs run the copy at the same time: it writes
; only values that are the same for all of them, and counts with locked instructions.

%include "registers.inc"

%define AT(label) (label - trampoline_start)

CPU_SILENT equ 0			; enum cpu_progress: smp.c asserts both
CPU_PROTECTED_MODE equ 1
CPU_NO_EXECUTE_DISABLE equ 6
VENDOR_GENU equ 0x756E6547		; "Genu", of GenuineIntel
NO_EXECUTE_DISABLE_HIGH equ 1 << 2	; bit 34 of IA32_MISC_ENABLE, in its upper half
APIC_ID equ 0x20

global trampoline_start, trampoline_end
global trampoline_page, trampoline_cr3, trampoline_efer, trampoline_apic_ids, trampoline_progress
global trampoline_count, trampoline_stacks, trampoline_slot, trampoline_main
global trampoline_started, trampoline_unlisted, trampoline_unlisted_id, trampoline_no_execute, trampoline_observe

section .rodata

bits 16

; On entry: real mode, CS = address of the page / 16, IP = 0, interrupts off, after INIT-SIPI (SDM
; vol. 3A 8.4.3 "MP Initialization Protocol Algorithm for MP Systems"); the other registers as INIT left them
; (SDM vol. 3A 9.1.1 "Processor State After Reset"). No stack: there is none per AP yet, so ESP keeps CR0 for
; the report. Clobbers every register. Goes to protected_mode.
;
; The first thing that an AP does is to count itself: if it hangs later, the report can say that it started.
; The operands of LGDT and of the two far jumps need linear addresses, which depend on the page, so they are
; computed here.
align 16
trampoline_start:
	cli
	cld
	mov ax, cs
	mov ds, ax
	mov esp, cr0
	lock inc dword [AT(trampoline_started)]
	mov ebx, [AT(trampoline_page)]
	lea eax, [ebx + AT(gdt)]
	mov [AT(gdt_pointer.base)], eax
	lea eax, [ebx + AT(protected_mode)]
	mov [AT(far_protected)], eax
	lea eax, [ebx + AT(trampoline_long_mode)]
	mov [AT(far_long)], eax
	o32 lgdt [AT(gdt_pointer)]
	mov eax, CR0_ET | CR0_PE		; clears CD and NW, which INIT may have left set: enables caches
	mov cr0, eax
	jmp dword far [AT(far_protected)]

bits 32

; On entry: 32-bit protected mode, paging off, EBX = address of the page, ESP = CR0 as found, data segments not
; loaded yet. Clobbers every register except EBX and ESP. Goes to trampoline_long_mode with EDI = this CPU's
; index; or halts, if the CPU's APIC ID is not in the list, or the BSP no longer waits for it.
;
; The APIC ID is the only thing that tells the APs apart. In x2APIC mode it has 32 bits and is read from an MSR;
; in xAPIC mode it has 8 bits, in a memory-mapped register (SDM vol. 3A 10.4.6 "Local APIC ID").
protected_mode:
	mov ax, SELECTOR_DATA
	mov ds, ax
	mov es, ax
	mov ss, ax
	mov ecx, IA32_APIC_BASE
	rdmsr
	test eax, IA32_APIC_BASE_EXTD
	jnz .x2apic
	and eax, 0xFFFFF000
	mov eax, [eax + APIC_ID]
	shr eax, 24
	jmp .find
.x2apic:
	mov ecx, IA32_X2APIC_APICID
	rdmsr
.find:
	mov edi, [ebx + AT(trampoline_apic_ids)]
	mov ecx, [ebx + AT(trampoline_count)]
	repne scasd
	jne .unlisted
	mov edi, [ebx + AT(trampoline_count)]
	sub edi, ecx
	dec edi

	; Announce this CPU, unless the BSP has given it up meanwhile. Each CPU has a progress byte, updated
	; with compare-and-swap: the BSP changes it in the same way, so exactly one of the two wins, and an AP
	; that comes too late never runs kernel code.
	mov esi, [ebx + AT(trampoline_progress)]
	mov al, CPU_SILENT
	mov dl, CPU_PROTECTED_MODE
	lock cmpxchg [esi + edi], dl
	jne .halt

	; Setting EFER.NXE faults on a CPU whose execute-disable bit is disabled, and there is no IDT yet.
	mov ebp, ebx
	mov eax, 0x80000001
	cpuid
	mov ebx, ebp
	not edx
	test edx, [ebx + AT(trampoline_no_execute)]
	jnz enable_execute_disable
enter_long_mode:
	; To 64-bit mode, in the order of SDM vol. 3A 9.8.5 "Initializing IA-32e Mode".
	mov eax, cr4
	and eax, CR4_MCE		; as found: a TDX guest must not clear it
	or eax, CR4_PAE
	mov cr4, eax
	mov eax, [ebx + AT(trampoline_cr3)]
	mov cr3, eax
	mov ecx, IA32_EFER
	rdmsr
	or eax, [ebx + AT(trampoline_efer)]
	wrmsr
	mov eax, CR0_PG | CR0_WP | CR0_ET | CR0_PE
	mov cr0, eax
	jmp far [ebx + AT(far_long)]

protected_mode.unlisted:
	mov [ebx + AT(trampoline_unlisted_id)], eax
	lock inc dword [ebx + AT(trampoline_unlisted)]
protected_mode.halt:
	cli
	hlt
	jmp protected_mode.halt

; EBX, EDI, ESI as above. On Intel's CPUs IA32_MISC_ENABLE[34] disables the bit, and enables it again.
enable_execute_disable:
	mov ebp, ebx
	xor eax, eax
	cpuid
	cmp ebx, VENDOR_GENU
	mov ebx, ebp
	jne .missing
	cmp dword [ebx + AT(trampoline_observe)], 0
	jne .missing
	mov ecx, IA32_MISC_ENABLE
	rdmsr
	and edx, ~NO_EXECUTE_DISABLE_HIGH
	wrmsr
	mov eax, 0x80000001
	cpuid
	mov ebx, ebp
	not edx
	test edx, [ebx + AT(trampoline_no_execute)]
	jz enter_long_mode
.missing:
	mov al, CPU_PROTECTED_MODE
	mov dl, CPU_NO_EXECUTE_DISABLE
	lock cmpxchg [esi + edi], dl
	jmp protected_mode.halt

bits 64

; On entry: 64-bit mode, interrupts off, RIP in the copy, EBX = address of the page, EDI = this CPU's index, ESP =
; CR0 as found, no stack. Clobbers every register. Calls trampoline_main with the index and that CR0, on this
; CPU's stack; does not return.
;
; The upper halves of registers are undefined after a change from 32-bit to 64-bit mode: MOV of a register to
; itself clears them.
trampoline_long_mode:
	xor eax, eax
	mov ds, eax
	mov es, eax
	mov ss, eax
	mov fs, eax
	mov gs, eax
	mov ebx, ebx
	mov edi, edi
	mov esi, esp
	mov rax, rdi
	imul rax, [rbx + AT(trampoline_slot)]
	add rax, [rbx + AT(trampoline_stacks)]
	mov rsp, rax
	xor ebp, ebp
	call [rbx + AT(trampoline_main)]
	ud2

align 8
gdt:
	dq 0
	dq GDT_CODE64
	dq GDT_CODE32
	dq GDT_DATA
gdt_end:
SELECTOR_CODE32 equ 0x10
SELECTOR_DATA equ 0x18

gdt_pointer:
	dw gdt_end - gdt - 1
.base:	dd 0

align 4
far_protected:
	dd 0
	dw SELECTOR_CODE32
far_long:
	dd 0
	dw SELECTOR_CODE

align 8
trampoline_stacks:	dq 0
trampoline_slot:	dq 0
trampoline_main:	dq 0
trampoline_page:	dd 0
trampoline_cr3:		dd 0
trampoline_efer:	dd 0
trampoline_no_execute:	dd 0
trampoline_observe:	dd 0
trampoline_apic_ids:	dd 0
trampoline_progress:	dd 0
trampoline_count:	dd 0
trampoline_started:	dd 0
trampoline_unlisted:	dd 0
trampoline_unlisted_id:	dd 0
trampoline_end:
