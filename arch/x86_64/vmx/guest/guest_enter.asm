; VM entry and VM exit: every guest is entered and left through this file.
;
; VM entry loads RIP, RSP and RFLAGS from the VMCS, but no other general register; VM exit saves none. So
; the guest's registers are kept in an array here, each at the number that the CPU gives it in instruction
; encodings. RSP, number 4, is in the VMCS, so its place in the array is free. It holds the RSP that was
; last written to HOST_RSP, to save a VMWRITE for each entry: under a host hypervisor, VMWRITE may itself
; be a VM exit.

%include "vmcs_fields.inc"
%include "arch/x86_64/recovery.inc"
%use altreg				; R0 to R7: RAX to RDI, as the CPU numbers them

bits 64

%define REGISTER(n) [rdi + (n) * 8]
%define HOST_STACK REGISTER(4)

global guest_enter, guest_exit

; each_register WHAT: expands WHAT n for the number n of each general register except RSP and RDI. RDI
; points to the array, so it is loaded last and saved first.
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

; enter INSTRUCTION: loads the guest's registers and executes INSTRUCTION, a VM entry. After a successful
; entry the CPU continues in the guest, and comes back at guest_exit. If there was no VM entry, execution
; continues after INSTRUCTION, with CF and ZF as it set them; after a fault, at guest_enter.faulted. CMP
; and STC set ZF and CF before, to detect an instruction that changes no flag.
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
; Runs the guest of the current VMCS until its next VM exit, by VMLAUNCH or, if launched, VMRESUME.
; Returns 0 after a VM exit. If there was no VM entry, returns the raw status, which is not 0: bit 1 of
; RFLAGS is always set, and a fault sets bit 63.
;
; On entry: C calling convention, RDI = registers, ESI = launched; VMX root operation, a current VMCS
; whose HOST_RIP is guest_exit. Saves the registers that C expects to be kept, then registers itself: at
; a VM exit the stack is all that the host has.
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

; The host's RIP in the VMCS: where every VM exit continues. On entry: the host state of the VMCS, RSP as
; guest_enter left it, flags clear, all other general registers still the guest's (SDM vol. 3C 27.5
; "Loading Host State"). No register is free, so the guest's RDI goes to the stack first. Goes to
; guest_leave with RAX = 0.
align 16
guest_exit:
	push rdi
	mov rdi, [rsp + 8]
	pop qword REGISTER(7)
	each_register save
	xor eax, eax

; Returns RAX to guest_enter's caller. On entry: RSP as guest_enter left it, after its pushes. After a
; failed VM entry the general registers hold the guest's values, so RDI comes from the stack, too.
guest_leave:
	pop rdi
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbp
	pop rbx
	ret
