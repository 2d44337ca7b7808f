package import Disk
package import SystemPackage

/// A content-addressed store: immutable blobs in packs, manifests that make them files, refs that name versions.
///
/// Any number of processes may read and write one store. Everything but refs is written once and never changed.
package final class Store: Sendable {
  package let root: FilePath
  package let disk: Disk
  let format: StoreFormat
  let index: PackIndex

  private static let folders = ["packs", "index", "refs", "runs", "audit", "reports", "tmp", "locks"]

  /// Makes an empty store at `root`, or completes one that was begun. What is there stays.
  package static func create(at root: FilePath, disk: Disk) throws(StoreError) {
    try onDisk { () throws(DiskError) in
      for folder in folders { try disk.makeDirectory(root.appending(folder)) }
      let path = root.appending("format")
      if !disk.exists(path) { try disk.replace(path, with: Array(StoreFormat().text.utf8)) }
    }
  }

  /// Opens the store at `root`. Throws ``StoreError/noStore(_:)`` or ``StoreError/unknownFormat(_:found:)``.
  package init(at root: FilePath, disk: Disk) throws(StoreError) {
    let path = root.appending("format")
    guard let bytes = try onDisk({ () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 16) }) else {
      throw .noStore(root)
    }
    self.root = root
    self.disk = disk
    format = try StoreFormat(String(decoding: bytes, as: UTF8.self), at: path)
    index = PackIndex(disk: disk, root: root)
    // Derived folders may have been deleted: they come back empty, and nothing is lost.
    try onDisk { () throws(DiskError) in
      for folder in Self.folders where !disk.exists(root.appending(folder)) {
        try disk.makeDirectory(root.appending(folder))
      }
    }
  }

  /// The refs of datasets and models.
  package var refs: Refs { Refs(root: root, disk: disk) }

  package var audit: AuditLog { AuditLog(root: root, disk: disk) }

  package func contains(_ digest: Digest) throws(StoreError) -> Bool { try index.location(of: digest) != nil }

  /// The bytes of a blob, verified against its name.
  package func blob(_ digest: Digest) throws(StoreError) -> [UInt8] {
    guard let location = try index.location(of: digest) else { throw .missingBlob(digest) }
    return try read(location)
  }

  func read(_ location: PackIndex.Location) throws(StoreError) -> [UInt8] {
    let row = location.row
    let stored = try onDisk { () throws(DiskError) in
      try disk.open(location.pack).read(count: row.storedBytes, at: row.offset)
    }
    guard stored.count == row.storedBytes, let plain = row.codec.decode(stored, plainBytes: row.plainBytes) else {
      throw .damagedPack(location.pack, reason: "the stored bytes of \(row.digest.short) do not unpack")
    }
    let found = Digest(of: plain)
    guard found == row.digest else { throw .damagedBlob(row.digest, found: found, pack: location.pack) }
    return plain
  }

  /// The manifest that `digest` names.
  package func manifest(_ digest: Digest) throws(StoreError) -> Manifest {
    let bytes = try blob(digest)
    do { return try Manifest(decoding: bytes) } catch { throw .damagedManifest(digest, reason: error.reason) }
  }

  /// The content of a file, chunk by chunk, each verified.
  package func stream(of file: Manifest.File) -> BlobStream { BlobStream(store: self, chunks: file.chunks) }

  /// Puts a few blobs into the store, durably.
  @discardableResult
  package func put(_ blobs: [UInt8]...) throws(StoreError) -> [Digest] {
    let writer = try StoreWriter(self)
    var digests: [Digest] = []
    for blob in blobs { digests.append(try writer.put(blob)) }
    try writer.finish()
    return digests
  }

  /// Removes what dead writers left in `tmp/`. Does nothing while a writer is alive.
  package func sweep() throws(StoreError) {
    try onDisk { () throws(DiskError) in
      guard let lock = try disk.lockIfFree(root.appending("locks/writers")) else { return }
      defer { lock.keep() }
      for entry in try disk.list(root.appending("tmp")) where entry.name.hasSuffix(".pack") {
        try disk.remove(root.appending("tmp").appending(entry.name))
      }
    }
  }
}

/// The blobs of a file as one stream.
package struct BlobStream: ByteStream {
  private let store: Store
  private var rest: ArraySlice<Manifest.Chunk>

  init(store: Store, chunks: [Manifest.Chunk]) {
    self.store = store
    rest = chunks[...]
  }

  package mutating func next() throws -> [UInt8]? {
    guard let chunk = rest.popFirst() else { return nil }
    return try store.blob(chunk.digest)
  }
}
