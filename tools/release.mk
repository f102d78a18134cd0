# Packages and releases. Included by the Makefile, whose variables it uses.

.PHONY: deb
deb: $(KERNEL) $(ISO) ## build the Debian packages rootmode and rootmode-iso: build/deb/*.deb
	@echo '  DEB  $(BUILD)/deb'
	$(Q)tools/make-deb $(BUILD) $(VERSION)

.PHONY: release
release: ## build all files for download from the last commit: build/release/
	$(Q)tools/release $(BUILD)/release
