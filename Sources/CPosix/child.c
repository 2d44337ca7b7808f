#define _GNU_SOURCE
#include "CPosix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Older headers lack them; the numbers are the same on every architecture.
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4u
#endif

/// Lowers a limit, never asking for more than this process may have: that would be refused.
static int limit(int resource, int64_t value) {
  if (value <= 0) return 0;
  struct rlimit bounds;
  if (getrlimit(resource, &bounds) != 0) return -1;
  if ((rlim_t)value < bounds.rlim_max) bounds.rlim_max = (rlim_t)value;
  bounds.rlim_cur = bounds.rlim_max;
  return setrlimit(resource, &bounds);
}

/// Kernels before 5.11: marks what /proc lists. By system call alone, because opendir allocates.
static int close_listed_at_exec(int first) {
  int folder = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return -1;
  _Alignas(struct dirent64) char buffer[4096];
  long got;
  while ((got = syscall(SYS_getdents64, folder, buffer, sizeof buffer)) > 0) {
    for (long at = 0; at < got;) {
      const struct dirent64 *entry = (const struct dirent64 *)(buffer + at);
      at += entry->d_reclen;
      int descriptor = 0;
      const char *digit = entry->d_name;
      for (; *digit >= '0' && *digit <= '9'; digit++) descriptor = descriptor * 10 + (*digit - '0');
      if (*digit == '\0' && descriptor >= first) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
  }
  int error = errno;
  close(folder);
  errno = error;
  return got < 0 ? -1 : 0;
}

/// Whatever was opened without O_CLOEXEC, by whomever, closes at exec: all from `first` on.
static int close_rest_at_exec(int first) {
  if (syscall(SYS_close_range, (unsigned)first, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return 0;
  return close_listed_at_exec(first);
}

/// Short of memory, the kernel is to end a step, not who watches over it. That it cannot be asked is no obstacle.
static void offer_to_the_killer(void) {
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t written = write(file, "500", 3);
  (void)written;
  close(file);
}

/// Runs in the child between vfork and exec, in its parent's memory: system calls alone, and no other lasting effect
/// than on `*error`.
static void become(const struct posix_child_request *request, pid_t starter, volatile int *error) {
  // Handlers go while every signal is still blocked: the parent's must never run here.
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // They may have arrived as any descriptors: out of the way of 0 to 3 first.
  int streams[4] = {request->standard_input, request->standard_output, request->standard_error, request->status_output};
  int count = request->status_output < 0 ? 3 : 4;
  for (int i = 0; i < count; i++)
    if ((streams[i] = fcntl(streams[i], F_DUPFD, 10)) < 0) goto failed;
  for (int i = 0; i < count; i++)
    if (dup2(streams[i], i) < 0) goto failed;
  if (close_rest_at_exec(count) != 0) goto failed;
  if (setsid() < 0) goto failed;
  if (request->dies_with_starter) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) goto failed;
    // The starter may have died before the kernel was asked to tell.
    if (getppid() != starter) _exit(127);
  }
  offer_to_the_killer();
  if (request->working_directory && chdir(request->working_directory) != 0) goto failed;
  if (limit(RLIMIT_FSIZE, request->file_size_bytes) || limit(RLIMIT_NOFILE, request->open_files)) goto failed;
  execve(request->executable, request->arguments, request->environment);
failed:
  *error = errno;
  _exit(127);
}

/// The frame that the child shares until its exec. A plain fork would copy the page tables of a large process.
__attribute__((noinline)) static pid_t start(const struct posix_child_request *request, volatile int *error) {
  pid_t starter = getpid();
  pid_t child = vfork();
  if (child == 0) become(request, starter, error);
  return child;
}

int posix_start_child(const struct posix_child_request *request) {
  // Whoever started this process may have had it ignore SIGCHLD: the kernel would then throw away how children end.
  struct sigaction on_child_end;
  if (sigaction(SIGCHLD, NULL, &on_child_end) == 0 && on_child_end.sa_handler == SIG_IGN) signal(SIGCHLD, SIG_DFL);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  volatile int error = 0;
  pid_t child = start(request, &error);
  int start_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (child < 0) return -start_error;
  if (error == 0) return child;
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  return -error;
}

int posix_open_process(pid_t process) {
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0u);
  return descriptor >= 0 ? descriptor : -errno;
}

int posix_has_child_ended(pid_t child) {
  siginfo_t end;
  int result;
  end.si_pid = 0;
  do result = waitid(P_PID, (id_t)child, &end, WEXITED | WNOHANG | WNOWAIT);
  while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  return end.si_pid == child;
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

int posix_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L) == 0 ? 0 : -errno; }

int posix_reap_group(pid_t group) {
  while (waitpid(-group, NULL, WNOHANG) > 0) continue;
  return kill(-group, 0) == 0 || errno == EPERM;
}

void posix_reap(pid_t child) { waitpid(child, NULL, WNOHANG); }
