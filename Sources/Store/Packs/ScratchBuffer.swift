/// Bytes that are used again and again, for one worker.
final class ScratchBuffer {
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit { buffer.deallocate() }

  /// Room for `count` bytes, whatever is in it; valid until more is asked for, or the last reference goes.
  func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    if buffer.count < count {
      buffer.deallocate()
      buffer = .allocate(byteCount: max(count, 256 << 10), alignment: 64)
    }
    return UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
  }
}
