# The kernel whose calls can lie: every C file is compiled with the functions of calls.h in place of its instructions.

CALLS := $(BUILD)/calls
CALLS_OBJECTS := $(SOURCES:%=$(CALLS)/%.o)
CALLS_INJECT := $(INJECT_OBJECTS) $(BUILD)/tests/boot/inject/calls/calls.c.o

-include $(CALLS_OBJECTS:.o=.d) $(BUILD)/tests/boot/inject/calls/calls.c.d

$(CALLS)/arch/%.c.o: INSTEAD := -include tests/boot/inject/calls/calls_instead.h
# The first defines two of the functions that are replaced, the second calls a function pointer of such a name.
$(CALLS)/arch/x86_64/apic.c.o $(CALLS)/arch/x86_64/vmx/survey.c.o: INSTEAD :=
$(CALLS)/%.c.o: %.c Makefile tests/boot/inject/calls/calls.mk | toolchain
	@mkdir -p $(@D)
	$(Q)$(CC) $(OPTIMIZE) $(CFLAGS) $(DEFINES) $(INSTEAD) -MMD -MP -c $< -o $@

$(CALLS)/%.asm.o: $(BUILD)/%.asm.o
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(CALLS)/rootmode.elf: $(CALLS_OBJECTS) $(CALLS_INJECT) linker.ld
	@echo '  LD   $@'
	$(Q)$(LD) $(LDFLAGS) $(INJECT_WRAPPED:%=--wrap=%) -T linker.ld $(CALLS_OBJECTS) $(CALLS_INJECT) -o $@

$(CALLS)/rootmode.iso: $(CALLS)/rootmode.elf tools/make-iso
	@echo '  ISO  $@'
	$(Q)tools/make-iso $< $@

test-boot: $(CALLS)/rootmode.iso

.PHONY: test-calls
test-calls: $(CALLS)/rootmode.iso ## each call of an instruction fails or lies, one in each boot: some 1,600 boots
	$(Q)tests/boot/try-calls --iso $<
