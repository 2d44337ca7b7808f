#define _GNU_SOURCE
#include "CPosix.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// Opens a folder for reading, after taking the permission to read, enter and change it.
static DIR *open_folder(int parent, const char *name) {
  int folder = openat(parent, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0) return NULL;
  // An O_PATH descriptor cannot be changed itself, but the link to it can be followed.
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  int readable = -1;
  if (chmod(link, 0700) == 0) readable = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int error = errno;
  close(folder);
  errno = error;
  if (readable < 0) return NULL;
  DIR *stream = fdopendir(readable);
  if (!stream) close(readable);
  return stream;
}

static int move_up(int folder, const char *name, int top, unsigned long *number) {
  char moved[32];
  int result;
  do {
    snprintf(moved, sizeof moved, ".moved-%lu", (*number)++);
    result = renameat2(folder, name, top, moved, 1u /* RENAME_NOREPLACE */);
  } while (result != 0 && errno == EEXIST);
  return result;
}

/// Empties one folder: files go, folders move up into `top` under numbers of their own, so that depth never counts.
static int empty(DIR *folder, int top, unsigned long *number) {
  struct dirent *entry;
  while ((errno = 0, entry = readdir(folder))) {
    const char *name = entry->d_name;
    if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
    if (unlinkat(dirfd(folder), name, 0) == 0 || errno == ENOENT) continue;
    if (errno != EISDIR && errno != EPERM) return -errno;
    // To move a folder is to change it too: its entry `..`.
    DIR *child = open_folder(dirfd(folder), name);
    if (!child) return -errno;
    closedir(child);
    if (move_up(dirfd(folder), name, top, number) != 0) return -errno;
  }
  return -errno;
}

int posix_remove_deep_tree(const char *path) {
  unsigned long number = 0;
  while (1) {
    DIR *top = open_folder(AT_FDCWD, path);
    if (!top) return errno == ENOENT ? 0 : -errno;
    int result = 0;
    int has_entries = 0;
    struct dirent *entry;
    while (result == 0 && (errno = 0, entry = readdir(top))) {
      const char *name = entry->d_name;
      if (!strcmp(name, ".") || !strcmp(name, "..")) continue;
      has_entries = 1;
      if (unlinkat(dirfd(top), name, 0) == 0 || errno == ENOENT) continue;
      DIR *child = open_folder(dirfd(top), name);
      if (!child) {
        result = -errno;
        break;
      }
      result = empty(child, dirfd(top), &number);
      closedir(child);
      if (result == 0 && unlinkat(dirfd(top), name, AT_REMOVEDIR) != 0 && errno != ENOENT) result = -errno;
    }
    closedir(top);
    if (result != 0) return result;
    if (!has_entries) return rmdir(path) == 0 || errno == ENOENT ? 0 : -errno;
  }
}
