; What the other CPUs execute, in real mode, in a copy at the start of a page below 1 MiB.

global ap_code, ap_code_end, ap_msrs, ap_cr0, ap_started, ap_directory_phys, ap_region_phys

CR0_FOR_VMX equ 0x80000021		; PG, NE, PE
CR4_FOR_VMX equ 0x2010			; VMXE, PSE
END equ 0xFFFFFFFF
MSRS_MOST equ 8

section .rodata

bits 16

ap_code:
	cli
	mov ax, cs
	mov ds, ax
	mov eax, cr0
	or eax, [ap_cr0 - ap_code]
	mov cr0, eax
	mov si, ap_msrs - ap_code
.next:
	mov ecx, [si]
	cmp ecx, END
	je .done
	mov eax, [si + 4]
	mov edx, [si + 8]
	wrmsr
	add si, 12
	jmp .next
.done:
	cmp dword [ap_region_phys - ap_code], 0
	je .count
; The segment registers keep what real mode loaded, so this is still 16-bit code at the same addresses.
	mov eax, [ap_directory_phys - ap_code]
	mov cr3, eax
	mov eax, cr4
	or eax, CR4_FOR_VMX
	mov cr4, eax
	mov eax, cr0
	or eax, CR0_FOR_VMX
	mov cr0, eax
	vmxon [ap_region_phys - ap_code]
	jbe .halt			; VMfail
.count:
	lock inc dword [ap_started - ap_code]
.halt:
	cli
	hlt
	jmp .halt

align 4
ap_cr0:		dd 0
ap_started:	dd 0
ap_directory_phys:	dd 0
ap_region_phys:	dq 0			; 0: no VMXON
ap_msrs:	times 3 * MSRS_MOST dd 0
		dd END, 0, 0
ap_code_end:
