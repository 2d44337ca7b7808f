internal import CPosix
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The standard input of a process that this one feeds: a pipe whose reader decides the speed.
final class ProcessInput: Sendable {
  private struct Ends {
    var read: Int32
    var write: Int32
  }

  private let ends: Mutex<Ends>
  private let written = Atomic<Int>(0)

  init() throws(PipelineError) {
    var pipe: [Int32] = [0, 0]
    let result = posix_make_pipe(&pipe)
    guard result == 0 else { throw .cannotStart("a pipe", Errno(rawValue: -result)) }
    ends = Mutex(Ends(read: pipe[0], write: pipe[1]))
  }

  deinit {
    leaveToChild()
    finish()
  }

  /// What the child gets.
  var readEnd: Int32 { ends.withLock(\.read) }

  /// Bytes that the pipe has taken so far.
  var writtenBytes: Int { written.load(ordering: .relaxed) }

  /// Closes this process's own reading end, once the child has its copy: when the child goes, writing ends.
  func leaveToChild() {
    ends.withLock { ends in
      if ends.read >= 0 { close(ends.read) }
      ends.read = -1
    }
  }

  /// Nobody writes any more: the child reads the end. Not to be called while ``write(_:)`` is at work.
  func finish() {
    ends.withLock { ends in
      if ends.write >= 0 { close(ends.write) }
      ends.write = -1
    }
  }

  /// Writes all; false when nobody reads any more. It waits for the reader, so that it needs a thread of its own, in
  /// which it blocks SIGPIPE for good.
  func write(_ bytes: [UInt8]) throws(PipelineError) -> Bool {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let end = ends.withLock(\.write)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(end, $0.baseAddress.map { $0 + done }, bytes.count - done) }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EPIPE { return false }
      guard count >= 0 else { throw .cannotStart("what feeds a command", Errno(rawValue: errno)) }
      done += count
      written.add(count, ordering: .relaxed)
    }
    return true
  }
}
