internal import Crypto
internal import Disk
internal import SystemPackage

/// The tables of many packs in one, `index/all.index`: derived. It is not hashed before it is used, which would take
/// long: what a damaged row leads to is found when the blob is verified, and when a blob seems to be missing.
///
/// `NSINDEX1`, number of packs 8, number of rows 8, names 32 each, rows of 56 sorted by digest (digest 32, number of the
/// pack 4, codec 4, offset 8, stored length 4, plain length 4), SHA-256 of all that 32.
struct MergedTable: Sendable {
  static let fileName = "all.index"
  private static let magic = Array("NSINDEX1".utf8)
  private static let headBytes = 24
  private static let rowBytes = 56

  let names: [String]
  private let file: MappedFile
  private let nameSet: Set<String>
  private let table: IndexTable

  /// Nil where the file is torn or something else: then each pack's own table is used.
  init?(_ file: MappedFile) {
    guard file.count >= Self.headBytes + 32 else { return nil }
    let head = file.withBytes { bytes in
      Array(bytes[..<8]) == Self.magic
        ? (packs: Int(clamping: bytes.littleEndian64(at: 8)), rows: Int(clamping: bytes.littleEndian64(at: 16))) : nil
    }
    guard let (packs, rows) = head, packs <= file.count / 32, rows <= file.count / Self.rowBytes,
      file.count == Self.headBytes + 32 * packs + Self.rowBytes * rows + 32
    else { return nil }
    names = file.withBytes { bytes in
      (0..<packs).map { Digest(raw: UnsafeRawBufferPointer(rebasing: bytes[(Self.headBytes + 32 * $0)...])).hex }
    }
    nameSet = Set(names)
    self.file = file
    table = IndexTable(.file(file), start: Self.headBytes + 32 * packs, rowBytes: Self.rowBytes, count: rows)
  }

  func contains(_ name: String) -> Bool { nameSet.contains(name) }

  /// Whether its bytes are those that were written. Reads all of it.
  var isWhole: Bool {
    file.withBytes { bytes in
      let end = bytes.count - 32
      return Digest(of: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        == Digest(raw: UnsafeRawBufferPointer(rebasing: bytes[end...]))
    }
  }

  /// The blob in the first pack that is wanted.
  func find(_ digest: Digest, _ isWanted: (String) -> Bool) -> (name: String, row: Pack.Row)? {
    table.find(digest) { bytes in
      let pack = Int(bytes.littleEndian32(at: 32))
      guard pack < names.count, isWanted(names[pack]), let row = Pack.Row(mergedRow: bytes) else { return nil }
      return (names[pack], row)
    }
  }

  // MARK: Writing

  /// Writes one table of all packs in `tables` into the folder.
  static func write(_ tables: PackTables, to folder: FilePath, _ disk: Disk) throws(DiskError) {
    let kept = (tables.merged?.names ?? []).filter { tables.contains($0) }
    let names = kept + tables.single.map(\.name)
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt32($0)) })
    let fresh = freshRows(tables, numbers)
    var count = fresh.count / rowBytes
    tables.merged?.forEach { name, _ in if numbers[name] != nil { count += 1 } }
    let temporary = folder.appending(Disk.temporaryName())
    var output = TableOutput(file: try disk.create(temporary, mode: 0o444))
    output.bytes += magic
    output.bytes.append(littleEndian: UInt64(names.count))
    output.bytes.append(littleEndian: UInt64(count))
    for name in names { output.bytes += Digest(name)?.rawBytes ?? [] }
    try output.merge(tables.merged, numbers, fresh)
    try output.finish()
    try disk.rename(temporary, to: folder.appending(fileName))
  }

  /// The rows of packs with tables of their own, sorted by digest.
  private static func freshRows(_ tables: PackTables, _ numbers: [String: UInt32]) -> [UInt8] {
    var rows: [(digest: Digest, bytes: [UInt8])] = []
    for (name, table) in tables.single {
      guard let number = numbers[name] else { continue }
      table.forEach { bytes in
        guard let row = Pack.Row(tableRow: bytes) else { return }
        rows.append((row.digest, row.merged(number)))
      }
    }
    rows.sort { $0.digest < $1.digest }
    return rows.flatMap(\.bytes)
  }

  /// Each row with the name of its pack, in order.
  fileprivate func forEach(_ body: (String, UnsafeRawBufferPointer) -> Void) {
    table.forEach { bytes in
      let pack = Int(bytes.littleEndian32(at: 32))
      if pack < names.count { body(names[pack], bytes) }
    }
  }
}

/// A table on its way to disk, hashed as it goes.
private struct TableOutput {
  let file: OpenFile
  var bytes: [UInt8] = []
  private var hash = SHA256()

  init(file: OpenFile) { self.file = file }

  /// Writes the rows of both, in the order of their digests; of the merged table those whose packs are numbered.
  mutating func merge(_ merged: MergedTable?, _ numbers: [String: UInt32], _ fresh: [UInt8]) throws(DiskError) {
    var next = 0
    var fault: DiskError?
    merged?.forEach { name, bytes in
      guard fault == nil, let number = numbers[name], let row = Pack.Row(mergedRow: bytes) else { return }
      while next < fresh.count, Digest(rawBytes: fresh[next..<next + 32]).map({ $0 < row.digest }) ?? false {
        self.bytes += fresh[next..<next + 56]
        next += 56
      }
      self.bytes += row.merged(number)
      do throws(DiskError) { if self.bytes.count > 4 << 20 { try flush() } } catch { fault = error }
    }
    if let fault { throw fault }
    bytes += fresh[next...]
  }

  mutating func finish() throws(DiskError) {
    try flush()
    bytes = Array(hash.finalize())
    try file.write(bytes)
    // A hole in it would hide what packs hold.
    try file.sync()
  }

  private mutating func flush() throws(DiskError) {
    hash.update(data: bytes)
    try file.write(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}

extension Pack.Row {
  /// A row of a merged table; nil where no pack can have such a row.
  fileprivate init?(mergedRow: UnsafeRawBufferPointer) {
    self.init(
      digest: Digest(raw: mergedRow), offset: mergedRow.littleEndian64(at: 40),
      storedBytes: mergedRow.littleEndian32(at: 48), plainBytes: mergedRow.littleEndian32(at: 52),
      codec: mergedRow.littleEndian32(at: 36))
  }

  fileprivate func merged(_ pack: UInt32) -> [UInt8] {
    var bytes = digest.rawBytes
    bytes.append(littleEndian: pack)
    bytes.append(littleEndian: codec.rawValue)
    bytes.append(littleEndian: UInt64(offset))
    bytes.append(littleEndian: UInt32(storedBytes))
    bytes.append(littleEndian: UInt32(plainBytes))
    return bytes
  }
}
