#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2
#endif

int posix_rename_exclusive(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0 ? 0 : -errno;
}

int posix_rename_exchange(const char *from, const char *to) {
  return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0 ? 0 : -errno;
}

int posix_processor_count(void) {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
  // More processors than a cpu_set_t has room for.
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online > 0 ? (int)online : 1;
}

int64_t posix_memory_bytes(void) {
  int64_t bytes = (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE);
  FILE *file = fopen("/sys/fs/cgroup/memory.max", "re");
  if (!file) return bytes;
  long long limit;
  if (fscanf(file, "%lld", &limit) == 1 && limit > 0 && limit < bytes) bytes = limit;
  fclose(file);
  return bytes;
}

int posix_sync_file_system(int descriptor) { return syncfs(descriptor) == 0 ? 0 : -errno; }

int posix_make_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno; }

static int limit(int resource, int64_t value) {
  if (value <= 0) return 0;
  struct rlimit bounds = {.rlim_cur = (rlim_t)value, .rlim_max = (rlim_t)value};
  return setrlimit(resource, &bounds);
}

/// Runs in the child between fork and exec: async-signal-safe calls only.
static void become(const struct posix_child_request *request, int report) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int signal_number = 1; signal_number < NSIG; signal_number++) signal(signal_number, SIG_DFL);
  // The three streams may arrive as any descriptors: move them out of the way of 0, 1 and 2 first.
  int streams[3] = {request->standard_input, request->standard_output, request->standard_error};
  for (int i = 0; i < 3; i++) {
    streams[i] = fcntl(streams[i], F_DUPFD, 10);
    if (streams[i] < 0) goto failed;
  }
  report = fcntl(report, F_DUPFD_CLOEXEC, 20);
  if (report < 0) _exit(127);
  for (int i = 0; i < 3; i++)
    if (dup2(streams[i], i) < 0) goto failed;
  // Everything else closes at exec, whoever opened it without O_CLOEXEC.
  syscall(SYS_close_range, 3u, ~0u, 4u /* CLOSE_RANGE_CLOEXEC */);
  if (setsid() < 0) goto failed;
  if (request->working_directory && chdir(request->working_directory) != 0) goto failed;
  if (limit(RLIMIT_AS, request->address_space_bytes) || limit(RLIMIT_FSIZE, request->file_size_bytes) ||
      limit(RLIMIT_CPU, request->cpu_seconds) || limit(RLIMIT_NOFILE, request->open_files))
    goto failed;
  execve(request->executable, request->arguments, request->environment);
failed:;
  int error = errno;
  ssize_t written = write(report, &error, sizeof error);
  (void)written;
  _exit(127);
}

int posix_start_child(const struct posix_child_request *request) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0) become(request, report[1]);
  int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (child < 0) {
    close(report[0]);
    return -fork_error;
  }
  int child_error = 0;
  ssize_t got;
  do got = read(report[0], &child_error, sizeof child_error);
  while (got < 0 && errno == EINTR);
  close(report[0]);
  if (got == sizeof child_error) {
    waitpid(child, NULL, 0);
    return -child_error;
  }
  return child;
}

int posix_wait_child(pid_t child, struct posix_child_usage *usage) {
  int status;
  struct rusage used;
  pid_t ended;
  do ended = wait4(child, &status, 0, &used);
  while (ended < 0 && errno == EINTR);
  if (ended < 0) return -errno;
  memset(usage, 0, sizeof *usage);
  if (WIFEXITED(status)) {
    usage->exit_status = WEXITSTATUS(status);
  } else {
    usage->exit_status = -1;
    usage->signal = WTERMSIG(status);
  }
  usage->user_seconds = used.ru_utime.tv_sec + used.ru_utime.tv_usec / 1e6;
  usage->system_seconds = used.ru_stime.tv_sec + used.ru_stime.tv_usec / 1e6;
  usage->peak_memory_bytes = (int64_t)used.ru_maxrss * 1024;
  return 0;
}
