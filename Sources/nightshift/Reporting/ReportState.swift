internal import Disk
internal import Records
internal import Reports
internal import Store
internal import SystemPackage

/// What was known when pages were last written: kept beside them, so that whoever deletes the one deletes the other, and all
/// is made anew.
struct ReportState: Codable {
  static let currentFormat = "nightshift-ledgers 1"

  var format = ReportState.currentFormat
  /// Of the program and the settings that made the pages: others make other pages.
  var maker: String
  var site = SiteLedger()
  /// How far the audit log is entered.
  var audit = AuditLog.Position()
  /// Lines of runs that had not ended.
  var openLines: [AuditLine] = []
  /// When the cards of models were written, in nanoseconds.
  var cards: [String: Int64] = [:]

  init(maker: String) { self.maker = maker }
}

/// The folder of ledgers below the pages.
struct LedgerFolder: LedgerShelf {
  private let root: FilePath
  private let disk: Disk

  init(below reports: FilePath, _ disk: Disk) {
    root = reports.appending(".ledgers")
    self.disk = disk
  }

  func read(_ path: String) throws -> [UInt8]? { try disk.readIfPresent(root.appending(path)) }

  /// Nil where there is none, or one that this program cannot read.
  func state() throws -> ReportState? {
    guard let bytes = try read("site.json"), let state = try? CanonicalJSON.decode(ReportState.self, from: bytes),
      state.format == ReportState.currentFormat
    else { return nil }
    return state
  }

  /// The folders of runs whose pages are there, as they were then.
  func runs() throws -> [String: Int64] {
    guard let bytes = try read("runs.txt") else { return [:] }
    var runs: [String: Int64] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: " "))
      guard parts.count == 2, let modified = Int64(String(decoding: parts[1], as: UTF8.self)) else { continue }
      runs[String(decoding: parts[0], as: UTF8.self)] = modified
    }
    return runs
  }

  /// Takes away the state: until it is written again, ledgers count for nothing.
  func forget() throws {
    for name in ["site.json", "runs.txt"] where disk.exists(root.appending(name)) {
      try disk.remove(root.appending(name))
    }
  }

  /// The state last: a death before it leaves the old one, with which the same news are entered again.
  func keep(_ ledgers: [LedgerFile], _ runs: [(run: String, modified: Int64)], _ state: ReportState) throws {
    var table = ""
    for (run, modified) in runs { table += "\(run) \(modified)\n" }
    let files =
      ledgers + [
        LedgerFile(path: "runs.txt", bytes: Array(table.utf8)),
        LedgerFile(path: "site.json", bytes: try CanonicalJSON.encode(state)),
      ]
    for file in files {
      let path = root.appending(file.path)
      try disk.makeDirectory(path.removingLastComponent())
      try disk.replace(path, with: file.bytes, durability: .cached, mode: 0o644)
    }
  }
}
