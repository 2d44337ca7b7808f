internal import Dispatch
internal import Synchronization

/// Works on ranges of rows side by side.
enum ParallelRows {
  /// Does `piece` once for each range of at most `size` rows. What comes out must not depend on who does which.
  static func forEach(
    rowCount: Int, size: Int, threads: Int, _ piece: @Sendable (Range<Int>) -> Void
  ) {
    let count = (rowCount + size - 1) / size
    guard threads > 1, count > 1 else {
      for index in 0..<count { piece(index * size..<min((index + 1) * size, rowCount)) }
      return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(piece) { piece in
      DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
          let index = next.add(1, ordering: .relaxed).oldValue
          guard index < count else { return }
          piece(index * size..<min((index + 1) * size, rowCount))
        }
      }
    }
  }
}
