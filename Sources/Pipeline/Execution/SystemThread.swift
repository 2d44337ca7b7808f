internal import Glibc
internal import SystemPackage

/// Threads of the system, for calls that block: a task must not block the threads that all tasks share.
enum SystemThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `body` in a detached thread of its own.
  static func start(_ body: @escaping @Sendable () -> Void) throws(PipelineError) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(body))
    let result = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    guard result == 0 else {
      argument.release()
      throw .cannotStart("a thread", Errno(rawValue: result))
    }
    pthread_detach(thread)
  }

  /// Runs `body`, which may block, in a thread of its own, and waits for it without blocking a task's thread.
  static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      do { try start { continuation.resume(with: Result(catching: body)) } } catch {
        continuation.resume(throwing: error)
      }
    }
  }
}
