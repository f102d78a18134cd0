; What an AP executes first, from real mode to 64-bit mode. This code runs in a copy below 1 MiB, of
; which only the copy knows the address: AT() is an address within the copy's page.

%include "registers.inc"

%define AT(label) (label - trampoline_start)

CPU_SILENT equ 0			; enum cpu_progress: smp.c asserts both
CPU_PROTECTED_MODE equ 1
APIC_ID equ 0x20

global trampoline_start, trampoline_end
global trampoline_page, trampoline_cr3, trampoline_efer, trampoline_apic_ids, trampoline_progress
global trampoline_count, trampoline_stacks, trampoline_slot, trampoline_main
global trampoline_started, trampoline_unlisted

section .rodata

bits 16

; On entry: real mode, CS = the copy's page / 16, IP = 0, interrupts off, after INIT and SIPI (SDM
; vol. 3A 8.4.3 "MP Initialization Protocol Algorithm for MP Systems"). Uses every register.
align 16
trampoline_start:
	cli
	cld
	mov ax, cs
	mov ds, ax
	lock inc dword [AT(trampoline_started)]
	mov ebx, [AT(trampoline_page)]
	lea eax, [ebx + AT(gdt)]
	mov [AT(gdt_pointer.base)], eax
	lea eax, [ebx + AT(protected_mode)]
	mov [AT(far_protected)], eax
	lea eax, [ebx + AT(trampoline_long_mode)]
	mov [AT(far_long)], eax
	o32 lgdt [AT(gdt_pointer)]
	mov eax, CR0_ET | CR0_PE		; caches on: INIT may have left CD and NW set
	mov cr0, eax
	jmp dword far [AT(far_protected)]

bits 32

; EBX = the copy's page. Finds this CPU's index in the list of APIC IDs: EDI.
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

	; Announce it, unless the BSP has given this CPU up meanwhile.
	mov esi, [ebx + AT(trampoline_progress)]
	mov al, CPU_SILENT
	mov dl, CPU_PROTECTED_MODE
	lock cmpxchg [esi + edi], dl
	jne .halt

	mov eax, CR4_PAE
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

.unlisted:
	lock inc dword [ebx + AT(trampoline_unlisted)]
.halt:
	cli
	hlt
	jmp .halt

bits 64

; EBX = the copy's page, EDI = this CPU's index.
trampoline_long_mode:
	xor eax, eax
	mov ds, eax
	mov es, eax
	mov ss, eax
	mov fs, eax
	mov gs, eax
	mov ebx, ebx
	mov edi, edi
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
trampoline_apic_ids:	dd 0
trampoline_progress:	dd 0
trampoline_count:	dd 0
trampoline_started:	dd 0
trampoline_unlisted:	dd 0
trampoline_end:
