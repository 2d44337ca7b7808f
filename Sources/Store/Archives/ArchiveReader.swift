package import Disk
package import SystemPackage

/// Reads an archive entry by entry through libarchive: tar, zip, 7z, the compressions of them, and a single compressed
/// file. Nothing is unpacked to disk, and whatever could leave a folder or was not asked for is refused.
package struct ArchiveReader {
  /// What an archive may unpack to.
  package struct Limits: Hashable, Sendable {
    package var entryCount: Int
    package var totalBytes: Int
    /// Unpacked bytes for each packed byte.
    package var ratio: Double
    package var names: Names

    package init(entryCount: Int, totalBytes: Int, ratio: Double, names: Names = .portable) {
      self.entryCount = entryCount
      self.totalBytes = totalBytes
      self.ratio = ratio
      self.names = names
    }
  }

  /// Which files may stand beside each other.
  package enum Names: String, Codable, CaseIterable, Sendable {
    /// Those that every file system tells apart: `a.csv` and `A.csv` are refused together.
    case portable
    /// Those that this one does.
    case any
  }

  private let bytes: SeekableBytes
  private let limits: Limits
  private var path: FilePath { bytes.path }

  /// Of a file on disk.
  package init(_ path: FilePath, disk: Disk, limits: Limits) throws(StoreError) {
    bytes = try SeekableBytes(try onDisk { () throws(DiskError) in try disk.open(path) })
    self.limits = limits
  }

  /// Of a file in the store, read from there.
  package init(_ file: Manifest.File, in store: Store, limits: Limits) {
    bytes = SeekableBytes(file, in: store)
    self.limits = limits
  }

  /// Streams the selected files (all, where `select` is empty) into the writer. An entry with a hostile name is
  /// refused even when it is not selected: such an archive is not to be trusted.
  package func read(select: [Glob], into writer: StoreWriter) throws -> Manifest {
    let directory = try ZipDirectory(bytes)
    try directory?.check(entryLimit: limits.entryCount)
    let archive = try ArchiveHandle(archiveIn: bytes)
    var files: [Manifest.File] = []
    var seen: Set<RelativePath> = []
    var clashes = NameClashes()
    var budget = ArchiveBudget(limits: limits, packedBytes: bytes.count)
    while let entry = try archive.nextEntry() {
      guard directory != nil || !archive.isZip else {
        throw StoreError.unreadableArchive(path, reason: "something stands before the zip archive in it: cut it off")
      }
      try budget.countEntry(entry.path, of: path, skippedTo: archive.unpackedBytes)
      guard let file = try regularFile(entry) else { continue }
      guard seen.insert(file).inserted else { throw refused(entry, "the archive holds it twice") }
      guard select.isEmpty || select.contains(where: { $0.matches(file.text) }) else { continue }
      if limits.names == .portable, let other = clashes.add(file) {
        throw refused(
          entry,
          "macOS and Windows take it for “\(other.text)”: rename one, select one, or allow both by `names: any` in `limits`"
        )
      }
      var stream = EntryStream(archive: archive, entry: entry.path, budget: budget)
      files.append(try writer.addFile(file, isExecutable: entry.isExecutable, &stream))
      budget = stream.budget
    }
    guard !files.isEmpty else {
      let patterns = select.map(\.pattern).joined(separator: ", ")
      throw StoreError.nothingToStore(
        select.isEmpty ? "\(path) holds no file" : "no file in \(path) matches \(patterns)")
    }
    return try Manifest(files)
  }

  /// The path of a regular file, nil for a folder. Throws for everything that an archive of data has no use for.
  private func regularFile(_ entry: ArchiveHandle.Entry) throws(StoreError) -> RelativePath? {
    var text = entry.path[...]
    while text.utf8.starts(with: "./".utf8) { text = text[text.utf8.index(text.startIndex, offsetBy: 2)...] }
    if entry.kind == .directory {
      while text.utf8.last == UInt8(ascii: "/") { text = text[..<text.utf8.index(before: text.endIndex)] }
      if text.isEmpty || text == "." { return nil }
    }
    let path: RelativePath
    do { path = try RelativePath(String(text)) } catch {
      if case .invalidPath(_, let reason) = error { throw refused(entry, reason) }
      throw error
    }
    switch entry.kind {
    case .directory: return nil
    case .regular: return path
    case .link: throw refused(entry, "it is a link: archives of data hold the files themselves")
    case .other: throw refused(entry, "it is a device, pipe or socket")
    }
  }

  private func refused(_ entry: ArchiveHandle.Entry, _ reason: String) -> StoreError {
    .refusedArchive(path, entry: entry.path, reason: reason)
  }
}

/// The bytes of the present entry.
private struct EntryStream: ByteStream {
  let archive: ArchiveHandle
  let entry: String
  var budget: ArchiveBudget

  mutating func next() throws -> [UInt8]? {
    let block = try archive.readBlock(1 << 20)
    try budget.count(block.count, entry, of: archive.path)
    return block.isEmpty ? nil : block
  }
}
