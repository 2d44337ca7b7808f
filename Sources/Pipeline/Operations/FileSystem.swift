internal import Glibc
internal import SystemPackage

/// The room on the file system that a path is on.
struct FileSystem: Equatable {
  var freeBytes: Int
  var totalBytes: Int
  /// Nil where the file system has no fixed number of them.
  var freeInodes: Int?
  var isReadOnly: Bool

  init(freeBytes: Int, totalBytes: Int, freeInodes: Int?, isReadOnly: Bool = false) {
    self.freeBytes = freeBytes
    self.totalBytes = totalBytes
    self.freeInodes = freeInodes
    self.isReadOnly = isReadOnly
  }

  /// Nil where the path cannot be looked at.
  init?(of path: FilePath) {
    var status = statvfs()
    guard path.withPlatformString({ statvfs($0, &status) }) == 0 else { return nil }
    freeBytes = Self.bytes(UInt64(status.f_bavail), of: UInt64(status.f_frsize))
    totalBytes = Self.bytes(UInt64(status.f_blocks), of: UInt64(status.f_frsize))
    freeInodes = status.f_files == 0 ? nil : Int(clamping: status.f_favail)
    isReadOnly = status.f_flag & UInt(ST_RDONLY) != 0
  }

  /// File systems without an end of their own report as many blocks as there are numbers.
  private static func bytes(_ blocks: UInt64, of size: UInt64) -> Int {
    let (bytes, isTooMuch) = blocks.multipliedReportingOverflow(by: size)
    return isTooMuch ? .max : Int(clamping: bytes)
  }

  /// The kind of the file system below `path`, after the lines of `/proc/self/mountinfo`: `ext4`, `nfs4`, `fuse.sshfs`.
  static func kind(of path: FilePath, mounts: String) -> String? {
    var found: (point: FilePath, kind: String)?
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 1, fields.count > 4 else { continue }
      let point = FilePath(unescaped(fields[4]))
      // A later line covers an earlier one at the same place.
      guard path.starts(with: point), point.string.utf8.count >= found?.point.string.utf8.count ?? 0 else { continue }
      found = (point, String(fields[dash + 1]))
    }
    return found?.kind
  }

  /// The kernel writes blanks and backslashes of a path as three octal digits.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
