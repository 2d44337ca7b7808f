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
  double user_seconds;        // its own and those of the descendants that it waited for
  double system_seconds;
  int64_t peak_memory_bytes;  // largest resident set of the child or of a descendant that it waited for; the kernel
                              // counts the moment before exec too, so it is never below the starter's own
};

/// How to start a child: arrays end with NULL; a limit of 0 means none, and none is raised above this process's own.
struct posix_child_request {
  const char *executable;  // absolute path
  char *const *arguments;
  char *const *environment;
  const char *working_directory;
  int standard_input, standard_output, standard_error;
  int status_output;  // what the child gets as descriptor 3; -1: nothing
  int64_t file_size_bytes, open_files;
  int dies_with_starter;  // not 0: killed when the thread that starts it ends, so start it from one that waits for it
};

/// Starts the child as leader of a session of its own, with default signals and no descriptor but those given; short of
/// memory, the kernel ends it before this process. Returns its pid once its program runs; when that cannot be started,
/// no child is left.
int posix_start_child(const struct posix_child_request *request);

/// A descriptor that can be polled for the end of a process; -ENOSYS before Linux 5.3.
int posix_open_process(pid_t process);

/// Whether a child has ended: 1 or 0. It is not reaped, so that its pid and process group stay its own.
int posix_has_child_ended(pid_t child);

/// Waits for the child (EINTR is retried), reaps it and fills `usage`.
int posix_wait_child(pid_t child, struct posix_child_usage *usage);

/// Makes this process the parent of every orphan among its descendants, so that it can find and end them.
int posix_adopt_orphans(void);

/// Reaps this process's ended children of a process group; 1 when the group has members left, 0 when not.
int posix_reap_group(pid_t group);

/// Reaps one child if it has ended.
void posix_reap(pid_t child);

/// Removes a folder and all below it, however deep that is and whatever permissions it has, following no link.
int posix_remove_deep_tree(const char *path);
