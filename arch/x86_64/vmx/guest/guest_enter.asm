; Into the guest and back: the way of every VM entry and VM exit.
;
; The guest's general registers are in an array, each at the number that the CPU gives it in
; instructions. RSP, number 4, is not among them, for it is in the VMCS; its place holds the RSP that
; was last written to the VMCS for the host, which stays the same from one entry to the next.

%include "vmcs_fields.inc"
%include "arch/x86_64/recovery.inc"
%use altreg				; R0 to R7: RAX to RDI, as the CPU numbers them

bits 64

%define REGISTER(n) [rdi + (n) * 8]
%define HOST_STACK REGISTER(4)

global guest_enter, guest_exit

; each_register WHAT: WHAT for the number of each general register but RSP and RDI, from 0 on.
%macro each_register 1
%assign n 0
%rep 16
%if n != 4 && n != 7
	%1 %[n]
%endif
%assign n n + 1
%endrep
%endmacro

%macro load 1
	mov r%1, REGISTER(%1)
%endmacro

%macro save 1
	mov REGISTER(%1), r%1
%endmacro

; enter INSTRUCTION: goes on behind it only if there was no VM entry, with CF and ZF set unless the
; instruction has cleared them; after a fault, at .faulted.
%macro enter 1
	each_register load
	mov rdi, REGISTER(7)
	cmp esp, esp
	stc
%%at:	%1
	recover_at %%at, guest_enter.faulted
%endmacro

section .text

; raw_status_t guest_enter(uint64_t registers[16], bool launched)
;
; Runs the guest of the current VMCS until it exits, by VMLAUNCH or, if launched, VMRESUME. Returns 0
; after a VM exit. If there was no VM entry, returns the raw status, which is not 0: bit 1 of RFLAGS is
; always set.
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
	mov eax, HOST_RSP
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
	each_register save
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
