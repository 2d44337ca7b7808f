internal import Dispatch
internal import Synchronization

/// Work in numbered pieces on several threads.
enum ParallelPieces {
  /// Does each piece once. Threads take the next piece when they are done with one, so a piece must depend on its number
  /// alone for the results to be the same whatever the number of threads.
  ///
  /// - Parameter begin: makes what a thread keeps from piece to piece: its buffers.
  static func forEach<Memory>(
    _ count: Int, threads: Int, begin: @Sendable () -> Memory, _ piece: @Sendable (inout Memory, Int) -> Void
  ) {
    let workers = max(1, min(threads, count))
    guard workers > 1 else {
      var memory = begin()
      for index in 0..<count { piece(&memory, index) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(begin) { begin in
      withoutActuallyEscaping(piece) { piece in
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
          var memory = begin()
          while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            piece(&memory, index)
          }
        }
      }
    }
  }
}
