package import Disk
internal import SystemPackage

/// One writer's session: blobs go into packs under `tmp/`, which become part of the store when ``finish()`` returns.
///
/// Until then nobody sees them; a writer that dies leaves files that a later ``Store/sweep()`` removes. Hashing and
/// compressing run over all cores; memory is bounded whatever the input. Use it from one task.
package final class StoreWriter {
  package enum Mode: Sendable {
    case store
    /// Computes digests and keeps nothing.
    case digestOnly
  }

  private let store: Store
  private let mode: Mode
  private let session: StoreSession?
  private let pipeline: PackPipeline
  private var segment = Segment()
  /// Blobs so far: the number of the next one.
  private var blobCount = 0

  package init(_ store: Store, mode: Mode = .store) throws(StoreError) {
    self.store = store
    self.mode = mode
    session = mode == .store ? try StoreSession(store) : nil
    pipeline = PackPipeline(store, isStoring: mode == .store)
  }

  /// Its session outlives its workers: nobody takes what they write for a dead writer's.
  deinit { pipeline.abandon() }

  /// Adds one blob as it is, without cutting it. At most 1 GiB.
  @discardableResult
  package func put(_ bytes: [UInt8]) throws(StoreError) -> Digest {
    try pipeline.throwFault()
    let digest = Digest(of: bytes)
    if try holds(digest) { return digest }
    guard bytes.count <= Pack.limitBlobBytes else {
      throw .nothingToStore("\(bytes.count) bytes are more than one blob holds (1 GiB): add them as a file")
    }
    _ = try bytes.span.bytes.withUnsafeBytes { blob throws(StoreError) in try add(blob, digest) }
    return digest
  }

  /// A file whose content arrives piece by piece; several may be open at once.
  package func beginFile(_ path: RelativePath, isExecutable: Bool = false) -> FileBuilder {
    FileBuilder(self, store.format, path, isExecutable: isExecutable)
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

  /// Adds the first `sizeBytes` bytes of a file, fewer where it has become shorter, read straight to where the workers
  /// take them.
  func addFile(
    _ path: RelativePath, isExecutable: Bool, from file: OpenFile, sizeBytes: Int
  ) throws(StoreError) -> PendingFile {
    let chunker = Chunker(store.format)
    var pending = PendingFile(path: path, isExecutable: isExecutable)
    var offset = 0
    segment.dropRest()
    while offset < sizeBytes {
      if !segment.hasRoom(for: sizeBytes - offset, chunker) { try handOver() }
      let at = offset
      let limit = sizeBytes - offset
      let got = try onDisk { () throws(DiskError) in try segment.read(file, at: at, limit: limit, chunker) }
      offset += got
      let isLast = got == 0 || offset == sizeBytes
      while let length = segment.cut(chunker, isLast: isLast) {
        pending.chunks.append((blob: blobCount, sizeBytes: length))
        blobCount += 1
      }
      if isLast { break }
    }
    return pending
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
    try drain()
    try pipeline.finish()
  }

  /// Whether the blob needs no storing: it is stored, or nothing is.
  func holds(_ digest: Digest) throws(StoreError) -> Bool { try pipeline.holds(digest) }

  /// The files, their digests known now: waits for the workers.
  func resolve(_ files: [PendingFile]) throws(StoreError) -> [Manifest.File] {
    try drain()
    return pipeline.withDigests { digests in
      files.map { file in
        let chunks = file.chunks.map { Manifest.Chunk(digest: digests[$0.blob], sizeBytes: $0.sizeBytes) }
        return Manifest.File(path: file.path, isExecutable: file.isExecutable, chunks: chunks)
      }
    }
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

  /// Adds a blob and gives its number: its digest is known when the workers are through with it.
  func add(_ blob: UnsafeRawBufferPointer, _ digest: Digest?) throws(StoreError) -> Int {
    segment.append(blob, digest)
    if segment.isFull { try handOver() }
    blobCount += 1
    return blobCount - 1
  }

  /// Gives the segment to the workers; what has no end yet stays here.
  private func handOver() throws(StoreError) {
    var next = Segment(room: pipeline.room())
    segment.moveRest(to: &next)
    swap(&segment, &next)
    try pipeline.submit(next)
  }

  private func drain() throws(StoreError) {
    let last = segment
    segment = Segment()
    try pipeline.drain(last)
  }
}
