internal import Disk
internal import SystemPackage

/// The last words of a log, for a message of one line.
struct LogTail {
  let disk: Disk
  let log: FilePath

  private static let bytes = 2048
  private static let lines = 3

  /// The last lines that came since the log was `start` bytes long; empty when there are none.
  func lines(since start: Int) throws -> String {
    guard let end = try disk.statusIfPresent(of: log)?.sizeBytes else { return "" }
    let from = max(start, end - Self.bytes)
    guard end > from else { return "" }
    let text = String(decoding: try disk.open(log).read(count: end - from, at: from), as: UTF8.self)
    let lines = text.split(separator: "\n").map { line in
      String(line.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
    return lines.filter { !$0.allSatisfy(\.isWhitespace) }.suffix(Self.lines).joined(separator: " | ")
  }
}
