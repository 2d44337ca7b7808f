internal import Glibc
internal import Jobs
internal import SystemPackage

/// Why a step's process did not do its work, in one sentence.
struct StepFailure {
  let step: Step
  let run: String
  let limits: ChildProcess.Limits

  /// Less room than this is none: whoever was writing has met the end.
  private static let fullBytes = 1 << 20

  /// - Parameter room: free bytes of the disk that it worked on; nil when that is not known.
  func text(_ ending: ChildProcess.Outcome.Ending, room: Int?) -> String {
    let log = "see `nightshift logs \(run) \(step.id)`"
    let isFull = room.map { $0 < Self.fullBytes } ?? false
    return switch ending {
    case .exited(let status) where isFull:
      "it ended with exit status \(status), and the disk is full: make room; \(log)"
    case .exited(let status): "it ended with exit status \(status): \(log)"
    case .signalled(SIGKILL): "it was killed, by the kernel for lack of memory or by somebody: \(log)"
    case .signalled(SIGXFSZ):
      "it wrote a file of more than \(Self.size(limits.fileBytes)) (resources.file-size) and was ended: \(log)"
    case .signalled(let signal): "it was ended by signal \(signal) (\(Self.name(of: signal))): \(log)"
    case .timedOut:
      "it took longer than its timeout of \(Self.duration(limits.timeoutSeconds)) and was ended: raise `timeout`, or see why: \(log)"
    case .cancelled: "it was cancelled"
    case .outputLimit: "it printed more than \(Self.size(limits.outputBytes)) (resources.output) and was ended: \(log)"
    case .memoryLimit(let used):
      "it used \(Self.size(used)) of its \(Self.size(limits.memoryBytes)) (resources.memory) and was ended: \(log)"
    }
  }

  /// In the unit of the job language that shows it best.
  static func size(_ bytes: Int?) -> String {
    guard let bytes else { return "0 B" }
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      let tenths = (Double(bytes) / Double(1 << shift) * 10).rounded()
      return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10)) \(unit)" : "\(tenths / 10) \(unit)"
    }
    return "\(bytes) B"
  }

  private static func duration(_ seconds: Double?) -> String {
    guard let seconds, seconds < 1e9 else { return "for ever" }
    return seconds == seconds.rounded() ? "\(Int(seconds)) s" : "\(seconds) s"
  }

  private static func name(of signal: Int32) -> String { strsignal(signal).map { String(cString: $0) } ?? "unknown" }
}
