internal import Disk
internal import Glibc
internal import Jobs
internal import Records
internal import Synchronization
internal import SystemPackage

/// Standard output and error.
///
/// What standard output does not take ends no work: nothing more is written, and the exit status says so at the end.
enum Terminal {
  static let isInteractive = isatty(1) == 1

  /// Whether lines that stand there can be drawn anew.
  static var canMoveCursor: Bool {
    guard let kind = getenv("TERM").map({ String(cString: $0) }) else { return false }
    return !kind.isEmpty && kind != "dumb"
  }

  /// Columns and lines of the terminal.
  static var size: (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// The first fault of standard output.
  private static let fault = Mutex<Int32?>(nil)

  static func write(_ text: String) { write(Array((text + "\n").utf8)) }

  static func write(_ bytes: [UInt8]) {
    guard fault.withLock({ $0 == nil }) else { return }
    if let code = put(bytes, to: 1) { fault.withLock { $0 = code } }
  }

  /// Why standard output lacks something that was written to it; nil where its reader wanted no more.
  static var outputError: DiskError? { fault.withLock { $0 }.flatMap { $0 == EPIPE ? nil : error(of: $0) } }

  /// Whether nobody reads any more.
  static var isClosed: Bool { fault.withLock { $0 != nil } }

  static func warn(_ text: String) { put(Array((text + "\n").utf8), to: 2) }

  /// One line that says what is wrong; a spec's mistakes stand on a line each, as compilers print them.
  static func complain(_ error: any Error) {
    if let error = error as? SpecError {
      for line in error.lines { warn(line) }
    } else {
      warn("nightshift: \(error)")
    }
  }

  /// Writes all of `bytes` to standard output or throws: for content that must not be cut short in silence.
  static func writeAll(_ bytes: [UInt8]) throws {
    if let code = put(bytes, to: 1) { throw error(of: code) }
  }

  private static func error(of code: Int32) -> DiskError {
    .system(operation: .write, path: "standard output", code: Errno(rawValue: code))
  }

  static func writeJSON(_ value: some Encodable) throws { write(try CanonicalJSON.encodeForPeople(value)) }

  /// The kernel's code, where it did not take all.
  @discardableResult
  private static func put(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
    var done = 0
    while done < bytes.count {
      let got = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, bytes.count - done) }
      if got < 0, errno == EINTR { continue }
      if got <= 0 { return errno }
      done += got
    }
    return nil
  }
}

/// Rows of text in columns, as wide as their widest value.
struct TextTable {
  private var rows: [[String]]
  private let rightAligned: Set<Int>

  init(_ header: [String], rightAligned: Set<Int> = []) {
    rows = [header]
    self.rightAligned = rightAligned
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].columnCount }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.columnCount)
        return rightAligned.contains(column) ? blanks + cell : cell + blanks
      }
      return cells.joined(separator: "  ").trimmingTrailingBlanks
    }.joined(separator: "\n")
  }
}

extension String {
  /// Without blanks at the end.
  fileprivate var trimmingTrailingBlanks: String {
    String(self[..<(lastIndex { $0 != " " }.map { index(after: $0) } ?? startIndex)])
  }

  /// Control characters made visible, so that a hostile name cannot steer a terminal, break a line or turn its direction.
  var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 }))
  }
}

extension Unicode.Scalar {
  /// C0, C1, line and paragraph separators, and the marks that turn the direction of text.
  fileprivate var isControl: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
