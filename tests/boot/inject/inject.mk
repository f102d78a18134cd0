# The test kernel: the kernel's objects, some of whose functions are wrapped by tests/boot/inject/*.c.

INJECT := $(BUILD)/inject
INJECT_OBJECTS := $(patsubst %,$(BUILD)/%.o,$(wildcard tests/boot/inject/*.c))
INJECT_WRAPPED := options_parse cpu_list_make apic_take_over_ap apic_send_startup arch_smp_announce arch_end panic_begin \
	narrate_cpus report_print_end arch_vmx_bench_alone guest_memory_wait guest_enter console_flush wait_is_over \
	arch_vmx_read_evidence arch_vmx_leave vmxon_predict rdmsr_safe wrmsr_safe write_cr4_safe \
	vmxon_safe vmxoff_safe vmptrst_safe vmread_safe

-include $(INJECT_OBJECTS:.o=.d)

$(INJECT)/rootmode.elf: $(OBJECTS) $(INJECT_OBJECTS) linker.ld tests/boot/inject/inject.mk
	@mkdir -p $(@D)
	@echo '  LD   $@'
	$(Q)$(LD) $(LDFLAGS) $(INJECT_WRAPPED:%=--wrap=%) -T linker.ld $(OBJECTS) $(INJECT_OBJECTS) -o $@

$(INJECT)/rootmode.iso: $(INJECT)/rootmode.elf tools/make-iso
	@echo '  ISO  $@'
	$(Q)tools/make-iso $< $@

.PHONY: iso-inject
iso-inject: $(INJECT)/rootmode.iso ## build the image with injected faults, for the boot tests: build/inject/rootmode.iso

# Both kernels with DEBUG=1: undefined behaviour traps.
.PHONY: iso-debug
iso-debug: ## build both images with DEBUG=1: build/debug/rootmode.iso, build/debug/inject/rootmode.iso
	$(Q)$(MAKE) DEBUG=1 BUILD=$(BUILD)/debug iso iso-inject

test-boot: iso-inject iso-debug
