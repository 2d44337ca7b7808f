internal import Disk
internal import Dispatch
internal import Synchronization

/// Does pieces of work on all cores, each worker with a state of its own, until one fails: its error is thrown.
enum ParallelWork {
  /// - Parameters:
  ///   - count: of the pieces.
  ///   - state: what a worker begins with: buffers, mostly.
  ///   - piece: does the piece of that number, counted from 0.
  static func run<State>(
    _ count: Int, state: @Sendable () -> State, _ piece: @Sendable (inout State, Int) throws(StoreError) -> Void
  ) throws(StoreError) {
    let next = Atomic(0)
    let fault = Mutex<StoreError?>(nil)
    withoutActuallyEscaping(piece) { piece in
      DispatchQueue.concurrentPerform(iterations: min(count, Processors.count)) { _ in
        var state = state()
        while fault.withLock({ $0 == nil }) {
          let number = next.add(1, ordering: .relaxed).oldValue
          guard number < count else { return }
          do throws(StoreError) { try piece(&state, number) } catch { fault.withLock { $0 = $0 ?? error } }
        }
      }
    }
    if let error = fault.withLock({ $0 }) { throw error }
  }
}
