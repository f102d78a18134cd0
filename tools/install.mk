# 'make install' and 'make uninstall'. Included by the Makefile, whose variables it uses.

PREFIX ?= /usr/local
INSTALL ?= install
INSTALL_BIN = $(DESTDIR)$(PREFIX)/bin
INSTALL_MAN = $(DESTDIR)$(PREFIX)/share/man/man1
INSTALL_SHARE = $(DESTDIR)$(PREFIX)/share/rootmode

# The modules that rootmode-monitor imports. Python looks for them next to the script that bin/ links to.
MONITOR_MODULES := __init__ line log machine monitor namespace process tail terminal
MAN_PAGES := tools/check/rootmode-check.1 tools/rootmode-monitor.1

.PHONY: install
install: $(CHECK)/rootmode-check $(KERNEL) $(ISO) ## install the programs, man pages, kernel and ISO (DESTDIR= PREFIX=)
	$(Q)$(INSTALL) -d $(INSTALL_BIN) $(INSTALL_MAN) $(INSTALL_SHARE)/rootmode
	$(Q)$(INSTALL) -s -m 755 $(CHECK)/rootmode-check $(INSTALL_BIN)/rootmode-check
	$(Q)$(INSTALL) -m 755 tools/rootmode-monitor $(INSTALL_SHARE)/rootmode-monitor
	$(Q)ln -sf ../share/rootmode/rootmode-monitor $(INSTALL_BIN)/rootmode-monitor
	$(Q)$(INSTALL) -m 644 $(MONITOR_MODULES:%=tools/rootmode/%.py) $(INSTALL_SHARE)/rootmode
	$(Q)$(INSTALL) -m 644 $(MAN_PAGES) $(INSTALL_MAN)
	$(Q)$(INSTALL) -m 644 $(KERNEL) $(INSTALL_SHARE)/rootmode.elf
	$(Q)$(OBJCOPY) --strip-debug $(INSTALL_SHARE)/rootmode.elf
	$(Q)$(INSTALL) -m 644 $(ISO) $(INSTALL_SHARE)/rootmode.iso

.PHONY: uninstall
uninstall: ## remove what 'make install' installed (DESTDIR= PREFIX=)
	$(Q)rm -f $(INSTALL_BIN)/rootmode-check $(INSTALL_BIN)/rootmode-monitor \
		$(addprefix $(INSTALL_MAN)/,$(notdir $(MAN_PAGES))) \
		$(addprefix $(INSTALL_SHARE)/,rootmode-monitor rootmode.elf rootmode.iso) \
		$(MONITOR_MODULES:%=$(INSTALL_SHARE)/rootmode/%.py)
	$(Q)rm -rf $(INSTALL_SHARE)/rootmode/__pycache__
	$(Q)rmdir $(INSTALL_SHARE)/rootmode $(INSTALL_SHARE) 2>/dev/null || true
