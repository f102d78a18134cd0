# Mutation: what the unit tests and the tests of rootmode-check notice. Included by the Makefile, whose variables
# it uses. tools/mutate compiles each mutant, and links it with the objects that are built here once.

FILE ?=
COUNT ?= 100
SEED ?= 1
RESULTS ?=
# The share of mutants, in percent, that must be killed: else the list of survivors has grown too long.
MUTATE_FLOOR ?= 97
MUTATE_JOBS ?= 2
MUTATE := $(BUILD)/mutate

# The cheapest code, in which a variable without a value has always the same one.
MUTATE_CFLAGS := -std=c17 -D_GNU_SOURCE -O0 -w -ftrivial-auto-var-init=pattern
MUTATE_COMPILE := $(HOST_CC) $(MUTATE_CFLAGS)
MUTATE_SANITIZE := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
MUTATE_UNIT := -Itests/unit/fake -I.
MUTATE_CHECK := -I.
MUTATE_TESTS := $(patsubst tests/unit/%.c,$(MUTATE)/%,$(wildcard tests/unit/test_*.c))

# The tests of rootmode-check, the quick ones first, without those of its installation.
MUTATE_CHECK_SLOW := $(patsubst %,tests/check/test_%.py,files forged qr_text results rootmode_log)
MUTATE_CHECK_TESTS := $(filter-out tests/check/test_install.py $(MUTATE_CHECK_SLOW),$(wildcard tests/check/test_*.py)) \
	$(MUTATE_CHECK_SLOW)

# All sources that a unit test or rootmode-check is linked with. Without the self-test's tables, whose rows are tests
# of the CPU: what they demand is proved by booting. No unit test is linked with kernel/run/run.c.
MUTATE_FILES := $(filter-out kernel/lib/version.c kernel/run/run.c arch/x86_64/vmx/selftest/%,$(HOST_SOURCES)) \
	$(addprefix arch/x86_64/vmx/selftest/selftest_,choice.c host.c trial_judge.c) $(CHECK_OWN)

-include $(wildcard $(MUTATE)/*.d $(MUTATE)/*/*/*.d $(MUTATE)/*/*/*/*.d $(MUTATE)/*/*/*/*/*.d $(MUTATE)/*/*/*/*/*/*.d)

$(MUTATE)/unit/%.c.o: %.c tests/mutate.mk
	@mkdir -p $(@D)
	$(Q)$(MUTATE_COMPILE) $(MUTATE_UNIT) $(DEFINES) -MMD -MP -c $< -o $@

$(MUTATE)/sanitized/%.c.o: %.c tests/mutate.mk
	@mkdir -p $(@D)
	$(Q)$(MUTATE_COMPILE) $(MUTATE_SANITIZE) $(MUTATE_UNIT) $(DEFINES) -MMD -MP -c $< -o $@

$(MUTATE)/check/%.c.o: %.c tests/mutate.mk
	@mkdir -p $(@D)
	$(Q)$(MUTATE_COMPILE) $(MUTATE_CHECK) $(DEFINES) -MMD -MP -c $< -o $@

MUTATE_MEMBERS := $(HOST_SOURCES) $(UNIT_HELPERS)
$(MUTATE)/unit.a: $(MUTATE_MEMBERS:%=$(MUTATE)/unit/%.o) $(UNIT_ASSEMBLED)
$(MUTATE)/sanitized.a: $(MUTATE_MEMBERS:%=$(MUTATE)/sanitized/%.o) $(UNIT_ASSEMBLED)
$(MUTATE)/unit.a $(MUTATE)/sanitized.a:
	$(Q)rm -f $@ && ar rcs $@ $^

