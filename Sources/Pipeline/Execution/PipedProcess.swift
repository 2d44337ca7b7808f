internal import CPosix
internal import Disk
internal import Dispatch
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A child whose standard output is read as a stream, for tools that compute for a step inside its own process.
///
/// Where it has an input, whoever feeds it needs a thread of its own: both pipes are short.
///
/// A thread of its own starts it and waits for it, so that the kernel kills it when this process dies, whichever thread
/// reads. It is killed, with its group, when the last reference goes.
final class PipedProcess: ByteStream, Sendable {
  private let executable: String
  private let life = Life()
  private let output: Int32
  private static let blockBytes = 1 << 18

  /// - Parameters:
  ///   - streams: where its standard error goes, and what it reads.
  ///   - environment: `NAME=VALUE`, nothing else is inherited.
  init(
    _ executable: String, _ arguments: [String], environment: [String], folder: FilePath, streams: Streams = Streams()
  ) throws {
    self.executable = executable
    var ends: [Int32] = [0, 0]
    try Self.check(posix_make_pipe(&ends), "a pipe")
    output = ends[0]
    let (life, writeEnd) = (life, ends[1])
    do {
      try SystemThread.start {
        let started = Self.start(executable, arguments, environment, folder, (writeEnd, streams))
        streams.input?.leaveToChild()
        close(writeEnd)
        life.watch(started)
      }
    } catch {
      close(writeEnd)
      close(output)
      throw error
    }
    let started = life.started()
    guard started >= 0 else {
      close(output)
      throw PipelineError.cannotStart(executable, Errno(rawValue: -started))
    }
  }

  deinit {
    life.kill()
    close(output)
  }

  /// The child's streams beside its output.
  struct Streams: Sendable {
    /// A file for its standard error; nil: nobody reads it.
    var errors: OpenFile?
    /// Nil: there is nothing to read.
    var input: ProcessInput?
  }

  /// Whether ``next()`` would give something at once: a block or the end. Waits `seconds` for it at most.
  func isReady(within seconds: Double) -> Bool {
    var look = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    return poll(&look, 1, Int32(seconds * 1000)) > 0
  }

  /// The next block of its output; nil when there is no more.
  func next() throws -> [UInt8]? {
    var failed: Int32 = 0
    let block = [UInt8](unsafeUninitializedCapacity: Self.blockBytes) { buffer, filled in
      var got = read(output, buffer.baseAddress, buffer.count)
      while got < 0, errno == EINTR { got = read(output, buffer.baseAddress, buffer.count) }
      if got < 0 { failed = errno }
      filled = max(0, got)
    }
    guard failed == 0 else { throw PipelineError.cannotStart(executable, Errno(rawValue: failed)) }
    return block.isEmpty ? nil : block
  }

  /// Waits for its end. What it still prints is not read.
  func ending() -> ChildProcess.Outcome.Ending { life.ending(within: nil) ?? .exited(-1) }

  /// The same; nil when it has not ended within `seconds`.
  func ending(within seconds: Double) -> ChildProcess.Outcome.Ending? { life.ending(within: seconds) }

  private static func start(
    _ executable: String, _ arguments: [String], _ environment: [String], _ folder: FilePath,
    _ streams: (output: Int32, others: Streams)
  ) -> Int32 {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { return -errno }
    defer { close(null) }
    var words: [UnsafeMutablePointer<CChar>?] = ([executable] + arguments).map { strdup($0) }
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) }
    defer { for pointer in words + variables { free(pointer) } }
    words.append(nil)
    variables.append(nil)
    return words.withUnsafeBufferPointer { words in
      variables.withUnsafeBufferPointer { variables in
        executable.withCString { executable in
          folder.withPlatformString { folder in
            var child = posix_child_request(
              executable: executable, arguments: words.baseAddress, environment: variables.baseAddress,
              working_directory: folder, standard_input: streams.others.input?.readEnd ?? null,
              standard_output: streams.output, standard_error: streams.others.errors?.descriptor ?? null,
              status_output: -1, file_size_bytes: 0, open_files: 0, dies_with_starter: 1)
            return posix_start_child(&child)
          }
        }
      }
    }
  }

  private static func check(_ result: Int32, _ what: String) throws(PipelineError) {
    guard result >= 0 else { throw .cannotStart(what, Errno(rawValue: -result)) }
  }
}

/// What the waiting thread knows of the child.
private final class Life: Sendable {
  private struct State {
    var pid: Int32 = 0
    var ending: ChildProcess.Outcome.Ending?
  }

  private let state = Mutex(State())
  private let start = DispatchSemaphore(value: 0)
  private let end = DispatchSemaphore(value: 0)

  /// Waits until it has a pid; a negative error number when it never had one.
  func started() -> Int32 {
    start.wait()
    return state.withLock(\.pid)
  }

  /// Nil when there is none within `seconds`.
  func ending(within seconds: Double?) -> ChildProcess.Outcome.Ending? {
    if let seconds {
      guard end.wait(timeout: .now() + seconds) == .success else { return nil }
    } else {
      end.wait()
    }
    // For whoever else asks.
    end.signal()
    return state.withLock(\.ending) ?? .exited(-1)
  }

  func kill() {
    // Until it is reaped, under this lock, its pid cannot become somebody else's.
    state.withLock { if $0.pid > 0, $0.ending == nil { Glibc.kill(-$0.pid, SIGKILL) } }
  }

  func watch(_ pid: Int32) {
    state.withLock { $0.pid = pid }
    start.signal()
    if pid > 0 { wait(for: pid) }
    end.signal()
  }

  private func wait(for pid: Int32) {
    let process = posix_open_process(pid)
    defer { if process >= 0 { close(process) } }
    while posix_has_child_ended(pid) == 0 {
      guard process >= 0 else {
        usleep(10_000)
        continue
      }
      var look = pollfd(fd: process, events: Int16(POLLIN), revents: 0)
      poll(&look, 1, -1)
    }
    state.withLock { state in
      Glibc.kill(-pid, SIGKILL)
      var usage = posix_child_usage()
      let result = posix_wait_child(pid, &usage)
      state.ending =
        result < 0 || usage.signal == 0 ? .exited(result < 0 ? -1 : usage.exit_status) : .signalled(usage.signal)
    }
  }
}
