internal import Glibc

/// A held `flock`: the kernel drops it when the value goes or the process dies, however it dies.
///
/// The descriptor closes at exec, so that no child keeps a lock after its runner was killed.
package struct FileLock: ~Copyable, Sendable {
  package enum Mode: Sendable { case shared, exclusive }

  let file: OpenFile

  init(file: OpenFile) { self.file = file }

  /// Unlocks before the descriptor closes: a child between its fork and its exec holds a copy of it, and would hold the
  /// lock with it.
  deinit { _ = flock(file.descriptor, LOCK_UN) }

  /// Does nothing but need the lock: `defer { lock.keep() }` holds it to the end of the scope.
  package func keep() {}
}
