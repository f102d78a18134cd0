; The entry points of all exceptions and interrupts: an entry per vector, which differ only in the vector
; that they push, then a common part, which builds struct exception_frame (exceptions.c) on the stack.

bits 64

extern exception_handle

global exception_entries

; The vectors for which the CPU pushes an error code: SDM vol. 3A 6.13 "Error Code" and the entries
; of SDM vol. 3A 6.15 "Exception and Interrupt Reference". #CP, 21, came after that edition.
%define HAS_ERROR_CODE (1 << 8 | 1 << 10 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 17 | 1 << 21)

FRAME_VECTOR equ 15 * 8			; in struct exception_frame

section .text.entries exec align=2048	; linker.ld puts it first, where the alignment costs no padding

; On entry: 64-bit mode, interrupts off, the CPU's frame on the stack (SDM vol. 3A 6.14.2 "64-Bit Mode Stack
; Frame"), with an error code for some vectors. Each entry pushes its vector and goes to exception_common. The
; vector is pushed as a signed byte: that keeps every entry within 8 bytes, so descriptors.c can compute its
; address. All of them lie in 2 KiB, so their addresses differ in no bit above.
exception_entries:
%assign vector 0
%rep 256
	align 8
	push strict byte vector - (vector & 0x80) * 2
%if vector < 32 && ((HAS_ERROR_CODE >> vector) & 1)
	jmp near exception_common
%else
	jmp near without_error_code
%endif
%assign vector vector + 1
%endrep

section .text

; On entry: the vector on the stack, no error code. Puts a 0 where the CPU would have pushed one, below the
; vector, so that all frames look the same. Falls through to exception_common.
without_error_code:
	push qword [rsp]
	mov qword [rsp + 8], 0

; On entry: on the stack, from the top, the vector as a signed byte, the error code, and the CPU's frame. Calls
; exception_handle(frame), which returns only after a recovered fault or an interrupt. Then restores all
; registers, as exception_handle may have changed them in the frame, and returns to frame->rip.
;
; CLD and the alignment of RSP are what the C calling convention requires. The interrupted code guarantees
; neither: it may be assembly in the middle of a push.
exception_common:
	cld
	push rax
	push rcx
	push rdx
	push rbx
	push rbp
	push rsi
	push rdi
	push r8
	push r9
	push r10
	push r11
	push r12
	push r13
	push r14
	push r15
	mov rdi, rsp
	and qword [rdi + FRAME_VECTOR], 0xFF
	mov rbp, rsp
	and rsp, -16
	call exception_handle
	mov rsp, rbp
	pop r15
	pop r14
	pop r13
	pop r12
	pop r11
	pop r10
	pop r9
	pop r8
	pop rdi
	pop rsi
	pop rbp
	pop rbx
	pop rdx
	pop rcx
	pop rax
	add rsp, 16
	iretq
