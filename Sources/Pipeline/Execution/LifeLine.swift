internal import CPosix
internal import Glibc
internal import SystemPackage

/// A pipe whose two ends close at exec and with this value.
final class Pipe: Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws(PipelineError) {
    var ends: [Int32] = [0, 0]
    let result = posix_make_pipe(&ends)
    guard result == 0 else { throw .cannotStart("a pipe", Errno(rawValue: -result)) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }
}

/// A pipe whose writing end this process alone holds: its reader sees the end when this process dies, however it dies.
struct LifeLine: Sendable {
  private let pipe: Pipe

  init() throws(PipelineError) { pipe = try Pipe() }

  /// What the child gets as its standard input.
  var readEnd: Int32 { pipe.readEnd }

  /// In a child: calls `onEnd` from a thread of its own when the parent is gone; by default that kills the whole
  /// process group. A standard input that is no pipe is no life line, so that a person can run the child by hand.
  static func watch(_ descriptor: Int32 = 0, onEnd: @escaping @Sendable () -> Void = { kill(0, SIGKILL) }) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & 0o170000 == 0o010000 else { return }
    do {
      try SystemThread.start {
        var byte: UInt8 = 0
        while true {
          let got = read(descriptor, &byte, 1)
          if got < 0, errno == EINTR { continue }
          if got <= 0 { break }
        }
        onEnd()
      }
    } catch {
      // The work can be done unwatched; only a death of the runner would go unnoticed.
      LogLine.write("\(error)")
    }
  }
}
