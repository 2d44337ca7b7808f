internal import CArchive
internal import Disk
internal import Glibc

/// Bytes as libarchive reads them: it keeps the block that was given out last.
final class ArchiveSource {
  private enum Origin {
    case stream(any ByteStream)
    case bytes(SeekableBytes)
  }

  private var origin: Origin
  private var position = 0
  private var block = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  /// What went wrong: libarchive knows only that something did.
  private(set) var fault: (any Error)?
  private(set) var readBytes = 0

  init(_ stream: any ByteStream) { origin = .stream(stream) }

  init(_ bytes: SeekableBytes) { origin = .bytes(bytes) }

  deinit { block.deallocate() }

  /// Lets the archive read from here; the source must outlive it.
  func open(_ archive: OpaquePointer) -> Bool {
    archive_read_set_callback_data(archive, Unmanaged.passUnretained(self).toOpaque())
    archive_read_set_read_callback(archive) { _, context, target in
      guard let block = ArchiveSource.at(context)?.next() else { return -1 }
      target?.pointee = block.baseAddress
      return block.count
    }
    if case .bytes = origin {
      archive_read_set_skip_callback(archive) { _, context, count in ArchiveSource.at(context)?.skip(count) ?? 0 }
      archive_read_set_seek_callback(archive) { _, context, offset, origin in
        ArchiveSource.at(context)?.seek(offset, origin) ?? Int64(ARCHIVE_FATAL)
      }
    }
    return archive_read_open1(archive) == ARCHIVE_OK
  }

  private static func at(_ context: UnsafeMutableRawPointer?) -> ArchiveSource? {
    context.map { Unmanaged<ArchiveSource>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The next block, valid until the next call; empty at the end, nil after a fault.
  private func next() -> UnsafeRawBufferPointer? {
    do {
      let bytes = try nextBytes()
      if block.count < bytes.count {
        block.deallocate()
        block = .allocate(byteCount: bytes.count, alignment: 16)
      }
      block.copyBytes(from: bytes)
      readBytes += bytes.count
      return UnsafeRawBufferPointer(rebasing: block[..<bytes.count])
    } catch {
      fault = error
      return nil
    }
  }

  private func nextBytes() throws -> ArraySlice<UInt8> {
    switch origin {
    case .stream(var stream):
      defer { origin = .stream(stream) }
      return try stream.next()?[...] ?? []
    case .bytes(let bytes):
      let block = try bytes.block(at: position)
      position += block.count
      return block
    }
  }

  /// How many bytes were passed over.
  private func skip(_ count: Int64) -> Int64 {
    guard case .bytes(let bytes) = origin else { return 0 }
    let skipped = min(max(0, count), Int64(bytes.count - position))
    position += Int(skipped)
    return skipped
  }

  /// The new position, or libarchive's code for what cannot be.
  private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
    guard case .bytes(let bytes) = origin else { return Int64(ARCHIVE_FATAL) }
    let base: Int64 =
      switch whence {
      case SEEK_SET: 0
      case SEEK_CUR: Int64(position)
      default: Int64(bytes.count)
      }
    let (target, isTooFar) = base.addingReportingOverflow(offset)
    guard !isTooFar, target >= 0, target <= Int64(bytes.count) else { return Int64(ARCHIVE_FATAL) }
    position = Int(target)
    return target
  }
}
