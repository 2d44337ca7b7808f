internal import CArchive
internal import Disk
internal import SystemPackage

/// libarchive behind values and errors: closed when the last reference goes. Nothing else imports it for reading.
final class ArchiveHandle {
  enum Kind { case regular, directory, link, other }

  struct Entry {
    var path: String
    var kind: Kind
    var isExecutable: Bool
  }

  let path: FilePath
  private let archive: OpaquePointer
  /// Held while libarchive reads from it.
  private let source: ArchiveSource
  private let isStream: Bool

  /// An archive, or a single compressed file, in `bytes`.
  init(archiveIn bytes: SeekableBytes) throws {
    archive = try Self.make(bytes.path)
    path = bytes.path
    source = ArchiveSource(bytes)
    isStream = false
    archive_read_support_format_tar(archive)
    archive_read_support_format_zip(archive)
    archive_read_support_format_7zip(archive)
    archive_read_support_format_empty(archive)
    archive_read_support_format_raw(archive)
    guard source.open(archive) else { throw sourceFailure() }
    try refuseNesting()
  }

  /// A compressed stream: whatever is in it, it is one entry. The name is for messages.
  init(compressed source: ArchiveSource, name: FilePath) throws {
    archive = try Self.make(name)
    path = name
    self.source = source
    isStream = true
    archive_read_support_format_empty(archive)
    archive_read_support_format_raw(archive)
    guard source.open(archive) else { throw sourceFailure() }
    try refuseNesting()
  }

  /// Each layer of compression may unpack to a thousand times its size and wants a window of memory of its own. The last
  /// one counted is the file itself.
  private func refuseNesting() throws(StoreError) {
    guard archive_filter_count(archive) > 2 else { return }
    throw .unreadableArchive(path, reason: "it is compressed more than once: unpack it before")
  }

  deinit { archive_read_free(archive) }

  /// The filters that libarchive decodes itself. Others it hands to programs that it finds on PATH, which data from
  /// elsewhere must never start.
  private static func make(_ path: FilePath) throws(StoreError) -> OpaquePointer {
    guard let archive = archive_read_new() else { throw .unreadableArchive(path, reason: "out of memory") }
    archive_read_support_filter_gzip(archive)
    archive_read_support_filter_bzip2(archive)
    archive_read_support_filter_xz(archive)
    archive_read_support_filter_lzma(archive)
    archive_read_support_filter_zstd(archive)
    archive_read_support_filter_lz4(archive)
    return archive
  }

  /// Unpacked bytes so far, headers and entries passed over among them.
  var unpackedBytes: Int { Int(max(0, archive_filter_bytes(archive, 0))) }

  /// Known from the first entry on.
  var isZip: Bool { archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK == ARCHIVE_FORMAT_ZIP }

  /// The next entry; what is left of the present one is passed over.
  func nextEntry() throws -> Entry? {
    try inUTF8Locale { _ in try decodeEntry() }
  }

  private func decodeEntry() throws -> Entry? {
    var header: OpaquePointer?
    let code = archive_read_next_header(archive, &header)
    if code == ARCHIVE_EOF { return nil }
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let header else { throw sourceFailure() }
    if archive_format(archive) == ARCHIVE_FORMAT_RAW { return try singleFile() }
    guard let name = archive_entry_pathname_utf8(header) ?? archive_entry_pathname(header) else {
      throw StoreError.unreadableArchive(path, reason: "an entry has no name")
    }
    let type = UInt32(archive_entry_filetype(header))
    let isLink = archive_entry_hardlink(header) != nil || type == 0o120000
    let kind: Kind = isLink ? .link : type == 0o100000 ? .regular : type == 0o040000 ? .directory : .other
    return Entry(path: String(cString: name), kind: kind, isExecutable: archive_entry_perm(header) & 0o100 != 0)
  }

  /// Up to `count` bytes of the present entry; none at its end.
  func readBlock(_ count: Int) throws -> [UInt8] {
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      got = archive_read_data(archive, buffer.baseAddress, count)
      filled = max(0, got)
    }
    guard got >= 0 else { throw sourceFailure() }
    return bytes
  }

  /// What is compressed but is no archive is one file, named as the file is without its last suffix.
  private func singleFile() throws(StoreError) -> Entry {
    guard archive_filter_count(archive) > 1 else {
      throw .unreadableArchive(path, reason: "it is of no known kind")
    }
    let stem = path.stem ?? "data"
    guard isStream || !stem.lowercased().hasSuffix(".tar") else {
      throw .unreadableArchive(path, reason: "what it unpacks to is no tar archive")
    }
    return Entry(path: stem, kind: .regular, isExecutable: false)
  }

  /// The source's own error where it had one: libarchive knows only that there was one.
  private func sourceFailure() -> any Error { source.fault ?? failure() }

  private func failure() -> StoreError {
    let text = archive_error_string(archive).map { String(cString: $0) } ?? "it is of no known kind"
    return .unreadableArchive(path, reason: text)
  }
}
