internal import CArchive
package import Disk
package import SystemPackage

/// Reads an archive entry by entry through libarchive: tar, zip, 7z and the compressions of them. Nothing is unpacked
/// to disk, and whatever could leave a folder or was not asked for is refused.
package struct ArchiveReader {
  /// What an archive may unpack to.
  package struct Limits: Hashable, Sendable {
    package var entryCount: Int
    package var totalBytes: Int
    /// Unpacked bytes for each packed byte.
    package var ratio: Double

    package init(entryCount: Int, totalBytes: Int, ratio: Double) {
      self.entryCount = entryCount
      self.totalBytes = totalBytes
      self.ratio = ratio
    }
  }

  private let path: FilePath
  private let disk: Disk
  private let limits: Limits

  package init(_ path: FilePath, disk: Disk, limits: Limits) {
    self.path = path
    self.disk = disk
    self.limits = limits
  }

  /// Streams the selected files (all, where `select` is empty) into the writer. An entry with a hostile name is
  /// refused even when it is not selected: such an archive is not to be trusted.
  package func read(select: [Glob], into writer: StoreWriter) throws -> Manifest {
    let file = try disk.open(path)
    let archive = try OpenArchive(file)
    var files: [Manifest.File] = []
    var budget = Budget(limits: limits, packedBytes: try file.status().sizeBytes)
    while let entry = try archive.nextEntry() {
      let path = try check(entry)
      try budget.countEntry(entry.path, of: self.path)
      guard let path, select.isEmpty || select.contains(where: { $0.matches(path.text) }) else { continue }
      guard !files.contains(where: { $0.path == path }) else { throw refused(entry, "the archive holds it twice") }
      var stream = EntryStream(archive: archive, entry: entry.path, budget: budget)
      files.append(try writer.addFile(path, isExecutable: entry.isExecutable, &stream))
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
  private func check(_ entry: OpenArchive.Entry) throws(StoreError) -> RelativePath? {
    var text = entry.path
    while text.hasPrefix("./") { text.removeFirst(2) }
    if entry.kind == .directory {
      while text.hasSuffix("/") { text.removeLast() }
      if text.isEmpty || text == "." { return nil }
    }
    let path: RelativePath
    do { path = try RelativePath(text) } catch {
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

  private func refused(_ entry: OpenArchive.Entry, _ reason: String) -> StoreError {
    .refusedArchive(path, entry: entry.path, reason: reason)
  }
}

/// What is left of the limits.
private struct Budget {
  let limits: ArchiveReader.Limits
  let packedBytes: Int
  var entries = 0
  var bytes = 0

  init(limits: ArchiveReader.Limits, packedBytes: Int) {
    self.limits = limits
    self.packedBytes = packedBytes
  }

  mutating func countEntry(_ entry: String, of archive: FilePath) throws(StoreError) {
    entries += 1
    guard entries <= limits.entryCount else {
      throw .refusedArchive(archive, entry: entry, reason: "the archive has more than \(limits.entryCount) entries")
    }
  }

  mutating func count(_ count: Int, _ entry: String, of archive: FilePath) throws(StoreError) {
    bytes += count
    guard bytes <= limits.totalBytes else {
      throw .refusedArchive(
        archive, entry: entry, reason: "the archive unpacks to more than \(limits.totalBytes) bytes")
    }
    // Small archives may well be mostly zeros: the ratio counts from a megabyte on.
    guard bytes < 1 << 20 || Double(bytes) <= limits.ratio * Double(packedBytes) else {
      throw .refusedArchive(
        archive, entry: entry, reason: "the archive unpacks to more than \(Int(limits.ratio)) times its size")
    }
  }
}

/// The bytes of the present entry.
private struct EntryStream: ByteStream {
  let archive: OpenArchive
  let entry: String
  var budget: Budget

  mutating func next() throws -> [UInt8]? {
    let block = try archive.readBlock(1 << 20)
    try budget.count(block.count, entry, of: archive.path)
    return block.isEmpty ? nil : block
  }
}

/// libarchive behind values and errors: closed when the last reference goes.
private final class OpenArchive {
  enum Kind { case regular, directory, link, other }

  struct Entry {
    var path: String
    var kind: Kind
    var isExecutable: Bool
  }

  let path: FilePath
  private let file: OpenFile
  private let archive: OpaquePointer

  init(_ file: OpenFile) throws(StoreError) {
    self.file = file
    path = file.path
    guard let archive = archive_read_new() else { throw .unreadableArchive(file.path, reason: "out of memory") }
    self.archive = archive
    archive_read_support_filter_all(archive)
    archive_read_support_format_tar(archive)
    archive_read_support_format_zip(archive)
    archive_read_support_format_7zip(archive)
    archive_read_support_format_empty(archive)
    guard archive_read_open_fd(archive, file.descriptor, 1 << 20) == ARCHIVE_OK else { throw failure() }
  }

  deinit { archive_read_free(archive) }

  func nextEntry() throws(StoreError) -> Entry? {
    var header: OpaquePointer?
    let code = archive_read_next_header(archive, &header)
    if code == ARCHIVE_EOF { return nil }
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let header else { throw failure() }
    guard let name = archive_entry_pathname_utf8(header) ?? archive_entry_pathname(header) else {
      throw .unreadableArchive(path, reason: "an entry has no name")
    }
    let type = UInt32(archive_entry_filetype(header))
    let isLink = archive_entry_hardlink(header) != nil || type == 0o120000
    let kind: Kind = isLink ? .link : type == 0o100000 ? .regular : type == 0o040000 ? .directory : .other
    return Entry(path: String(cString: name), kind: kind, isExecutable: archive_entry_perm(header) & 0o100 != 0)
  }

  func readBlock(_ count: Int) throws(StoreError) -> [UInt8] {
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      got = archive_read_data(archive, buffer.baseAddress, count)
      filled = max(0, got)
    }
    guard got >= 0 else { throw failure() }
    return bytes
  }

  private func failure() -> StoreError {
    let text = archive_error_string(archive).map { String(cString: $0) } ?? "it is of no known kind"
    return .unreadableArchive(path, reason: text)
  }
}
