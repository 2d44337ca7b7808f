internal import Glibc

/// A lock with a condition to wait for.
///
/// Sendable: the mutex and the condition are made for several threads, their memory neither moves nor goes before the
/// object does, and nothing else is in it.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  func withLock<Value>(_ body: () throws -> Value) rethrows -> Value {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Gives the lock up until another thread has changed something. The caller holds the lock.
  func wait() { pthread_cond_wait(condition, mutex) }

  /// Something was changed.
  func notify() { pthread_cond_broadcast(condition) }
}

/// Threads that are waited for.
struct HelperThreads {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private var threads: [pthread_t] = []

  /// Runs `body` in a thread of its own; where the system has none to give, not at all.
  mutating func start(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(Body(body))
    let result = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, argument.toOpaque())
    if result == 0 { threads.append(thread) } else { argument.release() }
  }

  /// Waits for the ends of all.
  func join() {
    for thread in threads { pthread_join(thread, nil) }
  }
}
