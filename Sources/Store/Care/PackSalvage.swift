internal import Disk
internal import SystemPackage

/// A damaged pack, searched for blobs that are whole.
///
/// Where its table is known (its own, or the copy in `index/`), each row is looked at; otherwise the headers before the
/// blobs lead from one to the next, and past damage byte by byte to the next that fits. A blob counts when its bytes
/// hash to its digest, wherever it was found.
struct PackSalvage {
  struct Outcome {
    /// Of the file that was searched.
    var inode: UInt64
    var saved: Set<Digest> = []
    /// What its table lists and nobody can read; nil where there is no table to tell.
    var lost: Set<Digest>?
  }

  private let file: OpenFile
  private let rows: [Pack.Row]?

  init(_ path: FilePath, named name: String, _ store: Store) throws(StoreError) {
    file = try onDisk { () throws(DiskError) in try store.disk.open(path) }
    if let own = try Self.ownRows(of: file, named: name) {
      rows = own
    } else {
      rows = try store.index.indexedRows(ofPack: name)
    }
  }

  /// The rows of its own table, if that can be read, is sound and the one that it is named for.
  private static func ownRows(of file: OpenFile, named name: String) throws(StoreError) -> [Pack.Row]? {
    do throws(StoreError) {
      let (footer, size) = try Pack.readFooter(of: file)
      guard Pack.name(ofFooter: footer) == name else { return nil }
      return try Pack.rows(inFooter: footer, of: file.path, fileBytes: size)
    } catch {
      switch error {
      case .damagedPack, .disk: return nil
      default: throw error
      }
    }
  }

  /// Stores every whole blob again.
  func store(into writer: StoreWriter) throws(StoreError) -> Outcome {
    let inode = try onDisk { () throws(DiskError) in try file.status().inode }
    var outcome = Outcome(inode: inode, lost: rows.map { _ in [] })
    if let rows {
      for row in rows.sorted(by: { $0.offset < $1.offset }) {
        // What cannot be read is lost, whatever the disk says of it.
        if let stored = try? file.read(count: row.storedBytes, at: row.offset), let plain = Self.plain(stored, row) {
          try writer.put(plain)
          outcome.saved.insert(row.digest)
        } else {
          outcome.lost?.insert(row.digest)
        }
      }
    } else {
      try walk { digest, plain throws(StoreError) in
        try writer.put(plain)
        outcome.saved.insert(digest)
      }
    }
    return outcome
  }

  private static func plain(_ stored: [UInt8], _ row: Pack.Row) -> [UInt8]? {
    guard stored.count == row.storedBytes, let plain = row.codec.decode(stored, plainBytes: row.plainBytes),
      Digest(of: plain) == row.digest
    else { return nil }
    return plain
  }

  // MARK: Without a table

  private func walk(_ body: (Digest, [UInt8]) throws(StoreError) -> Void) throws(StoreError) {
    let bytes = try readable()
    // A header that fits by chance costs an unpacking: a hostile pack must not cost one for each byte.
    var budgetBytes = 64 * (bytes.count + 1)
    var offset = Pack.magic.count
    while offset + Pack.entryHeaderBytes <= bytes.count, budgetBytes > 0 {
      guard let row = Self.row(bytes, headerAt: offset) else {
        offset += 1
        continue
      }
      budgetBytes -= row.plainBytes
      let end = row.offset + row.storedBytes
      if let plain = Self.plain(Array(bytes[row.offset..<end]), row) {
        try body(row.digest, plain)
        offset = end
      } else {
        offset += 1
      }
    }
  }

  /// What the bytes at `offset` say if they are the header of an entry; nil where they cannot be.
  private static func row(_ bytes: [UInt8], headerAt offset: Int) -> Pack.Row? {
    guard let codec = Codec(rawValue: bytes.littleEndian32(at: offset + 32)) else { return nil }
    let storedBytes = Int(bytes.littleEndian32(at: offset + 36))
    let plainBytes = Int(bytes.littleEndian32(at: offset + 40))
    let start = offset + Pack.entryHeaderBytes
    // A byte of an LZ4 block stands for at most 255.
    guard storedBytes <= bytes.count - start, plainBytes <= Pack.limitBlobBytes, plainBytes <= 255 * storedBytes,
      codec == .lz4 || storedBytes == plainBytes, let digest = Digest(rawBytes: bytes[offset..<offset + 32])
    else { return nil }
    return Pack.Row(
      digest: digest, offset: start, storedBytes: storedBytes, plainBytes: plainBytes, codec: codec)
  }

  /// All bytes, with zeros where the disk gives none.
  private func readable() throws(StoreError) -> [UInt8] {
    let size = try onDisk { () throws(DiskError) in try file.status().sizeBytes }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(size)
    while bytes.count < size {
      let count = min(1 << 20, size - bytes.count)
      if let block = try? file.read(count: count, at: bytes.count), block.count == count {
        bytes += block
      } else {
        let sector = min(4096, count)
        let block = (try? file.read(count: sector, at: bytes.count)) ?? []
        bytes += block + [UInt8](repeating: 0, count: sector - block.count)
      }
    }
    return bytes
  }
}