$(MUTATE)/check.a: $(CHECK_SHARED:%=$(MUTATE)/check/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

# The map says which sources each test is linked with.
$(MUTATE)/test_%: $(MUTATE)/unit/tests/unit/test_%.c.o $(MUTATE)/unit.a
	$(Q)$(HOST_CC) $^ -lcmocka -Wl,-Map=$@.map -o $@

.PRECIOUS: $(MUTATE)/unit/%.c.o $(MUTATE)/sanitized/%.c.o $(MUTATE)/check/%.c.o

.PHONY: mutate-objects
mutate-objects: $(MUTATE_TESTS) $(MUTATE)/sanitized.a \
	$(patsubst %.c,$(MUTATE)/sanitized/%.c.o,$(wildcard tests/unit/test_*.c)) $(CHECK_OWN:%=$(MUTATE)/check/%.o) $(MUTATE)/check.a \
	$(addprefix $(MUTATE)/check/tests/check/,fake_hardware.c.o json_strings.c.o)

MUTATE_RUN = tools/mutate --build $(BUILD) --jobs $(MUTATE_JOBS) $(if $(RESULTS),--results $(RESULTS))

.PHONY: mutate
mutate: ## change the sources in FILE= in COUNT=100 ways, and list the changes that no test notices (SEED=1 RESULTS=)
	$(Q)$(MUTATE_RUN) --count $(COUNT) --seed $(SEED) $(FILE)

.PHONY: test-mutate
test-mutate: ## a sample of 100 mutants of the kernel; takes minutes, so 'make test' leaves it out
	$(Q)$(MUTATE_RUN) --count 100 --seed 8 --floor $(MUTATE_FLOOR) --by-folder $(filter-out $(CHECK_OWN),$(MUTATE_FILES))

# The kernels that a mutant is built into; what is built once, without a mutant, because it loads the kernel or judges
# its log; and the boots that try a mutant: those that make the kernel do most different things for their time, less than
# a minute of CPU time for all. Without GRUB where a test is not about it, without UEFI, and without what other tests do
# with other words.
MUTATE_BOOT_KERNELS := iso iso-inject
MUTATE_BOOT_ONCE := spoil rootmode-check
boots = $(patsubst %,tests/boot/test_$(1).py::test_boot[%],$(2))
MUTATE_BOOT_TESTS := tests/boot/test_states.py \
	$(call boots,inject,$(addprefix inject-,unlocked forbidden forbidden-observed refused one-of-many capabilities-differ \
		capabilities-fail vmxon vmxon-revision vmxon-on-the-bsp worst-wins)) \
	$(call boots,options,exit-by-default exit=reboot exit=poweroff verbose malformed-options unknown-options \
		many-unknown-options observe cpus=1 qemu-exit=poweroff) \
	$(call boots,power,$(addprefix power-,dsdt ssdt second-ssdt hardware-reduced)) \
	$(call boots,bochs,bochs-bios-1 bochs-bios-14 bochs-model-corei7_haswell_4770) \
	$(call boots,prove,prove-all-skylake prove-all-penryn prove-lynnfield) \
	$(call boots,cpu_list,x2apic-entries duplicates bad-checksum-and-entry) \
	$(call boots,states_memory,$(addprefix state-,map-of-pages-and-a-large-tail map-in-reverse no-map no-rsdp no-low-memory ebda)) \
	$(call boots,bad_input,$(addprefix bad-,none-by-pvh modules map-of-10000 line-of-64-kib line-of-500-faults)) \
	$(call boots,faults,$(addprefix fault-,stopped-everywhere gap-in-the-wait slow does-not-leave on-all-at-once \
		before-the-list-of-cpus behind-the-result in-the-report-of-a-fault $(addprefix qemu-,gp-cpu-0-narrate \
		pf-cpu-1-leave nmi-cpu-0-narrate mc-cpu-1-leave ud-cpu-1-done-others gp-cpu-0-report \
		overrun-stack-cpu-0-narrate smash-canary-cpu-1))) \
	$(call boots,guest_faults,$(addprefix guest-,nmi-once stray-nmi-ap fault-real-mode endless-ap endless-without-timer)) \
	$(call boots,pvh,pvh-q35-1 pvh-pc-2 pvh-microvm-1 pvh-no-command-line) \
	$(call boots,qemu,qemu-5-gib qemu-32-mib qemu-absent-cpus qemu-amd) \
	$(addprefix tests/boot/test_monitor.py::test_,requests_with_vmx requests_without_vmx) \
	$(addprefix tests/boot/test_monitor_typing.py::test_,keyboard_and_screen keys_of_a_terminal) \
	$(addprefix tests/boot/test_screen.py::test_,screen_shows_the_end_of_the_log_and_the_verdict[bios] \
		verdict_stands_out[bios] pixels_of_any_size[640x480x16] serial_port[spcr] serial_port[both] serial_port[pci-card]) \
	$(addprefix tests/boot/test_qr.py::test_,the_code_on_the_screen_is_the_report[640x480] no_code[text-mode]) \
	tests/boot/test_machine_check.py::test_report[1]

.PHONY: mutate-boot
mutate-boot: ## boot the mutants that survive: those in tests/mutate.toml and in RESULTS= (KILLED=1: those killed there; FILE=)
	$(Q)tools/mutate-boot --build $(BUILD) --jobs $(MUTATE_JOBS) $(if $(RESULTS),--results $(RESULTS)) $(if $(KILLED),--killed) $(FILE)
