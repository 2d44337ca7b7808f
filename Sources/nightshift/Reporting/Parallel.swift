internal import Dispatch
internal import Synchronization

/// Work on all cores.
enum Parallel {
  /// Does `piece` for each of the numbers below `count`, on any thread, until one fails: its error is thrown.
  static func forEach(_ count: Int, _ piece: @Sendable (Int) throws -> Void) throws {
    let fault = Mutex<(any Error)?>(nil)
    withoutActuallyEscaping(piece) { piece in
      DispatchQueue.concurrentPerform(iterations: count) { number in
        guard fault.withLock({ $0 == nil }) else { return }
        do { try piece(number) } catch { fault.withLock { $0 = $0 ?? error } }
      }
    }
    if let error = fault.withLock({ $0 }) { throw error }
  }

  /// The results in the order of the elements.
  static func map<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ transform: @Sendable (Element) throws -> Result
  ) throws -> [Result] {
    let results = Mutex<[Result?]>(Array(repeating: nil, count: elements.count))
    try forEach(elements.count) { number in
      let result = try transform(elements[number])
      results.withLock { $0[number] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}
