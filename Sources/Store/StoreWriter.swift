package import Disk
internal import SystemPackage

/// One writer's session: blobs go into packs under `tmp/`, which become part of the store when ``finish()`` returns.
///
/// Until then nobody sees them; a writer that dies leaves files that a later ``Store/sweep()`` removes. Memory is
/// bounded by one block of the input and one buffer of a pack. Use it from one task.
package final class StoreWriter {
  package enum Mode: Sendable {
    case store
    /// Computes digests and keeps nothing.
    case digestOnly
  }

  private let store: Store
  private let mode: Mode
  private let session: StoreSession?
  private var pack: OpenPack?
  private var written: Set<Digest> = []
  /// Whether something was left to a pack of another writer since the folder of packs was synced last.
  private var hasReused = false
  /// The first fault: after it nothing of this session is sure to be stored, so nothing more is taken.
  private var fault: StoreError?

  private struct OpenPack {
    var file: OpenFile
    var rows: [Pack.Row] = []
    var buffer: [UInt8] = []
    var sizeBytes: Int
  }

  private static let bufferBytes = 4 << 20

  package init(_ store: Store, mode: Mode = .store) throws(StoreError) {
    self.store = store
    self.mode = mode
    session = mode == .store ? try StoreSession(store) : nil
  }

  /// Adds one blob as it is, without cutting it. At most 1 GiB.
  @discardableResult
  package func put(_ bytes: [UInt8]) throws(StoreError) -> Digest { try put(bytes[...]) }

  /// A file whose content arrives piece by piece; several may be open at once.
  package func beginFile(_ path: RelativePath, isExecutable: Bool = false) -> FileBuilder {
    FileBuilder(writer: self, path: path, isExecutable: isExecutable, chunker: Chunker(store.format))
  }

  /// Adds a file's content, cut into chunks.
  ///
  /// Throws what the stream throws, as it is; the chunks added so far are harmless.
  package func addFile(
    _ path: RelativePath, isExecutable: Bool = false, _ stream: inout some ByteStream
  ) throws -> Manifest.File {
    let file = beginFile(path, isExecutable: isExecutable)
    while let block = try stream.next() { try file.append(block) }
    return try file.finish()
  }

  package func addFile(_ path: RelativePath, _ bytes: [UInt8]) throws -> Manifest.File {
    var stream = MemoryStream(bytes)
    return try addFile(path, &stream)
  }

  /// Adds the manifest itself and gives the version's digest.
  package func put(_ manifest: Manifest) throws(StoreError) -> Digest { try put(manifest.encoded()) }

  /// Makes all that was added part of the store, durably. The writer may go on after it.
  ///
  /// After a fault, of this or an earlier call, it throws that fault: a manifest must not name what was lost.
  package func finish() throws(StoreError) {
    try unlessFailed { () throws(StoreError) in
      try closePack()
      try syncReused()
    }
  }

  /// Whether the blob needs no storing: it is stored, or nothing is.
  func holds(_ digest: Digest) throws(StoreError) -> Bool {
    if mode == .digestOnly || written.contains(digest) { return true }
    guard try store.index.containsKnown(digest) else { return false }
    hasReused = true
    return true
  }

  /// What an earlier session knew of the files in a folder.
  func statCache(_ name: Digest?) throws(StoreError) -> StatCache {
    var cache = StatCache(store.format)
    guard let path = name.map(statPath) else { return cache }
    let bytes = try onDisk { () throws(DiskError) in try store.disk.readIfPresent(path) }
    if let bytes { cache.load(bytes) }
    return cache
  }

  /// Keeps it for the next session. Where only digests are computed, nothing is written.
  func keep(_ cache: StatCache, _ name: Digest?) throws(StoreError) {
    guard mode == .store, cache.isWorthWriting, let path = name.map(statPath) else { return }
    try onDisk { () throws(DiskError) in
      try store.disk.makeDirectory(path.removingLastComponent())
      try store.disk.replace(path, with: cache.encoded(), durability: .cached)
    }
  }

  private func statPath(_ name: Digest) -> FilePath {
    store.root.appending("index").appending("stat").appending(name.hex + ".stat")
  }

  fileprivate func put(_ plain: ArraySlice<UInt8>) throws(StoreError) -> Digest {
    let digest = plain.withUnsafeBytes { Digest(of: $0) }
    try unlessFailed { () throws(StoreError) in
      guard try !holds(digest) else { return }
      guard plain.count <= Pack.limitBlobBytes else {
        throw .nothingToStore("\(plain.count) bytes are more than one blob holds (1 GiB): add them as a file")
      }
      try append(plain, digest)
    }
    return digest
  }

  private func unlessFailed(_ body: () throws(StoreError) -> Void) throws(StoreError) {
    if let fault { throw fault }
    do { try body() } catch {
      fault = error
      throw error
    }
  }

  private func append(_ plain: ArraySlice<UInt8>, _ digest: Digest) throws(StoreError) {
    let (codec, stored) = Codec.encode(plain)
    var pack: OpenPack
    if let open = self.pack { pack = open } else { pack = try beginPack() }
    let header = Pack.entryHeader(digest, codec, storedBytes: stored.count, plainBytes: plain.count)
    pack.rows.append(
      Pack.Row(
        digest: digest, offset: pack.sizeBytes + header.count, storedBytes: stored.count, plainBytes: plain.count,
        codec: codec))
    pack.buffer += header
    pack.buffer += stored
    pack.sizeBytes += header.count + stored.count
    if pack.buffer.count >= Self.bufferBytes { try flush(&pack) }
    written.insert(digest)
    let isFull = pack.sizeBytes >= Pack.targetBytes
    self.pack = pack
    if isFull { try closePack() }
  }

  private func beginPack() throws(StoreError) -> OpenPack {
    let path = store.root.appending("tmp").appending(Disk.temporaryName() + ".pack")
    let file = try onDisk { () throws(DiskError) in try store.disk.create(path, mode: 0o444) }
    return OpenPack(file: file, buffer: Pack.magic, sizeBytes: Pack.magic.count)
  }

  private func flush(_ pack: inout OpenPack) throws(StoreError) {
    let buffer = pack.buffer
    let file = pack.file
    try onDisk { () throws(DiskError) in try file.write(buffer) }
    pack.buffer.removeAll(keepingCapacity: true)
  }

  /// Pack synced, then named, then its name synced, then its index table: a death between any two leaves nothing that
  /// is read and wrong.
  private func closePack() throws(StoreError) {
    guard var pack else { return }
    self.pack = nil
    let (footer, name) = Pack.footer(pack.rows, tableOffset: pack.sizeBytes)
    pack.buffer += footer
    try flush(&pack)
    let file = pack.file
    let packs = store.root.appending("packs")
    let index = store.root.appending("index").appending(name.hex + ".idx")
    let disk = store.disk
    try onDisk { () throws(DiskError) in
      try file.sync()
      try disk.rename(file.path, to: packs.appending(name.hex + ".pack"))
      try disk.syncDirectory(packs)
      try disk.replace(index, with: footer, durability: .cached, mode: 0o444)
    }
    store.index.add(name, pack.rows)
    hasReused = false
  }

  /// A writer shows its pack by the rename and syncs the name after it. Whoever relies on that pack in between must not
  /// publish what a power cut could still undo.
  private func syncReused() throws(StoreError) {
    guard hasReused else { return }
    let packs = store.root.appending("packs")
    try onDisk { () throws(DiskError) in try store.disk.syncDirectory(packs) }
    hasReused = false
  }
}

/// A file on its way into the store, cut into chunks as it comes.
package final class FileBuilder {
  private let writer: StoreWriter
  private let path: RelativePath
  private let isExecutable: Bool
  private var chunker: Chunker
  private var chunks: [Manifest.Chunk] = []

  fileprivate init(writer: StoreWriter, path: RelativePath, isExecutable: Bool, chunker: Chunker) {
    self.writer = writer
    self.path = path
    self.isExecutable = isExecutable
    self.chunker = chunker
  }

  package func append(_ bytes: [UInt8]) throws { try chunker.take(bytes, add) }

  /// The file as a manifest lists it. Nothing may be appended after it.
  package func finish() throws -> Manifest.File {
    try chunker.finish(add)
    return Manifest.File(path: path, isExecutable: isExecutable, chunks: chunks)
  }

  private func add(_ chunk: ArraySlice<UInt8>) throws {
    chunks.append(Manifest.Chunk(digest: try writer.put(chunk), sizeBytes: chunk.count))
  }
}
