package import Disk
package import SystemPackage

/// A content-addressed store: immutable blobs in packs, manifests that make them files, refs that name versions.
///
/// Any number of processes may read and write one store. Everything but refs is written once and never changed.
package final class Store: Sendable {
  package let root: FilePath
  /// Makes files and folders with the permissions that the store's `format` sets.
  package let disk: Disk
  /// The same without them, for what is written elsewhere.
  let outside: Disk
  let format: StoreFormat
  let index: PackIndex
  let generations: Generations
  private let packs: OpenPacks

  /// How often a blob is looked for again when its pack went while it was read.
  private static let lookupAttempts = 10
  private static let formatLimitBytes = 1 << 16
  private static let folders = ["packs", "index", "refs", "runs", "audit", "reports", "tmp", "locks"]

  /// Makes an empty store at `root`, or completes one that was begun. What is there stays.
  package static func create(at root: FilePath, disk: Disk) throws(StoreError) {
    let path = root.appending("format")
    let written = try onDisk { () throws(DiskError) in try disk.readIfPresent(path, limitBytes: formatLimitBytes) }
    let format = try written.map { bytes throws(StoreError) in
      try StoreFormat(String(decoding: bytes, as: UTF8.self), at: path)
    }
    try onDisk { () throws(DiskError) in
      // The root and the reports are for everybody to look at, as far as the umask lets them.
      for folder in [root, root.appending("reports")] { try disk.makeDirectory(folder, durability: .synced) }
      let disk = disk.with(modes: (format ?? StoreFormat()).modes)
      for folder in folders { try disk.makeDirectory(root.appending(folder)) }
      if format == nil { try disk.replace(path, with: Array(StoreFormat().text.utf8)) }
    }
  }

  /// Opens the store at `root`. Throws ``StoreError/noStore(_:)`` or ``StoreError/unknownFormat(_:found:)``.
  package init(at root: FilePath, disk: Disk) throws(StoreError) {
    let path = root.appending("format")
    guard
      let bytes = try onDisk({ () throws(DiskError) in
        try disk.readIfPresent(path, limitBytes: Self.formatLimitBytes)
      })
    else { throw .noStore(root) }
    format = try StoreFormat(String(decoding: bytes, as: UTF8.self), at: path)
    self.root = root
    outside = disk
    let disk = disk.with(modes: format.modes)
    self.disk = disk
    index = PackIndex(disk: disk, root: root)
    packs = OpenPacks(disk: disk)
    generations = Generations(disk: disk, root: root, index: index, packs: packs)
    // Derived folders may have been deleted: they come back empty, and nothing is lost. Who may not write may read.
    for folder in Self.folders where !disk.exists(root.appending(folder)) {
      do { try disk.makeDirectory(root.appending(folder)) } catch {
        guard error.code == .readOnlyFileSystem || error.code == .permissionDenied else { throw .disk(error) }
      }
    }
  }

  /// The refs of datasets and models.
  package var refs: Refs { Refs(root: root, disk: disk) }

  package var audit: AuditLog { AuditLog(root: root, disk: disk) }

  /// Whether a pack that can be read has the blob. What a damaged pack held is not there: it can be made again.
  package func contains(_ digest: Digest) throws(StoreError) -> Bool { try index.contains(digest) }

  /// The bytes of a blob, verified against its name. Of several packs that have it, any that gives it whole will do.
  package func blob(_ digest: Digest) throws(StoreError) -> [UInt8] {
    for _ in 0..<Self.lookupAttempts {
      guard let location = try index.location(of: digest) else { throw .missingBlob(digest) }
      do {
        return try read(location)
      } catch .disk(let error) where error.isMissing {
        // A collection removed the pack since its table was read: what was live of it lies elsewhere.
        try generations.forgetRemoved()
      } catch {
        guard let copy = try copy(of: digest, besides: location) else { throw error }
        return copy
      }
    }
    throw .missingBlob(digest)
  }

  /// The blob from another pack than the one that is damaged; nil where none gives it whole.
  private func copy(of digest: Digest, besides damaged: PackIndex.Location) throws(StoreError) -> [UInt8]? {
    // A repair may have stored it anew since the tables were read.
    try index.refresh()
    var tried: Set<String> = [damaged.packName]
    // It may be the table of many packs that is damaged, and the pack as it should be.
    if try index.dropDamagedTable() { tried = [] }
    while let location = index.location(of: digest, outside: tried) {
      // The fault of the first one is thrown: it names what a repair begins with.
      if let bytes = try? read(location) { return bytes }
      tried.insert(location.packName)
    }
    return nil
  }

  /// The bytes of a chunk of the file at `path` in its version, which have the digest and size that its manifest states.
  func bytes(of chunk: Manifest.Chunk, in path: RelativePath) throws(StoreError) -> [UInt8] {
    _ = try location(of: chunk, in: path)
    return try blob(chunk.digest)
  }

  /// Where a chunk of the file at `path` is. Throws where it has not the size that its manifest states.
  func location(of chunk: Manifest.Chunk, in path: RelativePath) throws(StoreError) -> PackIndex.Location {
    guard let location = try index.location(of: chunk.digest) else { throw .missingBlob(chunk.digest) }
    guard location.row.plainBytes == chunk.sizeBytes else {
      let reason =
        "its manifest states \(chunk.sizeBytes) bytes for \(chunk.digest.short), which has \(location.row.plainBytes)"
      throw .damagedRecord(FilePath(path.text), reason: reason)
    }
    return location
  }

  /// The pack, open; nil when it is gone.
  func openPack(of location: PackIndex.Location) throws(StoreError) -> OpenFile? {
    do throws(DiskError) { return try packs.file(location.pack) } catch {
      if error.isMissing { return nil } else { throw .disk(error) }
    }
  }

  private func read(_ location: PackIndex.Location) throws(StoreError) -> [UInt8] {
    let row = location.row
    let stored = try onDisk { () throws(DiskError) in
      try packs.file(location.pack).read(count: row.storedBytes, at: row.offset)
    }
    return try unpack(stored, location)
  }

  /// The plain bytes of a blob, verified, from what its pack holds of it.
  func unpack(_ stored: [UInt8], _ location: PackIndex.Location) throws(StoreError) -> [UInt8] {
    let row = location.row
    guard stored.count == row.storedBytes, let plain = row.codec.decode(stored, plainBytes: row.plainBytes) else {
      throw .damagedPack(location.pack, reason: "the stored bytes of \(row.digest.short) do not unpack")
    }
    try verify(Digest(of: plain), location)
    return plain
  }

  /// Fills `plain`, which has the blob's length, with its verified bytes.
  func unpack(
    _ stored: UnsafeRawBufferPointer, _ location: PackIndex.Location, into plain: UnsafeMutableRawBufferPointer
  ) throws(StoreError) {
    let row = location.row
    guard stored.count == row.storedBytes, row.codec.decode(stored, into: plain) else {
      throw .damagedPack(location.pack, reason: "the stored bytes of \(row.digest.short) do not unpack")
    }
    try verify(Digest(of: UnsafeRawBufferPointer(plain)), location)
  }

  private func verify(_ found: Digest, _ location: PackIndex.Location) throws(StoreError) {
    guard found == location.row.digest else {
      throw .damagedBlob(location.row.digest, found: found, pack: location.pack)
    }
  }

  /// The manifest that `digest` names.
  package func manifest(_ digest: Digest) throws(StoreError) -> Manifest {
    let bytes = try blob(digest)
    do { return try Manifest(decoding: bytes) } catch { throw .damagedManifest(digest, reason: error.reason) }
  }

  /// The content of a file, chunk by chunk, each verified.
  package func stream(of file: Manifest.File) -> BlobStream { BlobStream(store: self, file: file) }

  /// Puts a few blobs into the store, durably.
  @discardableResult
  package func put(_ blobs: [UInt8]...) throws(StoreError) -> [Digest] {
    let writer = try StoreWriter(self)
    var digests: [Digest] = []
    for blob in blobs { digests.append(try writer.put(blob)) }
    try writer.finish()
    return digests
  }
}

/// The blobs of a file as one stream.
package struct BlobStream: ByteStream {
  private let store: Store
  private let path: RelativePath
  private var rest: ArraySlice<Manifest.Chunk>

  init(store: Store, file: Manifest.File) {
    self.store = store
    path = file.path
    rest = file.chunks[...]
  }

  package mutating func next() throws -> [UInt8]? {
    guard let chunk = rest.popFirst() else { return nil }
    return try store.bytes(of: chunk, in: path)
  }
}
