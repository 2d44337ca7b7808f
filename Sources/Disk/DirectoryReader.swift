internal import Glibc
internal import SystemPackage

/// Reads one folder: its names in byte order, and what the kernel says of each, by the open folder rather than by paths.
struct DirectoryReader {
  private let folder: FilePath
  private let stream: DirectoryStream
  /// All names, each ended by NUL, and where each begins.
  private var names: [CChar] = []
  private var starts: [Int] = []

  init(_ folder: FilePath) throws(DiskError) {
    self.folder = folder
    guard let stream = DirectoryStream(folder) else { throw Self.failure(.list, folder) }
    self.stream = stream
    errno = 0
    while let entry = readdir(stream.pointer) {
      withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        let name = bytes.bindMemory(to: CChar.self).prefix { $0 != 0 }
        guard !name.elementsEqual([0x2E]), !name.elementsEqual([0x2E, 0x2E]) else { return }
        starts.append(names.count)
        names += name
        names.append(0)
      }
      errno = 0
    }
    guard errno == 0 else { throw Self.failure(.list, folder) }
    names.withUnsafeBufferPointer { names in
      guard let base = names.baseAddress else { return }
      starts.sort { strcmp(base + $0, base + $1) < 0 }
    }
  }

  /// The names as the kernel has them.
  func components() -> [FilePath.Component] {
    names.withUnsafeBufferPointer { names in
      starts.compactMap { start in names.baseAddress.flatMap { FilePath.Component(platformString: $0 + start) } }
    }
  }

  /// The names that are UTF-8 text.
  func textNames() -> [String] {
    names.withUnsafeBufferPointer { names in
      starts.compactMap { start in names.baseAddress.flatMap { String(validatingCString: $0 + start) } }
    }
  }

  /// The names as text, false bytes replaced by U+FFFD, with the status of each; without what vanished meanwhile.
  func entries() throws(DiskError) -> [DirectoryEntry] {
    var entries: [DirectoryEntry] = []
    entries.reserveCapacity(starts.count)
    let failed = names.withUnsafeBufferPointer { names -> Int32 in
      for start in starts {
        guard let name = names.baseAddress.map({ $0 + start }) else { continue }
        var status = stat()
        if fstatat(dirfd(stream.pointer), name, &status, AT_SYMLINK_NOFOLLOW) == 0 {
          entries.append(DirectoryEntry(name: String(cString: name), status: FileStatus(status)))
        } else if errno != ENOENT {
          return errno
        }
      }
      return 0
    }
    guard failed == 0 else { throw .system(operation: .status, path: folder, code: Errno(rawValue: failed)) }
    return entries
  }

  private static func failure(_ operation: DiskOperation, _ path: FilePath) -> DiskError {
    .system(operation: operation, path: path, code: Errno(rawValue: errno))
  }
}

/// An open folder, closed when the last reference goes.
private final class DirectoryStream {
  let pointer: OpaquePointer

  init?(_ folder: FilePath) {
    guard let pointer = folder.withPlatformString({ opendir($0) }) else { return nil }
    self.pointer = pointer
  }

  deinit { closedir(pointer) }
}
