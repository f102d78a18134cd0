#include "kernel/record/profiles.h"

#include "kernel/lib/count.h"
#include "kernel/record/caps.h"

#define NEEDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What rootmode's own guests use: see arch/x86_64/vmx/guest/controls.h. */
static const struct profile own = {"rootmode", NULL,
                                   NEEDS("vmx-nmi-exit", "vmx-hlt-exit", "vmx-io-exit",
                                         "host-address-space-size", "vmx-entry-ia32e-mode")};

static const struct profile kvm = {
	"kvm", NULL,
	NEEDS("vmx-intr-exit", "vmx-nmi-exit", "vmx-hlt-exit", "vmx-io-exit", "vmx-movdr-exit",
              "vmx-tsc-offset", "vmx-mwait-exit", "vmx-monitor-exit", "vmx-invlpg-exit",
              "vmx-rdpmc-exit", "vmx-vintr-pending", "vmx-cr8-load-exit", "vmx-cr8-store-exit",
              "vmx-exit-ack-intr", "host-address-space-size", "vmx-entry-ia32e-mode")};
static const struct profile kvm_ept = {"kvm-ept", &kvm,
                                       NEEDS("vmx-secondary-ctls", "vmx-ept", "vmx-page-walk-4",
                                             "ept-write-back", "vmx-invept",
                                             "vmx-invept-all-context")};
static const struct profile kvm_unrestricted = {"kvm-unrestricted", &kvm_ept,
                                                NEEDS("vmx-unrestricted-guest")};
static const struct profile kvm_apicv = {"kvm-apicv", &kvm_ept,
                                         NEEDS("vmx-flexpriority", "vmx-apicv-xapic",
                                               "vmx-apicv-register", "vmx-apicv-vid",
                                               "vmx-posted-intr")};

static const struct profile hyper_v = {"hyper-v", NULL, NEEDS("vmx-secondary-ctls", "vmx-ept")};
static const struct profile hvci = {"hvci", &hyper_v, NEEDS("vmx-mbec")};

/* HVM and PVH guests; with shadow page tables, and with EPT, which Xen calls HAP. */
static const struct profile xen = {
	"xen", NULL,
	NEEDS("vmx-intr-exit", "vmx-nmi-exit", "vmx-hlt-exit", "vmx-vintr-pending",
              "vmx-cr8-load-exit", "vmx-cr8-store-exit", "vmx-invlpg-exit", "vmx-monitor-exit",
              "vmx-mwait-exit", "vmx-movdr-exit", "vmx-io-bitmap", "vmx-tsc-offset",
              "vmx-rdtsc-exit", "vmx-exit-ack-intr", "host-address-space-size")};
static const struct profile xen_hap = {"xen-hap", &xen,
                                       NEEDS("vmx-secondary-ctls", "vmx-ept", "vmx-page-walk-4",
                                             "ept-write-back", "vmx-invept-all-context",
                                             "vmx-cr3-load-noexit", "vmx-cr3-store-noexit")};

static const struct profile bhyve = {
	"bhyve", NULL,
	NEEDS("vmx-ins-outs", "vmx-intr-exit", "vmx-nmi-exit", "vmx-vnmi", "vmx-secondary-ctls",
              "vmx-mwait-exit", "vmx-monitor-exit", "vmx-io-exit", "vmx-msr-bitmap",
              "vmx-vintr-pending", "vmx-vnmi-pending", "vmx-cr8-load-exit", "vmx-cr8-store-exit",
              "vmx-cr3-load-noexit", "vmx-cr3-store-noexit", "vmx-ept", "host-address-space-size",
              "vmx-exit-save-efer", "vmx-exit-load-efer", "vmx-exit-ack-intr",
              "vmx-entry-load-efer", "vmx-page-walk-4", "ept-write-back", "vmx-invept",
              "vmx-invept-single-context", "vmx-invept-all-context", "vmx-invvpid",
              "vmx-invvpid-single-addr", "vmx-invvpid-single-context", "vmx-invvpid-all-context",
              "vmx-invept-single-context-noglobals")};

static const struct profile jailhouse = {
	"jailhouse", NULL,
	NEEDS("vmx-true-ctls", "vmx-nmi-exit", "vmx-preemption-timer", "vmx-io-bitmap",
              "vmx-msr-bitmap", "vmx-secondary-ctls", "vmx-cr3-load-noexit", "vmx-cr3-store-noexit",
              "vmx-apicv-xapic", "vmx-ept", "vmx-unrestricted-guest", "vmx-page-walk-4",
              "ept-write-back", "vmx-invept", "vmx-entry-load-pat", "vmx-entry-load-efer",
              "vmx-exit-save-pat", "vmx-exit-load-pat", "vmx-exit-save-efer", "vmx-exit-load-efer",
              "vmx-activity-hlt")};

static const struct profile sel4 = {
	"sel4", NULL,
	NEEDS("vmx-intr-exit", "vmx-nmi-exit", "vmx-vnmi", "vmx-io-bitmap", "vmx-msr-bitmap",
              "vmx-secondary-ctls", "vmx-ept", "vmx-exit-save-pat", "vmx-exit-load-pat",
              "vmx-exit-save-efer", "vmx-exit-load-efer", "host-address-space-size")};

static const struct profile acrn = {"acrn", NULL,
                                    NEEDS("vmx-flexpriority", "vmx-secondary-ctls",
                                          "vmx-apicv-xapic", "vmx-ept", "vmx-store-lma",
                                          "vmx-ept-1gb", "vmx-invept", "vmx-invvpid",
                                          "vmx-invvpid-single-context", "vmx-invvpid-all-context")};

/* Memory introspection, by single steps and by views of memory that a guest switches itself. */
static const struct profile introspection = {"introspection", &hyper_v,
                                             NEEDS("vmx-mtf", "vmx-ept-execonly")};
static const struct profile introspection_ve = {
	"introspection-ve", &introspection,
	NEEDS("vmx-vmfunc", "vmx-eptp-switching", "ept-violation-ve")};

const struct profile *const profiles[] = {
	&own,       &kvm,  &kvm_ept, &kvm_unrestricted, &kvm_apicv,
	&hyper_v,   &hvci, &xen,     &xen_hap,          &bhyve,
	&jailhouse, &sel4, &acrn,    &introspection,    &introspection_ve,
};
const size_t profiles_count = COUNT_OF(profiles);

const char *profile_lacks(const struct profile *profile, const struct vmx_evidence *evidence,
                          unsigned n)
{
	for (; profile != NULL; profile = profile->includes) {
		for (const char *const *need = profile->needs; *need != NULL; need++) {
			if (!caps_has_named(*need, evidence) && n-- == 0)
				return *need;
		}
	}
	return NULL;
}
