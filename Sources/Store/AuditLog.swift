internal import Disk
internal import Foundation
internal import SystemPackage

/// The append-only record of who moved what, when and why: `audit/log.ndjson`.
///
/// Each line is canonical JSON and holds the SHA-256 of the line before it (without its line break), so that an edit
/// anywhere shows.
package struct AuditLog: Sendable {
  let root: FilePath
  let disk: Disk

  package struct Entry: Codable, Hashable, Sendable {
    package var at: String
    package var by: String
    package var action: String
    package var object: String
    package var from: String?
    package var to: String?
    package var why: String
    package var run: String?
  }

  private struct Line: Codable {
    var sequence: Int
    var previous: Digest
    var entry: Entry
  }

  /// `previous` of the first line: the digest of nothing.
  private static let beginning = Digest(of: [])

  private var path: FilePath { root.appending("audit").appending("log.ndjson") }

  /// The entries in order. Throws ``StoreError/damagedRecord(_:reason:)`` where the chain is broken.
  package func entries() throws(StoreError) -> [Entry] { try read().lines.map(\.entry) }

  /// Appends the entry, durably, unless the last entry for its object is this very one: a repeated attempt.
  func appendOnce(_ entry: Entry) throws(StoreError) {
    let lockPath = root.appending("locks").appending("audit")
    let lock = try onDisk { () throws(DiskError) in try disk.lock(lockPath) }
    defer { lock.keep() }
    let (lines, bytes) = try read()
    if let last = lines.last(where: { $0.entry.object == entry.object })?.entry, last == entry { return }
    let previous = Self.lastLine(of: bytes).map { Digest(of: Array($0)) } ?? Self.beginning
    let line = Line(sequence: lines.count, previous: previous, entry: entry)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let encoded: [UInt8]
    do { encoded = Array(try encoder.encode(line)) + [UInt8(ascii: "\n")] } catch {
      throw .damagedRecord(path, reason: "\(error)")
    }
    try onDisk { () throws(DiskError) in
      let file = try disk.openForAppending(path)
      // A line that a death tore is not part of the log: cut it off before the next one.
      if try file.status().sizeBytes != bytes.count { try file.truncate(to: bytes.count) }
      try file.write(encoded)
      try file.sync()
      try disk.syncDirectory(root.appending("audit"))
    }
  }

  /// The lines and their bytes; a torn last line is left out.
  private func read() throws(StoreError) -> (lines: [Line], bytes: [UInt8]) {
    let path = path
    var bytes = try onDisk { () throws(DiskError) in try disk.readIfPresent(path) } ?? []
    bytes.removeLast(bytes.count - (bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0))
    var previous = Self.beginning
    var lines: [Line] = []
    for text in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)), line.previous == previous,
        line.sequence == lines.count
      else { throw .damagedRecord(path, reason: "line \(lines.count + 1) does not continue the chain") }
      lines.append(line)
      previous = Digest(of: Array(text))
    }
    return (lines, bytes)
  }

  private static func lastLine(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
    bytes.split(separator: UInt8(ascii: "\n")).last
  }
}
