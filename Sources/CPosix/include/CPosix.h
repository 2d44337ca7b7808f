/// The system calls that Swift's Glibc overlay lacks or cannot call safely. Each returns 0 or a positive value on
/// success and a negative errno on failure.
#pragma once
#include <stdint.h>
#include <sys/types.h>

/// Renames without replacing: -EEXIST when `to` exists.
int posix_rename_exclusive(const char *from, const char *to);

/// Swaps two names of one file system in one instant: -EINVAL where the file system cannot.
int posix_rename_exchange(const char *from, const char *to);

/// How many processors this process may use; at least 1.
int posix_processor_count(void);

/// Bytes of physical memory of this machine, or what its control group leaves of it.
int64_t posix_memory_bytes(void);

/// Writes everything of the file system that holds `descriptor` to its disk.
int posix_sync_file_system(int descriptor);

/// A pipe whose ends close at exec: `ends[0]` reads, `ends[1]` writes.
int posix_make_pipe(int ends[2]);

/// What the kernel says of a finished child.
struct posix_child_usage {
  int exit_status;            // exit code, or -1 when a signal ended it
  int signal;                 // the signal, or 0
  double user_seconds;
  double system_seconds;
  int64_t peak_memory_bytes;  // largest resident set of the child or of a descendant that it waited for
};

/// How to start a child: arrays end with NULL; a limit of 0 means none.
struct posix_child_request {
  const char *executable;  // absolute path
  char *const *arguments;
  char *const *environment;
  const char *working_directory;
  int standard_input, standard_output, standard_error;
  int64_t address_space_bytes, file_size_bytes, cpu_seconds, open_files;
};

/// Starts the child as leader of a session of its own, with no descriptor but the three given. Returns its pid.
int posix_start_child(const struct posix_child_request *request);

/// Waits for the child (EINTR is retried) and fills `usage`.
int posix_wait_child(pid_t child, struct posix_child_usage *usage);
