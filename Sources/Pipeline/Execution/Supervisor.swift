internal import Disk
internal import Synchronization

/// Runs children one after the other in the thread that asks, for those who may be told to stop from another.
final class Supervisor: Sendable {
  private struct State {
    var current: Supervision?
    var isCancelled = false
  }

  private let state = Mutex(State())

  /// Blocks until the child has ended. After ``cancel()`` none is started any more.
  func run(_ request: ChildProcess.Request, _ disk: Disk) throws -> ChildProcess.Outcome {
    let supervision = try Supervision(request, disk)
    try state.withLock { state in
      if state.isCancelled { throw CancellationError() }
      state.current = supervision
    }
    defer { state.withLock { $0.current = nil } }
    return try supervision.run { _ in }
  }

  var isCancelled: Bool { state.withLock(\.isCancelled) }

  /// Ends the child that is at work.
  func cancel() {
    state.withLock { state in
      state.isCancelled = true
      state.current?.cancel()
    }
  }
}
