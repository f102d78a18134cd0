; memcpy and memset, with the string instructions. The compiler calls them for struct copies, so they must
; exist under these names. In assembly, because a compiler may turn a C loop that copies into a call of memcpy.
;
; On entry: 64-bit mode, C calling convention, DF clear as everywhere in the kernel. Arguments in RDI, RSI and
; RDX; the result is in RAX. memcpy clobbers RCX, RSI and RDI; memset R8, RCX and RDI.

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
