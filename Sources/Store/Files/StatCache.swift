internal import Disk
internal import Glibc
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

    fileprivate init(_ bytes: UnsafeRawBufferPointer) {
      device = bytes.littleEndian64(at: 0)
      inode = bytes.littleEndian64(at: 8)
      sizeBytes = bytes.littleEndian64(at: 16)
      modified = Int64(bitPattern: bytes.littleEndian64(at: 24))
      changed = Int64(bitPattern: bytes.littleEndian64(at: 32))
    }

    /// Five numbers of eight bytes.
    fileprivate static let byteCount = 40
  }

  /// A file that changed less long ago than this may change again without a trace: clocks of file systems tick in
  /// steps of up to two seconds (FAT).
  static let restNanoseconds: Int64 = 2_000_000_000

  private static let magic = Array("NSSTAT01".utf8)
  /// Rows of files that this reading did not meet: more are dropped.
  private static let staleLimit = 100_000
  /// Fewer files with fewer bytes are as soon read as looked up.
  private static let worthwhileCount = 64
  private static let worthwhileBytes = 1 << 20

  private let head: [UInt8]
  /// The file as an earlier reading wrote it, without its digest.
  private var bytes: [UInt8] = []
  /// Where each of its rows begins, and whether this reading has met the row's file.
  private var rows: [(start: Int, isMet: Bool)] = []
  /// Rows by path: made when files do not come in the order of the last reading.
  private var places: [[UInt8]: Int]?
  /// The row that the next file should have.
  private var next = 0
  /// Rows of this reading.
  private var fresh: [UInt8] = []
  private var freshCount = 0
  private var freshBytes = 0
  private var hasChanged = false

  /// - Parameter format: of the store: other chunk sizes are other chunks.
  init(_ format: StoreFormat) { head = Self.magic + Digest(of: Array(format.chunkLine.utf8)).rawBytes }

  /// A file that is still the one that was read.
  struct Known {
    var chunks: [Manifest.Chunk]
    fileprivate var row: Range<Int>
  }

  /// What is known of the file at `path`, if it is still the one that was read.
  mutating func find(_ path: FilePath, _ status: FileStatus) -> Known? {
    guard let place = place(of: path) else { return nil }
    rows[place].isMet = true
    next = place + 1
    let start = rows[place].start
    return bytes.withUnsafeBytes { bytes in
      let identity = start + 4 + Int(bytes.littleEndian32(at: start))
      guard Identity(UnsafeRawBufferPointer(rebasing: bytes[identity...])) == Identity(status) else { return nil }
      let first = identity + Identity.byteCount + 4
      let count = Int(bytes.littleEndian32(at: first - 4))
      let chunks = (0..<count).map { index in
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[(first + Self.chunkBytes * index)...])
        return Manifest.Chunk(digest: Digest(raw: chunk), sizeBytes: Int(chunk.littleEndian32(at: 32)))
      }
      return Known(chunks: chunks, row: start..<first + Self.chunkBytes * count)
    }
  }

  /// Keeps what is known of a file for the next reading.
  mutating func keep(_ known: Known) {
    fresh += bytes[known.row]
    freshCount += 1
    freshBytes += known.chunks.reduce(0) { $0 + $1.sizeBytes }
  }

  /// Remembers a file that was read from `start` on (nanoseconds since 1970) and did not change meanwhile.
  mutating func remember(_ path: FilePath, _ status: FileStatus, _ chunks: [Manifest.Chunk], readFrom start: Int64) {
    hasChanged = true
    guard max(status.modified, status.changed) < start - Self.restNanoseconds else { return }
    let path = Array(path.string.utf8)
    fresh.append(littleEndian: UInt32(path.count))
    fresh += path
    let identity = Identity(status)
    for value in [identity.device, identity.inode, identity.sizeBytes] { fresh.append(littleEndian: value) }
    for value in [identity.modified, identity.changed] { fresh.append(littleEndian: value) }
    fresh.append(littleEndian: UInt32(chunks.count))
    for chunk in chunks {
      fresh += chunk.digest.rawBytes
      fresh.append(littleEndian: UInt32(chunk.sizeBytes))
    }
    freshCount += 1
    freshBytes += status.sizeBytes
  }

  /// Whether writing it would save the next reading more than it costs.
  var isWorthWriting: Bool {
    hasChanged && (freshCount >= Self.worthwhileCount || freshBytes >= Self.worthwhileBytes)
  }

  /// The row of a file: mostly the next one, as folders are read in one order.
  private mutating func place(of path: FilePath) -> Int? {
    if next < rows.count, isPath(path, at: next) { return next }
    if places == nil {
      let named = rows.indices.map { (Array(pathBytes(at: $0)), $0) }
      places = Dictionary(named) { $1 }
    }
    return places?[Array(path.string.utf8)]
  }

  private func pathBytes(at place: Int) -> ArraySlice<UInt8> {
    let start = rows[place].start
    return bytes[start + 4..<start + 4 + Int(bytes.littleEndian32(at: start))]
  }

  private func isPath(_ path: FilePath, at place: Int) -> Bool {
    let expected = pathBytes(at: place)
    return path.withPlatformString { text in
      expected.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress, bytes.count == strlen(text) else { return false }
        return memcmp(base, text, bytes.count) == 0
      }
    }
  }

  // MARK: Bytes

  private static let chunkBytes = 36

  /// Magic 8, digest of the format 32, rows, SHA-256 of all before 32.
  func encoded() -> [UInt8] {
    var encoded = head + fresh
    let stale = rows.indices.filter { !rows[$0].isMet }
    if stale.count <= Self.staleLimit {
      for place in stale {
        encoded += bytes[rows[place].start..<(place + 1 < rows.count ? rows[place + 1].start : bytes.count)]
      }
    }
    return encoded + Digest(of: encoded).rawBytes
  }

  /// Takes the rows of an earlier reading. What is torn, or of other chunk sizes, is as good as nothing.
  mutating func load(_ encoded: [UInt8]) {
    guard encoded.count >= head.count + 32, encoded.starts(with: head) else { return }
    let end = encoded.count - 32
    let isWhole = encoded.withUnsafeBytes { bytes in
      Digest(of: UnsafeRawBufferPointer(rebasing: bytes[..<end]))
        == Digest(raw: UnsafeRawBufferPointer(rebasing: bytes[end...]))
    }
    guard isWhole, let starts = rowStarts(encoded, end: end) else { return }
    bytes = Array(encoded[..<end])
    rows = starts.map { ($0, false) }
  }

  /// Where each row begins; nil where a row goes beyond the end.
  private func rowStarts(_ encoded: [UInt8], end: Int) -> [Int]? {
    var starts: [Int] = []
    var offset = head.count
    while offset < end {
      starts.append(offset)
      guard offset + 4 <= end else { return nil }
      let count = offset + 4 + Int(encoded.littleEndian32(at: offset)) + Identity.byteCount
      guard count + 4 <= end else { return nil }
      offset = count + 4 + Self.chunkBytes * Int(encoded.littleEndian32(at: count))
    }
    return offset == end ? starts : nil
  }
}
