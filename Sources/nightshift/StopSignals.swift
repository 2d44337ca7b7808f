@preconcurrency internal import Dispatch
internal import Glibc
internal import Synchronization

/// TERM and INT, as a wish to stop: the first one is told to whoever works, the second one ends the process at once.
final class StopSignals: Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ stop: @escaping @Sendable () -> Void) {
    let told = Counter()
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let queue = DispatchQueue(label: "signals", qos: .utility)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        // What the runner started ends with it.
        if told.next() > 1 { _exit(128 + number) }
        stop()
      }
      source.activate()
      return source
    }
  }

  deinit { for source in sources { source.cancel() } }

  private final class Counter: Sendable {
    private let count = Mutex(0)

    /// 1 the first time.
    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
  }
}
