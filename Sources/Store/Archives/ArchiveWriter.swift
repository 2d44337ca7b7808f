internal import CArchive
internal import SystemPackage

/// libarchive behind values and errors, for writing. The bytes depend on what is written alone: no clock, no owner, no
/// character set, no thread count and no name of a machine takes part.
final class ArchiveWriter {
  private let archive: OpaquePointer
  private let sink: Sink
  private let name: FilePath
  private let format: ArchiveFormat
  private var isFinished = false

  /// Where the archive goes, as libarchive reaches it.
  private final class Sink {
    let write: ([UInt8]) throws -> Void
    var fault: (any Error)?

    init(_ write: @escaping ([UInt8]) throws -> Void) { self.write = write }
  }

  /// Bytes to the sink at a time. The last block is as long as it is: no record is filled up.
  private static let blockBytes: Int32 = 1 << 20

  /// - Parameters:
  ///   - name: of the archive, for messages.
  ///   - write: takes the archive's bytes in order.
  init(_ format: ArchiveFormat, name: FilePath, write: @escaping ([UInt8]) throws -> Void) throws {
    guard let archive = archive_write_new() else { throw StoreError.unwritableArchive(name, reason: "out of memory") }
    self.archive = archive
    self.format = format
    self.name = name
    sink = Sink(write)
    try check(archive_write_set_bytes_per_block(archive, Self.blockBytes))
    try check(archive_write_set_bytes_in_last_block(archive, 1))
    try setFormat()
    try setFilter()
    let context = Unmanaged.passUnretained(sink).toOpaque()
    try check(
      archive_write_open(
        archive, context, nil, { _, context, bytes, count in ArchiveWriter.pass(bytes, count, context) }, nil))
  }

  deinit {
    // Closing would fill up an unfinished entry, however large it is.
    if !isFinished { archive_write_fail(archive) }
    archive_write_free(archive)
  }

  /// Begins a file; its `sizeBytes` bytes follow by ``write(_:)``.
  func beginFile(_ path: RelativePath, isExecutable: Bool, sizeBytes: Int) throws {
    guard let entry = archive_entry_new() else { throw StoreError.unwritableArchive(name, reason: "out of memory") }
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, path.text)
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, isExecutable ? 0o755 : 0o644)
    archive_entry_set_size(entry, Int64(sizeBytes))
    // No time: tar has 0 for it, and zip its own beginning, 1980, without the time zone that it would be told in.
    let code = try inUTF8Locale { isUTF8 throws(StoreError) in
      guard isUTF8 || format != .zip || path.text.utf8.allSatisfy({ $0 < 0x80 }) else {
        throw .unwritableArchive(
          name, reason: "this machine has no locale C.UTF-8, which zip needs for “\(path.text)”: write a tar archive")
      }
      return archive_write_header(archive, entry)
    }
    try check(code)
  }

  /// Writes the next bytes of the file.
  func write(_ bytes: [UInt8]) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { archive_write_data(archive, $0.baseAddress! + done, bytes.count - done) }
      guard count > 0 else { throw failure() }
      done += count
    }
  }

  /// Ends the archive.
  func finish() throws {
    try check(archive_write_close(archive))
    isFinished = true
  }

  /// GNU tar: long names and large sizes fit it, and names are the bytes that they are.
  private func setFormat() throws {
    guard format == .zip else { return try check(archive_write_set_format_gnutar(archive)) }
    try check(archive_write_set_format_zip(archive))
    // Deflated bytes are the zlib version's own.
    try check(archive_write_zip_set_compression_store(archive))
  }

  /// One thread and a level that is said, since both decide on the bytes.
  private func setFilter() throws {
    switch format {
    case .tar, .zip: return
    case .tarGzip:
      try check(archive_write_add_filter_gzip(archive))
      try setOption("gzip", "compression-level", "6")
      try setOption("gzip", "timestamp", nil)
    case .tarZstandard:
      try check(archive_write_add_filter_zstd(archive))
      try setOption("zstd", "compression-level", "3")
    case .tarLZ4:
      try check(archive_write_add_filter_lz4(archive))
      try setOption("lz4", "compression-level", "1")
    case .tarXZ:
      try check(archive_write_add_filter_xz(archive))
      try setOption("xz", "compression-level", "6")
      try setOption("xz", "threads", "1")
    }
  }

  private func setOption(_ module: String, _ option: String, _ value: String?) throws {
    try check(archive_write_set_filter_option(archive, module, option, value))
  }

  /// A warning is a fault too: it says that a program would compress instead of the library, or that a name was changed.
  private func check(_ code: Int32) throws {
    guard code == ARCHIVE_OK else { throw failure() }
  }

  private func failure() -> any Error {
    sink.fault
      ?? StoreError.unwritableArchive(
        name, reason: archive_error_string(archive).map { String(cString: $0) } ?? "libarchive gives no reason")
  }

  /// What libarchive calls with its blocks: how many bytes it took, -1 after a fault.
  private static func pass(_ bytes: UnsafeRawPointer?, _ count: Int, _ context: UnsafeMutableRawPointer?) -> Int {
    guard let context, let bytes else { return -1 }
    let sink = Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue()
    do {
      try sink.write(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
      return count
    } catch {
      sink.fault = error
      return -1
    }
  }
}
