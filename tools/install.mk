# 'make install' and 'make uninstall'. Included by the Makefile, whose variables it uses.

PREFIX ?= /usr/local
INSTALL ?= install
INSTALL_BIN = $(DESTDIR)$(PREFIX)/bin
INSTALL_MAN = $(DESTDIR)$(PREFIX)/share/man/man1
INSTALL_SHARE = $(DESTDIR)$(PREFIX)/share/rootmode

# The modules that rootmode-monitor imports. Python looks for them next to the script that bin/ links to.
MONITOR_MODULES := __init__ console_line line machine monitor namespace process tail terminal
# Those of rootmode-log, beside its own package.
LOG_MODULES := checker ktap
LOG_FILES := $(patsubst tools/%,%,$(wildcard tools/rootmode_log/*.py tools/rootmode_log/*.j2))
MODULES := $(sort $(MONITOR_MODULES) $(LOG_MODULES))
MAN_PAGES := tools/check/rootmode-check.1 tools/rootmode-monitor.1 tools/rootmode-log.1
INSTALL_COMPLETION = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
PYTHON_PROGRAMS := rootmode-monitor rootmode-log

.PHONY: install
install: $(CHECK)/rootmode-check $(KERNEL) $(ISO) ## install the programs, man pages, kernel and ISO (DESTDIR= PREFIX=)
	$(Q)$(INSTALL) -d $(INSTALL_BIN) $(INSTALL_MAN) $(INSTALL_SHARE)/rootmode $(INSTALL_SHARE)/rootmode_log \
		$(INSTALL_COMPLETION)
	$(Q)$(INSTALL) -s -m 755 $(CHECK)/rootmode-check $(INSTALL_BIN)/rootmode-check
	$(Q)for program in $(PYTHON_PROGRAMS); do \
		$(INSTALL) -m 755 tools/$$program $(INSTALL_SHARE)/$$program && \
		ln -sf ../share/rootmode/$$program $(INSTALL_BIN)/$$program || exit 1; done
	$(Q)$(INSTALL) -m 644 $(MODULES:%=tools/rootmode/%.py) $(INSTALL_SHARE)/rootmode
	$(Q)$(INSTALL) -m 644 $(LOG_FILES:%=tools/%) $(INSTALL_SHARE)/rootmode_log
	$(Q)for program in $(PYTHON_PROGRAMS); do \
		$(INSTALL) -m 644 tools/$$program.completion $(INSTALL_COMPLETION)/$$program || exit 1; done
	$(Q)$(INSTALL) -m 644 $(MAN_PAGES) $(INSTALL_MAN)
	$(Q)$(INSTALL) -m 644 $(KERNEL) $(INSTALL_SHARE)/rootmode.elf
	$(Q)$(OBJCOPY) --strip-debug $(INSTALL_SHARE)/rootmode.elf
	$(Q)$(INSTALL) -m 644 $(ISO) $(INSTALL_SHARE)/rootmode.iso

.PHONY: uninstall
uninstall: ## remove what 'make install' installed (DESTDIR= PREFIX=)
	$(Q)rm -f $(INSTALL_BIN)/rootmode-check $(PYTHON_PROGRAMS:%=$(INSTALL_BIN)/%) \
		$(addprefix $(INSTALL_MAN)/,$(notdir $(MAN_PAGES))) \
		$(addprefix $(INSTALL_SHARE)/,$(PYTHON_PROGRAMS) rootmode.elf rootmode.iso $(LOG_FILES)) \
		$(MODULES:%=$(INSTALL_SHARE)/rootmode/%.py) $(PYTHON_PROGRAMS:%=$(INSTALL_COMPLETION)/%)
	$(Q)rm -rf $(INSTALL_SHARE)/rootmode/__pycache__ $(INSTALL_SHARE)/rootmode_log/__pycache__
	$(Q)rmdir $(INSTALL_SHARE)/rootmode $(INSTALL_SHARE)/rootmode_log $(INSTALL_COMPLETION) $(INSTALL_SHARE) 2>/dev/null || true
