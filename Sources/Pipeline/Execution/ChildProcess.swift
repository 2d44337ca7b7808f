internal import CPosix
internal import Disk
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Starts children and waits for them: the one door to other processes.
///
/// Each child leads a session of its own; whatever ends it, nothing of its process group is left when ``run(_:)``
/// returns.
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
    /// The child's standard input ends when this process dies; otherwise it is empty.
    var hasLifeLine: Bool
    /// Seconds until the group is ended; nil: never.
    var timeoutSeconds: Double?
    /// Address space; nil: no limit.
    var memoryBytes: Int?
    /// Largest file it may write, its log included; a step that passes it gets SIGXFSZ.
    var fileBytes: Int?
  }

  struct Outcome: Sendable {
    enum Ending: Sendable, Equatable {
      case exited(Int32)
      case signalled(Int32)
      case timedOut
      case cancelled
    }

    var ending: Ending
    var wallSeconds: Double
    var cpuSeconds: Double
    var peakMemoryBytes: Int
  }

  /// Seconds between TERM and KILL.
  static let graceSeconds = 5.0

  let disk: Disk

  /// Runs the child to its end. `started` gets its pid as soon as it has one.
  func run(_ request: Request, started: @Sendable (Int32) -> Void = { _ in }) async throws -> Outcome {
    let log = try disk.openForAppending(request.log)
    let lifeLine = request.hasLifeLine ? try LifeLine() : nil
    let null = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(null) }
    let clock = ContinuousClock.now
    let pid = try start(request, input: lifeLine?.readEnd ?? null, log: log.descriptor)
    started(pid)
    let stopper = GroupStopper(group: pid)
    let usage = try await withTaskCancellationHandler {
      async let ended = Self.wait(for: pid)
      if let seconds = request.timeoutSeconds { stopper.stop(after: seconds, as: .timedOut) }
      return try await ended
    } onCancel: {
      stopper.stop(after: 0, as: .cancelled)
    }
    let reason = stopper.finish()
    // A child that ended may have left others of its group behind.
    kill(-pid, SIGKILL)
    let ending: Outcome.Ending = reason ?? (usage.signal != 0 ? .signalled(usage.signal) : .exited(usage.exit_status))
    return Outcome(
      ending: ending, wallSeconds: (ContinuousClock.now - clock) / .seconds(1),
      cpuSeconds: usage.user_seconds + usage.system_seconds, peakMemoryBytes: Int(usage.peak_memory_bytes))
  }

  private func start(_ request: Request, input: Int32, log: Int32) throws -> Int32 {
    var arguments: [UnsafeMutablePointer<CChar>?] = ([request.executable] + request.arguments).map { strdup($0) }
    var environment: [UnsafeMutablePointer<CChar>?] = request.environment.map { strdup($0) }
    defer { for pointer in arguments + environment { free(pointer) } }
    arguments.append(nil)
    environment.append(nil)
    let result = arguments.withUnsafeBufferPointer { arguments in
      environment.withUnsafeBufferPointer { environment in
        request.executable.withCString { executable in
          request.workingDirectory.withPlatformString { folder in
            var child = posix_child_request(
              executable: executable, arguments: arguments.baseAddress, environment: environment.baseAddress,
              working_directory: folder, standard_input: input, standard_output: log, standard_error: log,
              address_space_bytes: Int64(request.memoryBytes ?? 0), file_size_bytes: Int64(request.fileBytes ?? 0),
              cpu_seconds: 0, open_files: 0)
            return posix_start_child(&child)
          }
        }
      }
    }
    guard result > 0 else { throw PipelineError.cannotStart(request.executable, Errno(rawValue: -result)) }
    return result
  }

  /// Waits in a thread of its own, so that no task's thread is blocked.
  private static func wait(for pid: Int32) async throws -> posix_child_usage {
    try await withCheckedThrowingContinuation { continuation in
      startThread {
        var usage = posix_child_usage()
        let result = posix_wait_child(pid, &usage)
        if result == 0 {
          continuation.resume(returning: usage)
        } else {
          continuation.resume(throwing: PipelineError.cannotStart("wait", Errno(rawValue: -result)))
        }
      }
    }
  }
}

/// Ends a process group, TERM first and KILL after a grace time, and remembers why.
private final class GroupStopper: Sendable {
  private struct State {
    var reason: ChildProcess.Outcome.Ending?
    var isFinished = false
  }

  private let group: Int32
  private let state = Mutex(State())

  init(group: Int32) { self.group = group }

  func stop(after seconds: Double, as reason: ChildProcess.Outcome.Ending) {
    startThread { [self] in
      guard sleep(seconds) else { return }
      state.withLock { $0.reason = $0.reason ?? reason }
      kill(-group, SIGTERM)
      guard sleep(ChildProcess.graceSeconds) else { return }
      kill(-group, SIGKILL)
    }
  }

  /// Called when the child has ended; gives why it was ended, if it was.
  func finish() -> ChildProcess.Outcome.Ending? {
    state.withLock { state in
      state.isFinished = true
      return state.reason
    }
  }

  /// Sleeps in short naps; false when the child ended meanwhile.
  private func sleep(_ seconds: Double) -> Bool {
    let end = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < end {
      if state.withLock({ $0.isFinished }) { return false }
      usleep(20_000)
    }
    return !state.withLock { $0.isFinished }
  }
}

/// A pipe whose writing end this process alone holds: its reader sees the end when this process dies, however it dies.
final class LifeLine: Sendable {
  let readEnd: Int32
  private let writeEnd: Int32

  init() throws {
    var ends: [Int32] = [0, 0]
    let result = posix_make_pipe(&ends)
    guard result == 0 else { throw PipelineError.cannotStart("a pipe", Errno(rawValue: -result)) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  /// In a child: ends the whole process group when the parent is gone.
  static func watch() {
    startThread {
      var byte: UInt8 = 0
      while true {
        let got = read(0, &byte, 1)
        if got < 0, errno == EINTR { continue }
        if got <= 0 { break }
      }
      kill(0, SIGKILL)
    }
  }
}

/// Runs `body` in a detached thread of the system, for calls that block.
private func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(Box(body)).toOpaque()
  let result = pthread_create(
    &thread, nil,
    { argument in
      if let argument { Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body() }
      return nil
    }, argument)
  precondition(result == 0, "the system has no more threads")
  pthread_detach(thread)
}
