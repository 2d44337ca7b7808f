internal import Disk
internal import SystemPackage

/// Starts children and waits for them: the one door to other processes.
///
/// Each child leads a session of its own. When ``run(_:started:)`` returns, nothing of its process group is left, and
/// nothing that bears its mark, whatever session it made for itself.
struct ChildProcess: Sendable {
  /// What to start.
  struct Request: Sendable {
    /// Absolute path of the program.
    var executable: String
    /// Without the program's own name.
    var arguments: [String]
    /// `NAME=VALUE`, nothing else is inherited.
    var environment: [String]
    var workingDirectory: FilePath
    /// Standard output and error, both at its end.
    var log: FilePath
    var input = Input.empty
    /// An entry of `environment` that no other child has: it tells the child's descendants when they left its session.
    var mark: String?
    /// A new file that the child may write to as its descriptor 3.
    var status: FilePath?
    /// The child only keeps the processes that do the work, and takes them with it when it ends: TERM is for them.
    var isKeeper = false
    var limits = Limits()
  }

  /// The child's standard input, which is also how it ends with this process.
  enum Input: Sendable {
    /// `/dev/null`. The kernel kills the child, but not what the child started, when this process dies.
    case empty
    /// A pipe that ends when this process dies: ``LifeLine/watch(_:onEnd:)`` in the child does the rest.
    case lifeLine
  }

  /// Nil is no limit.
  struct Limits: Sendable, Equatable {
    /// Seconds until the group is ended.
    var timeoutSeconds: Double?
    /// Seconds between TERM and KILL.
    var graceSeconds = 10.0
    /// Resident memory of the child and its descendants, looked at five times a second.
    var memoryBytes: Int?
    /// Largest file that it may write, its log included; a process that passes it gets SIGXFSZ.
    var fileBytes: Int?
    /// Open files of each process.
    var openFiles: Int?
    /// How much it may add to its log, looked at five times a second: a fast writer passes it by some.
    var outputBytes: Int?

    /// The limits for what comes later in something that began at `start`: it has the rest of the time.
    func left(since start: ContinuousClock.Instant) -> Limits {
      var rest = self
      rest.timeoutSeconds = timeoutSeconds.map { max(0.001, $0 - (ContinuousClock.now - start) / .seconds(1)) }
      return rest
    }
  }

  /// How a child ended, with the kernel's own figures.
  struct Outcome: Sendable {
    enum Ending: Sendable, Equatable {
      case exited(Int32)
      case signalled(Int32)
      case timedOut
      case cancelled
      case outputLimit
      case memoryLimit(usedBytes: Int)
    }

    var ending: Ending
    var wallSeconds: Double
    var cpuSeconds: Double
    /// Of the child or of the largest descendant that it waited for; not below what this process had at the start.
    var peakMemoryBytes: Int
  }

  let disk: Disk

  /// Runs the child to its end; a cancelled task ends it as a timeout does.
  ///
  /// - Parameter started: gets the child's pid as soon as it has one, in the thread that waits for it.
  func run(_ request: Request, started: @escaping @Sendable (Int32) -> Void = { _ in }) async throws -> Outcome {
    let supervision = try Supervision(request, disk)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          try SystemThread.start { continuation.resume(with: Result { try supervision.run(started: started) }) }
        } catch {
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      supervision.cancel()
    }
  }
}
