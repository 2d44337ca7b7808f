internal import Disk
internal import SystemPackage

/// An immutable file of many blobs. Store/README.md has the layout; this file has its numbers.
enum Pack {
  static let magic = Array("NSPACK01".utf8)
  static let endMagic = Array("NSPACKND".utf8)
  /// Before each blob: digest 32, codec 4, stored length 4, plain length 4.
  static let entryHeaderBytes = 44
  /// A row of the table: digest 32, offset 8, stored length 4, plain length 4, codec 4.
  static let rowBytes = 52
  /// After the table: row count 8, table offset 8, SHA-256 of the table 32, end magic 8.
  static let trailerBytes = 56
  /// A writer begins a new pack from this size on.
  static let targetBytes = 64 << 20
  /// No blob is larger.
  static let limitBlobBytes = 1 << 30

  /// Where a blob is inside a pack.
  struct Row: Equatable {
    var digest: Digest
    /// Of the stored bytes, from the beginning of the file.
    var offset: Int
    var storedBytes: Int
    var plainBytes: Int
    var codec: Codec
  }

  /// The table and the trailer behind it, rows sorted by digest. The pack is named by the table's digest.
  static func footer(_ rows: [Row], tableOffset: Int) -> (bytes: [UInt8], name: Digest) {
    var table: [UInt8] = []
    table.reserveCapacity(rows.count * rowBytes + trailerBytes)
    for row in rows.sorted(by: { $0.digest < $1.digest }) {
      table += row.digest.rawBytes
      table.append(littleEndian: UInt64(row.offset))
      table.append(littleEndian: UInt32(row.storedBytes))
      table.append(littleEndian: UInt32(row.plainBytes))
      table.append(littleEndian: row.codec.rawValue)
    }
    let name = Digest(of: table)
    var footer = table
    footer.append(littleEndian: UInt64(rows.count))
    footer.append(littleEndian: UInt64(tableOffset))
    footer += name.rawBytes + endMagic
    return (footer, name)
  }

  /// What precedes a blob's stored bytes, for a salvage without the table.
  static func entryHeader(_ digest: Digest, _ codec: Codec, storedBytes: Int, plainBytes: Int) -> [UInt8] {
    var header = digest.rawBytes
    header.append(littleEndian: codec.rawValue)
    header.append(littleEndian: UInt32(storedBytes))
    header.append(littleEndian: UInt32(plainBytes))
    return header
  }

  /// Reads the rows out of a footer: the last bytes of a pack, or the whole of an index file.
  ///
  /// - Parameter fileBytes: the size of the pack, where the footer was read from one.
  static func rows(inFooter footer: [UInt8], of path: FilePath, fileBytes: Int?) throws(StoreError) -> [Row] {
    guard footer.count >= trailerBytes, Array(footer.suffix(8)) == endMagic else {
      throw .damagedPack(path, reason: "its end is missing")
    }
    let trailer = footer.count - trailerBytes
    let count = footer.littleEndian64(at: trailer)
    let tableOffset = footer.littleEndian64(at: trailer + 8)
    let table = footer[..<trailer]
    guard count <= UInt64(Int.max / rowBytes), table.count == Int(count) * rowBytes,
      Digest(of: Array(table)) == Digest(rawBytes: footer[(trailer + 16)..<(trailer + 48)])
    else { throw .damagedPack(path, reason: "its table does not match its checksum") }
    if let fileBytes, fileBytes - footer.count != Int(clamping: tableOffset) {
      throw .damagedPack(path, reason: "its table does not begin where it should")
    }
    var rows: [Row] = []
    rows.reserveCapacity(Int(count))
    for start in stride(from: 0, to: table.count, by: rowBytes) {
      guard let digest = Digest(rawBytes: footer[start..<start + 32]),
        let codec = Codec(rawValue: footer.littleEndian32(at: start + 48))
      else { throw .damagedPack(path, reason: "it uses a codec that this version does not know") }
      let row = Row(
        digest: digest, offset: Int(clamping: footer.littleEndian64(at: start + 32)),
        storedBytes: Int(footer.littleEndian32(at: start + 40)), plainBytes: Int(footer.littleEndian32(at: start + 44)),
        codec: codec)
      guard row.offset >= magic.count + entryHeaderBytes, row.storedBytes <= limitBlobBytes,
        row.plainBytes <= limitBlobBytes, row.offset <= Int(clamping: tableOffset) - row.storedBytes
      else { throw .damagedPack(path, reason: "its table points outside it") }
      rows.append(row)
    }
    return rows
  }

