; The VMX instructions, each of which can fault or fail: see vmx_instructions.h.
;
; On entry to each: 64-bit mode, CPL 0, arguments in RDI and RSI. Each follows the C calling convention,
; clobbers RAX, R8 and the flags, and returns a raw status in RAX.

%include "arch/x86_64/recovery.inc"

bits 64

global vmxon_safe, vmxoff_safe, vmclear_safe, vmptrld_safe, vmptrst_safe, vmread_safe, vmwrite_safe
global vmlaunch_safe, vmresume_safe, vmcall_safe, invept_safe, invvpid_safe
global vmlaunch_after_mov_ss, vmresume_after_mov_ss

; vmx INSTRUCTION: executes INSTRUCTION with CF and ZF set before, and returns its raw status. The order
; matters: XOR sets ZF but clears CF, so both XORs come first, and STC, which leaves ZF alone, comes last.
; No instruction between INSTRUCTION and PUSHFQ may change a flag. After a fault, R8 is not 0 and wins.
%macro vmx 1+
	xor r8d, r8d
	xor eax, eax
	stc
	may_fault %1
	pushfq
	pop rax
	test r8, r8
	cmovnz rax, r8
	ret
%endmacro

section .text

; raw_status_t vmxon_safe(const uint64_t *region_phys)
vmxon_safe:
	vmx vmxon [rdi]

; raw_status_t vmxoff_safe(void)
vmxoff_safe:
	vmx vmxoff

; raw_status_t vmclear_safe(const uint64_t *vmcs_phys)
vmclear_safe:
	vmx vmclear [rdi]

; raw_status_t vmptrld_safe(const uint64_t *vmcs_phys)
vmptrld_safe:
	vmx vmptrld [rdi]

; raw_status_t vmptrst_safe(uint64_t *vmcs_phys)
vmptrst_safe:
	vmx vmptrst [rdi]

; raw_status_t vmread_safe(uint64_t field, uint64_t *value)
vmread_safe:
	vmx vmread [rsi], rdi

; raw_status_t vmwrite_safe(uint64_t field, uint64_t value)
vmwrite_safe:
	vmx vmwrite rdi, rsi

; raw_status_t vmlaunch_safe(void)
vmlaunch_safe:
	vmx vmlaunch

; raw_status_t vmresume_safe(void)
vmresume_safe:
	vmx vmresume

; vmx_after_mov_ss INSTRUCTION: like vmx, right after an instruction that blocks events: MOV to SS, which gets
; the selector that it has. Clobbers RDX, too.
%macro vmx_after_mov_ss 1
	mov edx, ss
	xor r8d, r8d
	xor eax, eax
	stc
	mov ss, edx
	may_fault %1
	pushfq
	pop rax
	test r8, r8
	cmovnz rax, r8
	ret
%endmacro

; raw_status_t vmlaunch_after_mov_ss(void)
vmlaunch_after_mov_ss:
	vmx_after_mov_ss vmlaunch

; raw_status_t vmresume_after_mov_ss(void)
vmresume_after_mov_ss:
	vmx_after_mov_ss vmresume

; raw_status_t vmcall_safe(void)
vmcall_safe:
	vmx vmcall

; raw_status_t invept_safe(uint64_t type, const uint64_t descriptor[2])
invept_safe:
	vmx invept rdi, [rsi]

; raw_status_t invvpid_safe(uint64_t type, const uint64_t descriptor[2])
invvpid_safe:
	vmx invvpid rdi, [rsi]
