internal import Disk
internal import SystemPackage

/// A stay in the store: while it lasts, nothing that it built on is removed.
///
/// Whoever stores content and then refers to it (a run, a version made by hand) holds one from the first blob to the
/// last ref. The kernel ends it with the process.
package struct StoreSession: ~Copyable, Sendable {
  private let lock: FileLock

  package init(_ store: Store) throws(StoreError) {
    let path = store.root.appending("locks/writers")
    lock = try onDisk { () throws(DiskError) in try store.disk.lock(path, .shared) }
  }

  /// Does nothing but need the session: `defer { session.keep() }` holds it to the end of the scope.
  package func keep() { lock.keep() }
}
