internal import Glibc
package import SystemPackage

extension Disk {
  /// The path without links, for folders of the machine's own, where a file may be another's second name; nil where
  /// there is nothing.
  package func resolved(_ path: FilePath) throws(DiskError) -> FilePath? {
    guard let text = path.withPlatformString({ realpath($0, nil) }) else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(operation: .status, path: path, code: Errno(rawValue: errno))
    }
    defer { free(text) }
    return FilePath(platformString: text)
  }
}
