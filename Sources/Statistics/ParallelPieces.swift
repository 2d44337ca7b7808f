internal import Dispatch
internal import Synchronization

/// Work in numbered pieces on several threads.
package enum ParallelPieces {
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

  /// Does `piece` once with each element and its place. The result does not depend on the number of threads, as a piece
  /// sees its own element alone.
  package static func forEach<Element>(
    _ elements: inout [Element], threads: Int, _ piece: @Sendable (inout Element, Int) -> Void
  ) {
    let count = elements.count
    elements.withUnsafeMutableBufferPointer { buffer in
      // Each place is given out once, so no two threads touch one element, and none is left when this returns.
      nonisolated(unsafe) let buffer = buffer
      forEach(count, threads: threads, begin: {}) { _, index in piece(&buffer[index], index) }
    }
  }

  /// Does `piece` once for each range of at most `size` rows. What comes out must not depend on who does which.
  package static func forEachRange(
    of rowCount: Int, size: Int, threads: Int, _ piece: @Sendable (Range<Int>) -> Void
  ) {
    forEach((rowCount + size - 1) / size, threads: threads, begin: {}) { _, index in
      piece(index * size..<min((index + 1) * size, rowCount))
    }
  }
}
