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
    /// Of a roll-back: the data that the version was judged on until then.
    package var judgedOn: [Digest]?

    package init(
      at: String, by: String, action: String, object: String, from: String?, to: String?, why: String, run: String?
    ) {
      self.at = at
      self.by = by
      self.action = action
      self.object = object
      self.from = from
      self.to = to
      self.why = why
      self.run = run
    }
  }

  /// An entry in its place in the chain.
  package struct Line: Codable, Hashable, Sendable {
    package var sequence: Int
    /// Of the line before it.
    package var previous: Digest
    package var entry: Entry
  }

  /// How far a reader has come: the log only ever grows.
  package struct Position: Codable, Hashable, Sendable {
    package var offset = 0
    package var lineCount = 0
    /// Of the last line that was read.
    package var last = AuditLog.beginning

    package init() {}
  }

  private static let limitBytes = 1 << 30
  /// `previous` of the first line: the digest of nothing.
  package static let beginning = Digest(of: [])

  var path: FilePath { root.appending("audit").appending("log.ndjson") }

  /// The entries in order. Throws ``StoreError/damagedRecord(_:reason:)`` where the chain is broken.
  package func entries() throws(StoreError) -> [Entry] { try lines(after: Position()).lines.map(\.entry) }

  /// What was added since a reader came so far, whole lines only, and how far that is. Throws
  /// ``StoreError/damagedRecord(_:reason:)`` where it does not continue what was read.
  package func lines(after position: Position) throws(StoreError) -> (lines: [Line], end: Position) {
    let path = path
    let bytes = try onDisk { () throws(DiskError) -> [UInt8] in
      guard try disk.statusIfPresent(of: path) != nil else { return [] }
      let (file, status) = try disk.openWithStatus(path)
      guard status.sizeBytes >= position.offset else { return [] }
      guard status.sizeBytes - position.offset <= Self.limitBytes else {
        throw .tooLarge(path: path, limitBytes: Self.limitBytes)
      }
      return try file.read(count: status.sizeBytes - position.offset, at: position.offset)
    }
    var end = position
    var lines: [Line] = []
    for text in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(text)), line.previous == end.last,
        line.sequence == end.lineCount
      else { throw .damagedRecord(path, reason: "line \(end.lineCount + 1) does not continue the chain") }
      lines.append(line)
      end.offset += text.count + 1
      end.lineCount += 1
      end.last = Digest(of: Array(text))
    }
    return (lines, end)
  }

  /// The entries of one object in order, without looking at the chain: for whoever asks often.
  package func entries(of object: String) throws(StoreError) -> [Entry] {
    let field = Data("\"object\":\"\(object)\"".utf8)
    var entries: [Entry] = []
    for text in try wholeLines().split(separator: UInt8(ascii: "\n")) where Data(text).range(of: field) != nil {
      let entry = try line(text).entry
      if entry.object == object { entries.append(entry) }
    }
    return entries
  }

  /// Appends the entry, durably, unless the last one for its object says the same: a repeated attempt.
  ///
  /// It reads the last line and the object's own: the whole chain is for ``entries()`` to check.
  package func appendOnce(_ entry: Entry) throws(StoreError) {
    let lock = try lock()
    defer { lock.keep() }
    let bytes = try wholeLines()
    let texts = bytes.split(separator: UInt8(ascii: "\n"))
    if let last = try lastEntry(for: entry.object, in: texts), last.isRepeated(by: entry) { return }
    let previous = texts.last.map { Digest(of: Array($0)) } ?? Self.beginning
    let sequence = try texts.last.map { text throws(StoreError) in try line(text).sequence + 1 } ?? 0
    let encoded = try encode(Line(sequence: sequence, previous: previous, entry: entry))
    try onDisk { () throws(DiskError) in
      let file = try disk.openForAppending(path)
      // A line that a death tore is not part of the log: cut it off before the next one.
      if try file.status().sizeBytes != bytes.count { try file.truncate(to: bytes.count) }
      try file.write(encoded)
      try file.sync()
      try disk.syncDirectory(root.appending("audit"))
    }
  }

  /// Keeps others from adding to it.
  func lock() throws(StoreError) -> FileLock {
    try onDisk { () throws(DiskError) in try disk.lock(root.appending("locks").appending("audit")) }
  }

  /// Cuts the last bytes off, durably. Whoever calls it holds the lock.
  func cut(_ byteCount: Int) throws(StoreError) {
    try onDisk { () throws(DiskError) in
      let file = try disk.openForAppending(path)
      try file.truncate(to: try file.status().sizeBytes - byteCount)
      try file.sync()
    }
  }

  /// Bytes of a last line that has no line break: a death tore it.
  func tornTail() throws(StoreError) -> ArraySlice<UInt8> {
    let bytes = try bytes()
    return bytes[(bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)...]
  }

  private func encode(_ line: Line) throws(StoreError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return Array(try encoder.encode(line)) + [UInt8(ascii: "\n")] } catch {
      throw .damagedRecord(path, reason: "\(error)")
    }
  }

  /// Names of objects hold no character that JSON escapes, so that a line tells without being decoded.
  private func lastEntry(for object: String, in texts: [ArraySlice<UInt8>]) throws(StoreError) -> Entry? {
    let field = Data("\"object\":\"\(object)\"".utf8)
    for text in texts.reversed() where Data(text).range(of: field) != nil {
      let entry = try line(text).entry
      if entry.object == object { return entry }
    }
    return nil
  }

  private func line(_ text: ArraySlice<UInt8>) throws(StoreError) -> Line {
    do { return try JSONDecoder().decode(Line.self, from: Data(text)) } catch {
      throw .damagedRecord(path, reason: "a line is no entry")
    }
  }

  /// The log without a torn last line.
  private func wholeLines() throws(StoreError) -> [UInt8] {
    var bytes = try bytes()
    bytes.removeLast(bytes.count - (bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0))
    return bytes
  }

  /// What the file held when it was opened. Others may add to it meanwhile: what is whole of it does not change.
  private func bytes() throws(StoreError) -> [UInt8] {
    let path = path
    return try onDisk { () throws(DiskError) in
      guard try disk.statusIfPresent(of: path) != nil else { return [] }
      let (file, status) = try disk.openWithStatus(path)
      guard status.sizeBytes <= Self.limitBytes else { throw .tooLarge(path: path, limitBytes: Self.limitBytes) }
      return try file.read(count: status.sizeBytes, at: 0)
    }
  }
}

extension AuditLog.Entry {
  /// Whether `other` is this act, tried again: all but the time and the reason given.
  fileprivate func isRepeated(by other: AuditLog.Entry) -> Bool {
    action == other.action && object == other.object && from == other.from && to == other.to && by == other.by
      && run == other.run
  }
}
