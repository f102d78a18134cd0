; memcpy and memset, by the CPU's string instructions: DF is clear throughout the kernel.
; C calling convention: RDI, RSI, RDX in, RAX out; clobbers RCX, RDI, RSI.

bits 64

global memcpy, memset

section .text

; void *memcpy(void *restrict to, const void *restrict from, size_t size)
memcpy:
	mov rax, rdi
	mov rcx, rdx
	shr rcx, 3
	rep movsq
	mov ecx, edx
	and ecx, 7
	rep movsb
	ret

; void *memset(void *at, int value, size_t size)
memset:
	mov r8, rdi
	movzx eax, sil
	mov rcx, 0x0101010101010101
	imul rax, rcx
	mov rcx, rdx
	shr rcx, 3
	rep stosq
	mov ecx, edx
	and ecx, 7
	rep stosb
	mov rax, r8
	ret
