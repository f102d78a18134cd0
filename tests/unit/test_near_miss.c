/*
 * kernel/tables/near_miss.h: which words are misspelt options, and which belong to other kernels.
 */
#include "kernel/tables/near_miss.h"
#include "tests/unit/unit.h"

static const char *const names[] = {"observe",  "verbose", "monitor", "prove",
                                    "selftest", "bench",   "caps",    "console",
                                    "exit",     "cpus",    "cycles",  "results"};

static unsigned edits(const char *word, const char *name)
{
	return near_miss(unit_string_bytes(word), name);
}

/* Returns the option that the word resembles most, or "". */
static const char *resembles(const char *word)
{
	const char *found = "";
	unsigned fewest = NEAR_MISS_NONE;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (edits(word, names[i]) < fewest) {
			fewest = edits(word, names[i]);
			found = names[i];
		}
	}
	return found;
}

static void edits_are_counted(void **state)
{
	assert_int_equal(edits("observe", "observe"), 0);
	assert_int_equal(edits("observve", "observe"), 1); /* insert */
	assert_int_equal(edits("obseve", "observe"), 1);   /* delete */
	assert_int_equal(edits("observa", "observe"), 1);  /* replace */
	assert_int_equal(edits("obsevre", "observe"), 1);  /* swap */
	assert_int_equal(edits("bosevre", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("obesvre", "observe"), 2);
	assert_int_equal(edits("obervves", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("oobserveer", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("monitoring", "monitor"), NEAR_MISS_NONE);
}

static void two_edits_need_a_long_word_and_name_and_the_same_first_letter(void **state)
{
	assert_int_equal(edits("obsrv", "observe"), 2);
	assert_int_equal(edits("osve", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("exsst", "result"), NEAR_MISS_NONE);
	assert_int_equal(edits("abxy", "abcdxy"), NEAR_MISS_NONE); /* a word of 4 */
	assert_int_equal(edits("abcxy", "abcdexy"), 2);            /* of 5 */
	assert_int_equal(edits("abcyy", "abcdx"), NEAR_MISS_NONE); /* a name of 5 */
	assert_int_equal(edits("abcdyy", "abcdex"), 2);            /* of 6 */
	assert_int_equal(edits("xbcdey", "abcdex"), NEAR_MISS_NONE);
	assert_int_equal(edits("reserve", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("proxy", "prove"), NEAR_MISS_NONE);
	assert_int_equal(edits("init", "exit"), NEAR_MISS_NONE);
}

static void the_beginning_of_a_name_counts_from_three_letters_on(void **state)
{
	assert_int_equal(edits("o", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("ob", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("obs", "observe"), 1);
	assert_int_equal(edits("obser", "observe"), 1);
	assert_int_equal(edits("Self", "selftest"), 1);
}

static void case_dashes_and_values_do_not_count(void **state)
{
	static const char *const forms[] = {
		"OBSERVE",  "Observe",         "-observe", "--observe", "observe=1",
		"observe=", "observe,verbose", "observe;", "observe:x", "observe=a=b"};

	for (size_t i = 0; i < COUNT_OF(forms); i++)
		assert_int_equal(edits(forms[i], "observe"), 0);
	assert_int_equal(edits("ABCDEFGHIJKLMNOP", "abcdefghijklmnop"), 0);
	assert_int_equal(edits("QRSTUVWXYZ", "qrstuvwxyz"), 0);
	assert_int_equal(edits("observe-xyz", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("observe.xyz", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("observe_xyz", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("observe0189", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("observeAZaz", "observe"), NEAR_MISS_NONE);
	assert_int_equal(edits("@bs", "`bs"), 1); /* the neighbours of the capitals are none */
	assert_int_equal(edits("[bs", "{bs"), 1);
}

static void slips_of_the_keyboard_are_recognized(void **state)
{
	static const struct {
		const char *word, *name;
	} slips[] = {
		{"observ", "observe"},
		{"obsreve", "observe"},
		{"obseerve", "observe"},
		{"observer", "observe"},
		{"prov", "prove"},
		{"porve", "prove"},
		{"prov,e", "prove"},
		{"proove", "prove"},
		{"verbos", "verbose"},
		{"vebrose", "verbose"},
		{"verbosse=1", "verbose"},
		{"monitr", "monitor"},
		{"minotor", "monitor"},
		{"self-test", "selftest"},
		{"self_test", "selftest"},
		{"selftets", "selftest"},
		{"bnech", "bench"},
		{"benhc", "bench"},
		{"cap", "caps"},
		{"cpas", "caps"},
		{"conosle=ttyS0", "console"},
		{"consle=ttyS1,9600", "console"},
		{"exti=debug", "exit"},
		{"eixt=halt", "exit"},
		{"exist=halt", "exit"},
		{"cpu=2", "cpus"},
		{"ncpus=2", "cpus"},
		{"cycels=3", "cycles"},
		{"cycle=3", "cycles"},
		{"cylcse=3", "cycles"},
	};

	for (size_t i = 0; i < COUNT_OF(slips); i++)
		assert_string_equal(resembles(slips[i].word), slips[i].name);
}

/*
 * What GRUB, systemd-boot, installers and VMMs pass to Linux and Xen, and some of its rarer
 * options.
 */
static const char words_of_others[] =
	"BOOT_IMAGE=/boot/vmlinuz-6.1.0-18-amd64 root=/dev/sda1 root=UUID=1b2c-3d ro rw quiet "
	"splash debug single nomodeset -- --- - virtio_mmio.device=4K@0xd0000000:5 "
	"initrd=\\initrd.img init=/bin/sh rdinit=/init rootfstype=ext4 rootwait rootdelay=5 "
	"rootflags=subvol=@ panic=-1 panic=1 reboot=k reboot=t pci=off pci=noacpi acpi=off "
	"acpi=ht noapic nolapic apic=verbose lapic x2apic_phys nox2apic nosmp maxcpus=1 "
	"nr_cpus=4 isolcpus=1-3 possible_cpus=8 nohz_full=1 rcu_nocbs=1-3 irqaffinity=0 "
	"mem=512M memmap=1M$2M crashkernel=256M hugepages=16 hugepagesz=2M "
	"default_hugepagesz=1G iommu=pt intel_iommu=on amd_iommu=on kvm.ignore_msrs=1 "
	"kvm-intel.nested=1 mitigations=off nopti pti=on spectre_v2=off tsx=on nokaslr kaslr "
	"earlyprintk=ttyS0 earlycon earlycon=uart8250,io,0x3f8 consoleblank=0 "
	"netconsole=@/,@10.0.0.1/ loglevel=7 ignore_loglevel log_buf_len=1M printk.time=1 "
	"systemd.unit=rescue.target systemd.log_level=debug rd.break rd.shell "
	"rd.lvm.lv=vg/root net.ifnames=0 biosdevname=0 ip=dhcp ip=::::::dhcp "
	"nfsroot=10.0.0.1:/srv boot=live components persistence toram auto=true "
	"priority=critical url=http://host/p.cfg preseed/file=/p.cfg proxy=http://host:3128 "
	"inst.stage2=hd:LABEL=x vga=791 video=1024x768 fbcon=map:1 tsc=reliable "
	"tsc_early_khz=50000 clocksource=tsc hpet=disable nohpet no_timer_check notsc "
	"nmi_watchdog=0 watchdog nowatchdog softlockup_panic=1 audit=0 selinux=0 enforcing=0 "
	"security=apparmor apparmor=1 lsm=lockdown cgroup_enable=memory swapaccount=1 "
	"fsck.mode=skip fsck.repair=yes resume=/dev/sda2 noresume zswap.enabled=1 "
	"i915.modeset=0 modprobe.blacklist=x module_blacklist=x efi=debug noefi "
	"add_efi_memmap edd=off i8042.nokbd i8042.noaux 8250.nr_uarts=1 lpj=1000 kgdboc=ttyS0 "
	"kgdbwait ftrace=function trace_event=sched reserve=0x300,32 "
	"memory_corruption_check=0 cma=64M profile=2 norandmaps vsyscall=emulate noexec=off "
	"noxsave clearcpuid=514 dom0_mem=1G dom0_max_vcpus=2 com1=115200,8n1 noreboot "
	"guest_loglvl=all snd_hda_intel.model=x usbcore.autosuspend=-1 libata.force=noncq "
	"dis_ucode_ldr random.trust_cpu=on nvme_core.default_ps_max_latency_us=0 "
	"pcie_aspm=off processor.max_cstate=1 intel_idle.max_cstate=0 idle=poll nosmt nohlt "
	"threadirqs preempt=full skew_tick=1 cryptomgr.notests no-kvmclock initcall_debug "
	"initcall_blacklist=x bootmem_debug /boot/rootmode.elf = =observe (hd0) \"\" 1 0x10";

static void words_of_other_kernels_resemble_none(void **state)
{
	char line[sizeof(words_of_others)];
	unsigned count = 0;

	memcpy(line, words_of_others, sizeof(line));
	for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) {
		if (resembles(word)[0] != '\0')
			fail_msg("%s is taken for %s", word, resembles(word));
		count++;
	}
	assert_true(count > 150);
}

/* Distances are kept in bytes: a word of 256 more letters must not come out as one of none. */
static void a_long_word_that_begins_like_a_name_resembles_none(void **state)
{
	for (size_t more = 3; more < 600; more++) {
		uint8_t word[7 + 600] = "observe";

		memset(word + 7, 'x', more);
		assert_int_equal(near_miss(unit_bytes(word, 7 + more), "observe"), NEAR_MISS_NONE);
	}
}

static void any_bytes_are_read_within_their_bounds(void **state)
{
	uint32_t random = 7;

	for (unsigned round = 0; round < 2000; round++) {
		uint8_t word[24];
		size_t size = unit_random(&random) % sizeof(word);

		for (size_t i = 0; i < size; i++)
			word[i] = (uint8_t)unit_random(&random);
		assert_true(near_miss(unit_bytes(word, size), names[round % COUNT_OF(names)]) <=
		            NEAR_MISS_NONE);
	}
}

/* The row of distances has room for a name of 16 letters. */
static void a_name_of_more_than_16_letters_resembles_nothing(void **state)
{
	assert_int_equal(edits("abcdefghijklmnop", "abcdefghijklmnop"), 0);
	assert_int_equal(edits("abcdefghijklmnox", "abcdefghijklmnop"), 1);
	assert_int_equal(edits("abcdefghijklmnopqr", "abcdefghijklmnop"), 2);
	assert_int_equal(edits("abcdefghijklmnopqrs", "abcdefghijklmnop"), NEAR_MISS_NONE);
	assert_int_equal(edits("abcdefghijklmn", "abcdefghijklmnop"), 1);
	assert_int_equal(edits("abcdefghijklmnopq", "abcdefghijklmnopq"), 1); /* its beginning */
	assert_int_equal(edits("xbcdefghijklmnopq", "abcdefghijklmnopq"), NEAR_MISS_NONE);
}

/* Only the part before the first character that no name has is compared by itself. */
static void letters_digits_and_three_marks_make_names(void **state)
{
	for (unsigned c = 0; c <= UINT8_MAX; c++) {
		uint8_t word[] = "observe?xyz";
		bool in_names = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		                (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';

		word[7] = (uint8_t)c;
		assert_int_equal(near_miss(unit_bytes(word, sizeof(word) - 1), "observe"),
		                 in_names ? NEAR_MISS_NONE : 0);
	}
}

int main(void)
{
	static const struct CMUnitTest rules[] = {
		cmocka_unit_test(edits_are_counted),
		cmocka_unit_test(two_edits_need_a_long_word_and_name_and_the_same_first_letter),
		cmocka_unit_test(the_beginning_of_a_name_counts_from_three_letters_on),
		cmocka_unit_test(case_dashes_and_values_do_not_count),
		cmocka_unit_test(slips_of_the_keyboard_are_recognized),
		cmocka_unit_test(words_of_other_kernels_resemble_none),
		cmocka_unit_test(a_long_word_that_begins_like_a_name_resembles_none),
		cmocka_unit_test(any_bytes_are_read_within_their_bounds),
		cmocka_unit_test(a_name_of_more_than_16_letters_resembles_nothing),
		cmocka_unit_test(letters_digits_and_three_marks_make_names),
	};

	return unit_run(rules, COUNT_OF(rules));
}
