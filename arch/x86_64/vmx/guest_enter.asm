; Into the guest and back: the way of every VM entry and VM exit.
;
; The guest's general registers are in an array, each at the number that the CPU gives it in
; instructions. RSP, number 4, is not among them, for it is in the VMCS; its place holds the RSP that
; was last written to the VMCS for the host, which stays the same from one entry to the next.

%include "registers.inc"

bits 64

%define REGISTER(n) [rdi + (n) * 8]
%define HOST_STACK REGISTER(4)

global guest_enter, guest_exit

; load_guest: all of the guest's registers from the array at RDI, RDI last. Leaves the flags alone.
%macro load_guest 0
	mov rax, REGISTER(0)
	mov rcx, REGISTER(1)
	mov rdx, REGISTER(2)
	mov rbx, REGISTER(3)
	mov rbp, REGISTER(5)
	mov rsi, REGISTER(6)
	mov r8, REGISTER(8)
	mov r9, REGISTER(9)
	mov r10, REGISTER(10)
	mov r11, REGISTER(11)
	mov r12, REGISTER(12)
	mov r13, REGISTER(13)
	mov r14, REGISTER(14)
	mov r15, REGISTER(15)
	mov rdi, REGISTER(7)
%endmacro

; enter INSTRUCTION: goes on behind it only if there was no VM entry, with CF and ZF set unless the
; instruction has cleared them; after a fault, at .faulted.
%macro enter 1
	load_guest
	cmp esp, esp
	stc
%%at:	%1
	[section .recovery progbits alloc noexec nowrite align=8]
	dq %%at, guest_enter.faulted
	__?SECT?__
%endmacro

section .text

; uint64_t guest_enter(uint64_t registers[16], bool launched)
;
; Runs the guest of the current VMCS until it exits, by VMLAUNCH or, if launched, VMRESUME. Returns 0
; after a VM exit; else the fault_t, which has bit 63 set, or RFLAGS, which has bit 1 set, as the
; instruction left it.
align 16
guest_enter:
	push rbx
	push rbp
	push r12
	push r13
	push r14
	push r15
	push rdi
	cmp HOST_STACK, rsp
	je .known
	mov HOST_STACK, rsp
	mov eax, VMCS_HOST_RSP
	vmwrite rax, rsp
.known:
	test esi, esi
	jnz .resume
	enter vmlaunch
	jmp .failed
.resume:
	enter vmresume
.failed:
	pushfq
	pop rax
	jmp guest_leave
.faulted:
	mov rax, r8
	jmp guest_leave

; Where a VM exit goes. On entry: the host state of the VMCS, with RSP as guest_enter left it, all
; other general registers still the guest's. SDM vol. 3C 27.5 "Loading Host State"
align 16
guest_exit:
	push rdi
	mov rdi, [rsp + 8]
	pop qword REGISTER(7)
	mov REGISTER(0), rax
	mov REGISTER(1), rcx
	mov REGISTER(2), rdx
	mov REGISTER(3), rbx
	mov REGISTER(5), rbp
	mov REGISTER(6), rsi
	mov REGISTER(8), r8
	mov REGISTER(9), r9
	mov REGISTER(10), r10
	mov REGISTER(11), r11
	mov REGISTER(12), r12
	mov REGISTER(13), r13
	mov REGISTER(14), r14
	mov REGISTER(15), r15
	xor eax, eax

; Back to guest_enter's caller with RAX. RSP is as guest_enter left it.
guest_leave:
	pop rdi
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbp
	pop rbx
	ret
