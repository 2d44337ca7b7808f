internal import Dispatch
internal import Synchronization

/// Works on the elements of an array side by side.
enum ParallelColumns {
  /// Does `piece` once with each element and its place. The result does not depend on the number of threads, as a piece sees
  /// its own element alone.
  static func forEach<Element>(
    _ elements: inout [Element], threads: Int, _ piece: @Sendable (inout Element, Int) -> Void
  ) {
    guard threads > 1, elements.count > 1 else {
      for index in elements.indices { piece(&elements[index], index) }
      return
    }
    let next = Atomic(0)
    let count = elements.count
    elements.withUnsafeMutableBufferPointer { buffer in
      // Each place is given out once, so no two threads touch one element, and none is left when this returns.
      nonisolated(unsafe) let buffer = buffer
      withoutActuallyEscaping(piece) { piece in
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
          while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            piece(&buffer[index], index)
          }
        }
      }
    }
  }
}
