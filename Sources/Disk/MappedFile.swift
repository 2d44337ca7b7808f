internal import Glibc

/// A file's bytes without reading it: pages come when they are touched. For files that are replaced, never changed.
package final class MappedFile: Sendable {
  private let address: Int
  package let count: Int

  /// Maps all of the file, which is not empty.
  init?(_ file: OpenFile, count: Int) {
    guard let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, file.descriptor, 0), address != MAP_FAILED else {
      return nil
    }
    self.address = Int(bitPattern: address)
    self.count = count
  }

  deinit { munmap(UnsafeMutableRawPointer(bitPattern: address), count) }

  /// The bytes, valid inside `body`.
  package func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
    withExtendedLifetime(self) {
      body(UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: address), count: count))
    }
  }
}
