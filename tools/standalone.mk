# 'make netboot' and 'make efi': GRUB and the kernel in one file. Included by the Makefile, whose variables it uses.

SIGN_KEY ?=
SIGN_CERT ?=
SHIM ?=
SIGNING = SIGN_KEY="$(SIGN_KEY)" SIGN_CERT="$(SIGN_CERT)"

# Phony, because the key is no file that make knows.
.PHONY: netboot
netboot: $(KERNEL) ## build the folder for a TFTP or HTTP server: build/netboot (SIGN_KEY= SIGN_CERT=)
	@echo '  NET  $(BUILD)/netboot'
	$(Q)$(SIGNING) tools/make-netboot $(KERNEL) $(BUILD)/netboot

.PHONY: efi
efi: $(KERNEL) ## build the UEFI program, for Secure Boot if signed: build/rootmode.efi (SIGN_KEY= SIGN_CERT= SHIM=1)
	@echo '  EFI  $(BUILD)/rootmode.efi'
	$(Q)$(SIGNING) SHIM="$(SHIM)" tools/make-efi $(KERNEL) $(BUILD)/rootmode.efi
