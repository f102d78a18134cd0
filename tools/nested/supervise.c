/*
 * supervise LIMIT_S QEMU-COMMAND...
 *
 * Runs QEMU with KVM inside the nested vehicle's Linux, and copies QEMU's standard output, which is
 * the inner machine's serial output, to its own. It ends QEMU after LIMIT_S seconds of the emulated
 * clock, or GRACE_MS after a complete "RESULT: " line.
 *
 * After QEMU has ended, it prints two lines for the host:
 *     == KVM-BEFORE name=count ...    KVM's counters up to the inner machine's first serial byte
 *     == KVM-TOTAL name=count ...     KVM's counters for the whole run
 * They are missing if KVM created no machine for QEMU, for example because of wrong arguments.
 *
 * Exit status: QEMU's own, or 128 + signal if a signal ended it; 124 if it was ended at the limit;
 * 125 if this program failed, with the reason on standard error; 126 if QEMU was ended after the
 * verdict.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { GRACE_MS = 2000, POLL_MS = 100, PATIENCE_MS = 2000 };
enum { EXIT_LIMIT = 124, EXIT_OWN_FAILURE = 125, EXIT_AFTER_VERDICT = 126 };

struct run {
	pid_t qemu;
	int serial; /* read end of QEMU's standard output */
	/* Our duplicate of QEMU's KVM descriptor, or -1. It keeps the counters after QEMU's end. */
	int vm;
	char counts_dir[64]; /* that machine's directory in debugfs */
	char counts_before[1024];
	char line[16]; /* the start of the current line */
	size_t line_length;
	bool has_verdict; /* a complete "RESULT: " line was copied */
};

static void supervise_fail(const char *what)
{
	fprintf(stderr, "supervise: %s: %s\n", what, strerror(errno));
	exit(EXIT_OWN_FAILURE);
}

static long long now_ms(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		supervise_fail("clock_gettime");
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void start_qemu(struct run *run, char **command)
{
	int ends[2];
	if (pipe(ends) != 0)
		supervise_fail("pipe");
	run->qemu = fork();
	if (run->qemu < 0)
		supervise_fail("fork");
	if (run->qemu == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(command[0], command);
		supervise_fail(command[0]);
	}
	close(ends[1]);
	run->serial = ends[0];
}

/* Duplicates the descriptor of QEMU's KVM machine, once QEMU has opened it. */
static void hold_machine(struct run *run)
{
	char directory[32], target[64];
	snprintf(directory, sizeof directory, "/proc/%d/fd", run->qemu);
	DIR *files = opendir(directory);
	if (files == NULL)
		return;
	for (struct dirent *file; run->vm < 0 && (file = readdir(files)) != NULL;) {
		char path[sizeof directory + sizeof file->d_name + 1];
		snprintf(path, sizeof path, "%s/%s", directory, file->d_name);
		ssize_t length = readlink(path, target, sizeof target - 1);
		if (length <= 0)
			continue;
		target[length] = '\0';
		if (strcmp(target, "anon_inode:kvm-vm") != 0)
			continue;
		int process = (int)syscall(SYS_pidfd_open, run->qemu, 0);
		if (process < 0)
			break;
		run->vm = (int)syscall(SYS_pidfd_getfd, process, atoi(file->d_name), 0);
		close(process);
		snprintf(run->counts_dir, sizeof run->counts_dir, "/sys/kernel/debug/kvm/%d-%d",
		         run->qemu, atoi(file->d_name));
	}
	closedir(files);
}

/* Writes " name=count" for each of KVM's counters that is readable and not zero. */
static void read_counts(const struct run *run, char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	DIR *counts = run->vm < 0 ? NULL : opendir(run->counts_dir);
	if (counts == NULL)
		return;
	for (struct dirent *count; (count = readdir(counts)) != NULL;) {
		char path[sizeof run->counts_dir + sizeof count->d_name + 1];
		unsigned long long value = 0;
		snprintf(path, sizeof path, "%s/%s", run->counts_dir, count->d_name);
		FILE *file = count->d_type == DT_REG ? fopen(path, "r") : NULL;
		if (file == NULL)
			continue;
		if (fscanf(file, "%llu", &value) == 1 && value != 0 && used < size)
			used += (size_t)snprintf(text + used, size - used, " %s=%llu",
			                         count->d_name, value);
		fclose(file);
	}
	closedir(counts);
}

static void follow_line(struct run *run, char byte)
{
	static const char verdict[] = "RESULT: ";
	if (byte == '\n') {
		run->has_verdict |= run->line_length >= sizeof verdict - 1 &&
		                    memcmp(run->line, verdict, sizeof verdict - 1) == 0;
		run->line_length = 0;
	} else {
		if (run->line_length < sizeof run->line)
			run->line[run->line_length] = byte;
		run->line_length++;
	}
}

/* Copies what QEMU wrote. Returns false at the end of its output. */
static bool relay(struct run *run)
{
	char bytes[4096];
	ssize_t length = read(run->serial, bytes, sizeof bytes);
	if (length <= 0)
		return false;
	for (ssize_t done = 0; done < length;) {
		ssize_t written = write(STDOUT_FILENO, bytes + done, (size_t)(length - done));
		if (written < 0)
			supervise_fail("write");
		done += written;
	}
	for (ssize_t i = 0; i < length; i++)
		follow_line(run, bytes[i]);
	return true;
}

/* Waits for QEMU's end and returns 0, or returns the exit status that says why to end it. */
static int follow(struct run *run, long long limit_ms)
{
	bool counted = false, had_verdict = false;
	long long deadline = now_ms() + limit_ms;
	while (now_ms() < deadline) {
		struct pollfd serial = {.fd = run->serial, .events = POLLIN};
		int ready = poll(&serial, 1, POLL_MS);
		if (run->vm < 0)
			hold_machine(run);
		if (ready > 0 && !counted) {
			read_counts(run, run->counts_before, sizeof run->counts_before);
			counted = true;
		}
		if (ready > 0 && !relay(run))
			return 0;
		if (run->has_verdict && !had_verdict)
			deadline = now_ms() + GRACE_MS;
		had_verdict = run->has_verdict;
	}
	return run->has_verdict ? EXIT_AFTER_VERDICT : EXIT_LIMIT;
}

/* Waits for QEMU, which closed its output or was sent SIGTERM. Returns its exit status. */
static int wait_for_end(struct run *run)
{
	int status;
	for (int waited_ms = 0; waitpid(run->qemu, &status, WNOHANG) == 0; waited_ms += POLL_MS) {
		struct timespec pause = {.tv_nsec = POLL_MS * 1000000L};
		nanosleep(&pause, NULL);
		if (waited_ms == PATIENCE_MS)
			kill(run->qemu, SIGKILL);
		if (waited_ms >= 2 * PATIENCE_MS) {
			fprintf(stderr, "supervise: QEMU outlives SIGKILL\n");
			exit(EXIT_OWN_FAILURE);
		}
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int main(int argc, char **argv)
{
	struct run run = {.vm = -1};
	char counts[1024];
	if (argc < 3) {
		fprintf(stderr, "usage: supervise LIMIT_S QEMU-COMMAND...\n");
		return EXIT_OWN_FAILURE;
	}
	start_qemu(&run, argv + 2);
	int why = follow(&run, atoll(argv[1]) * 1000);
	if (why != 0)
		kill(run.qemu, SIGTERM);
	int status = wait_for_end(&run);
	read_counts(&run, counts, sizeof counts);
	if (run.vm >= 0)
		printf("\n== KVM-BEFORE%s\n== KVM-TOTAL%s\n", run.counts_before, counts);
	return why != 0 ? why : status;
}