  /// The footer of the pack in `file`.
  static func readFooter(of file: OpenFile) throws(StoreError) -> (bytes: [UInt8], fileBytes: Int) {
    let size = try onDisk { () throws(DiskError) in try file.status().sizeBytes }
    guard size >= magic.count + trailerBytes else {
      throw .damagedPack(file.path, reason: "it is only \(size) bytes long")
    }
    let head = try onDisk { () throws(DiskError) in try file.read(count: magic.count, at: 0) }
    guard head == magic else { throw .damagedPack(file.path, reason: "it does not begin like a pack") }
    let trailer = try onDisk { () throws(DiskError) in try file.read(count: trailerBytes, at: size - trailerBytes) }
    let tableOffset = Int(clamping: trailer.littleEndian64(at: 8))
    guard tableOffset >= magic.count, tableOffset <= size - trailerBytes, Array(trailer.suffix(8)) == endMagic else {
      throw .damagedPack(file.path, reason: "its end is missing")
    }
    // A table is as long as its rows, and each row has an entry before it: not whatever a sparse file may claim.
    let count = Int(clamping: trailer.littleEndian64(at: 0))
    guard count <= tableOffset / entryHeaderBytes, size - trailerBytes - tableOffset == count * rowBytes else {
      throw .damagedPack(file.path, reason: "its table has not as many rows as it says")
    }
    return (try onDisk { () throws(DiskError) in try file.read(count: size - tableOffset, at: tableOffset) }, size)
  }
}

extension Pack {
  /// The name that a footer's own bytes give its pack.
  static func name(ofFooter footer: [UInt8]) -> String? {
    guard footer.count >= trailerBytes else { return nil }
    return Digest(rawBytes: footer[(footer.count - 40)..<(footer.count - 8)])?.hex
  }

  /// Whether a file of the index is that pack's table and trailer, as it was written.
  static func isFooter(_ file: MappedFile, ofPack name: String) -> Bool {
    guard file.count >= trailerBytes else { return false }
    return file.withBytes { bytes in
      let table = UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - trailerBytes)])
      let digest = Digest(of: table)
      return table.count % rowBytes == 0 && bytes.littleEndian64(at: table.count) == UInt64(table.count / rowBytes)
        && bytes[(bytes.count - 8)...].elementsEqual(endMagic) && digest.hex == name
        && Digest(raw: UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - 40)...])) == digest
    }
  }

  /// Throws where bytes of the pack belong to no entry, or to two: `rows` must cover it from its magic to its table.
  static func checkCover(_ rows: [Row], tableOffset: Int, of path: FilePath) throws(StoreError) {
    var end = magic.count
    for row in rows {
      guard row.offset - entryHeaderBytes == end else {
        throw .damagedPack(path, reason: "its entries leave a gap at byte \(end)")
      }
      end = row.offset + row.storedBytes
    }
    guard end == tableOffset else { throw .damagedPack(path, reason: "its entries leave a gap at byte \(end)") }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { self.append(contentsOf: $0) }
  }

  func littleEndian32(at offset: Int) -> UInt32 { withUnsafeBytes { $0.littleEndian32(at: offset) } }

  func littleEndian64(at offset: Int) -> UInt64 { withUnsafeBytes { $0.littleEndian64(at: offset) } }
}

extension UnsafeRawBufferPointer {
  func littleEndian32(at offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  func littleEndian64(at offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
