internal import Disk

extension Store {
  /// Looks again, from the beginning, where a collection took what was about to be looked at. What `body` finds missing
  /// each time is missing.
  package func besideCollections<Value>(_ body: () throws -> Value) throws -> Value {
    for _ in 0..<Self.secondLooks {
      do { return try body() } catch StoreError.missingBlob {
      } catch StoreError.disk(let error) where error.isMissing {
      }
      try generations.forgetRemoved()
    }
    return try body()
  }

  private static let secondLooks = 2
}

/// A stay in the store: while it lasts, nothing that it built on is removed.
///
/// Whoever stores content and then refers to it (a run, a version made by hand) holds one from the first blob to the
/// last ref; the processes of a run's steps rely on their runner's. The kernel ends it with the process. A collection
/// neither waits for sessions nor makes them wait: it leaves alone what those of earlier generations may have built on.
package struct StoreSession: ~Copyable, Sendable {
  private let lock: FileLock

  package init(_ store: Store) throws(StoreError) { lock = try store.generations.enter() }

  /// Does nothing but need the session: `defer { session.keep() }` holds it to the end of the scope.
  package func keep() { lock.keep() }
}
