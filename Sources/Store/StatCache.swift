internal import Disk
internal import SystemPackage

/// What files were when they were last read, so that reading them again can be spared: `index/stat/NAME.stat`.
///
/// A row counts for a file whose device, inode, size and both times are the same. It is written only for a file that
/// had rested when it was read: a change in the same tick of the clock would not show. The cache may be deleted at
/// any time, and loses nothing but time.
struct StatCache {
  /// What the kernel says of a file that changes with its content.
  struct Identity: Equatable {
    var device: UInt64
    var inode: UInt64
    var sizeBytes: UInt64
    var modified: Int64
    var changed: Int64

    init(_ status: FileStatus) {
      device = status.device
      inode = status.inode
      sizeBytes = UInt64(status.sizeBytes)
      modified = status.modified
      changed = status.changed
    }

    fileprivate init(_ reader: inout RowReader) {
      device = reader.integer()
      inode = reader.integer()
      sizeBytes = reader.integer()
      modified = reader.integer()
      changed = reader.integer()
    }
  }

  private struct Row {
    var identity: Identity
    var chunks: [Manifest.Chunk]
    /// Whether the file was among those of this reading.
    var isFresh: Bool
  }

  /// A file that changed less long ago than this may change again without a trace: clocks of file systems tick in
  /// steps of up to two seconds (FAT).
  static let restNanoseconds: Int64 = 2_000_000_000

  private static let magic = Array("NSSTAT01".utf8)
  /// Rows of files that this reading did not meet, more than which are dropped.
  private static let staleLimit = 100_000
  /// Fewer files with fewer bytes are as soon read as looked up.
  private static let worthwhileCount = 64
  private static let worthwhileBytes = 1 << 20

  private let format: Digest
  private var rows: [String: Row] = [:]
  private var hasChanged = false

  /// - Parameter format: of the store: other chunk sizes are other chunks.
  init(_ format: StoreFormat) { self.format = Digest(of: Array(format.chunkLine.utf8)) }

  /// The chunks of the file at `path`, if it is still the one that was read.
  mutating func chunks(of path: FilePath, _ status: FileStatus) -> [Manifest.Chunk]? {
    guard let row = rows[path.string], row.identity == Identity(status) else { return nil }
    rows[path.string]?.isFresh = true
    return row.chunks
  }

  /// Remembers a file that was read from `start` on (nanoseconds since 1970) and did not change meanwhile.
  mutating func remember(_ path: FilePath, _ status: FileStatus, _ chunks: [Manifest.Chunk], readFrom start: Int64) {
    hasChanged = true
    guard max(status.modified, status.changed) < start - Self.restNanoseconds else {
      rows[path.string] = nil
      return
    }
    rows[path.string] = Row(identity: Identity(status), chunks: chunks, isFresh: true)
  }

  /// Whether writing it would save the next reading more than it costs.
  var isWorthWriting: Bool {
    guard hasChanged else { return false }
    let fresh = rows.values.filter(\.isFresh)
    return fresh.count >= Self.worthwhileCount
      || fresh.reduce(0) { $0 + Int(clamping: $1.identity.sizeBytes) } >= Self.worthwhileBytes
  }

  // MARK: Bytes

  /// Magic 8, digest of the format 32, rows, SHA-256 of all before 32.
  func encoded() -> [UInt8] {
    var bytes = Self.magic + format.rawBytes
    let stale = rows.count { !$0.value.isFresh }
    for (path, row) in rows.sorted(by: { $0.key < $1.key }) where row.isFresh || stale <= Self.staleLimit {
      bytes.append(littleEndian: UInt32(path.utf8.count))
      bytes += Array(path.utf8)
      let identity = row.identity
      for value in [identity.device, identity.inode, identity.sizeBytes] { bytes.append(littleEndian: value) }
      for value in [identity.modified, identity.changed] { bytes.append(littleEndian: value) }
      bytes.append(littleEndian: UInt32(row.chunks.count))
      for chunk in row.chunks {
        bytes += chunk.digest.rawBytes
        bytes.append(littleEndian: UInt32(chunk.sizeBytes))
      }
    }
    return bytes + Digest(of: bytes).rawBytes
  }

  /// Takes the rows of an earlier reading. What is torn, or of other chunk sizes, is as good as nothing.
  mutating func load(_ bytes: [UInt8]) {
    let head = Self.magic + format.rawBytes
    guard bytes.count >= head.count + 32, bytes.starts(with: head) else { return }
    let body = Array(bytes.dropLast(32))
    guard Digest(of: body) == Digest(rawBytes: bytes.suffix(32)) else { return }
    var reader = RowReader(bytes: body, offset: head.count)
    while !reader.isAtEnd {
      let path = String(decoding: reader.take(Int(reader.integer() as UInt32)), as: UTF8.self)
      let identity = Identity(&reader)
      let count = Int(reader.integer() as UInt32)
      let chunks = (0..<min(count, body.count)).compactMap { _ in reader.chunk() }
      guard !reader.hasFailed, chunks.count == count else { return }
      rows[path] = Row(identity: identity, chunks: chunks, isFresh: false)
    }
  }
}

/// Reads integers and digests one after the other; beyond the end it gives zeros and says so.
private struct RowReader {
  let bytes: [UInt8]
  var offset: Int
  private(set) var hasFailed = false

  init(bytes: [UInt8], offset: Int) {
    self.bytes = bytes
    self.offset = offset
  }

  var isAtEnd: Bool { hasFailed || offset >= bytes.count }

  mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    guard count <= bytes.count - offset else {
      hasFailed = true
      return []
    }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  mutating func integer<Value: FixedWidthInteger>() -> Value {
    take(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  mutating func chunk() -> Manifest.Chunk? {
    let digest = Digest(rawBytes: take(32))
    let size: UInt32 = integer()
    return hasFailed ? nil : digest.map { Manifest.Chunk(digest: $0, sizeBytes: Int(size)) }
  }
}
