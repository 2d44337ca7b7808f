@testable import Reports

/// Ledgers in memory, as bytes.
struct MemoryShelf: LedgerShelf {
  var files: [String: [UInt8]] = [:]

  func read(_ path: String) -> [UInt8]? { files[path] }

  mutating func keep(_ ledgers: [LedgerFile]) { for file in ledgers { files[file.path] = file.bytes } }
}
