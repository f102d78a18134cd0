; The two guests: their instructions and, next to each instruction that must exit, the VM exit that is
; expected of it. The last exit is by VMCALL. The guests run in a copy of guest_code, at GUEST_CODE.
;
; A guest also checks what the host did for it: after CPUID, IN and RDMSR it compares the registers. If
; they are wrong it executes UD2, whose #UD exits, too, but never matches an expected exit.

%include "registers.inc"
%include "vmx_exits.inc"
%include "vmx_numbers.inc"

GUEST_PORT equ 0x42			; any port: every access exits, so none reaches the machine
GUEST_MSR equ 0x40000000		; in the range that no CPU implements
GUEST_LOW equ 0x12345678
GUEST_HIGH equ 0x9ABCDEF0

%define IO (GUEST_PORT << EXIT_IO_PORT_SHIFT)

global guest_code, guest_code_end, guest_long, guest_real
global guest_long_exits, guest_real_exits

; exits REASON, QUALIFICATION, INSTRUCTION: assembles INSTRUCTION, and appends a struct expected_exit for
; it to .rodata.exits. The assembler computes its offset and length, so they cannot go stale.
%macro exits 3+
%%at:	%3
%%behind:
	[section .rodata.exits]
	dq %1, %2, %%at - guest_code, %%behind - %%at
	__?SECT?__
%endmacro

section .rodata.exits progbits alloc noexec nowrite align=8
guest_long_exits:

section .rodata
align 16
guest_code:

; The 64-bit guest. On entry: 64-bit mode, RSI = the address of a page that EPT does not map yet, or 0
; without EPT; the other general registers hold patterns; no stack. Ends with VMCALL, or UD2 if it finds
; something wrong. Clobbers RAX, RBX, RCX and RDX only: the host checks that all others still hold their
; patterns.
bits 64
guest_long:
	xor eax, eax
	exits EXIT_REASON_CPUID, 0, cpuid
	test eax, eax
	jz .wrong
	exits EXIT_REASON_HLT, 0, hlt
	mov al, 0xA5
	exits EXIT_REASON_IO, IO | EXIT_IO_IMMEDIATE, out GUEST_PORT, al
	xor eax, eax
	exits EXIT_REASON_IO, IO | EXIT_IO_IMMEDIATE | EXIT_IO_IN, in al, GUEST_PORT
	cmp eax, 0xA5
	jne .wrong
	mov ecx, GUEST_MSR
	mov eax, GUEST_LOW
	mov edx, GUEST_HIGH
	exits EXIT_REASON_WRMSR, 0, wrmsr
	xor eax, eax
	xor edx, edx
	exits EXIT_REASON_RDMSR, 0, rdmsr
	cmp eax, GUEST_LOW
	jne .wrong
	cmp edx, GUEST_HIGH
	jne .wrong
	test rsi, rsi
	jz .end
	exits EXIT_REASON_EPT_VIOLATION, EPT_VIOLATION_DATA_READ, mov rbx, [rsi]
	cmp rbx, [rel guest_code]	; the host maps the code page there a second time
	jne .wrong
.end:
	exits EXIT_REASON_VMCALL, 0, vmcall
.wrong:
	ud2

section .rodata.exits
guest_real_exits:

section .rodata
; The real-mode guest, for CPUs with "unrestricted guest". On entry: real mode, CS base = GUEST_CODE; the
; general registers hold patterns; no stack. Ends like guest_long. Clobbers RAX, RBX, RCX and RDX only.
bits 16
guest_real:
	xor eax, eax
	exits EXIT_REASON_CPUID, 0, cpuid
	test eax, eax
	jz .wrong
	exits EXIT_REASON_HLT, 0, hlt
	mov dx, GUEST_PORT
	mov al, 0x5A
	exits EXIT_REASON_IO, IO, out dx, al
	xor eax, eax
	exits EXIT_REASON_IO, IO | EXIT_IO_IN, in al, dx
	cmp al, 0x5A
	jne .wrong
	exits EXIT_REASON_VMCALL, 0, vmcall
.wrong:
	ud2
guest_code_end:

section .note.GNU-stack noalloc noexec nowrite progbits
