internal import Glibc

/// What the kernel says of a path, never following a final link.
package struct FileStatus: Equatable, Sendable {
  package enum Kind: Equatable, Sendable { case regular, directory, link, other }

  package var kind: Kind
  package var sizeBytes: Int
  package var device: UInt64
  package var inode: UInt64
  package var linkCount: Int
  package var ownerID: UInt32
  /// Permission bits alone (0o7777).
  package var mode: UInt32
  /// Nanoseconds since 1970.
  package var modified: Int64
  /// Nanoseconds since 1970 of the last change to content or inode: it cannot be set back by `touch` or `cp -p`.
  package var changed: Int64

  /// Whether its owner may execute it, the one permission that versions keep.
  package var isExecutable: Bool { kind == .regular && mode & 0o100 != 0 }

  /// Whether the two looks saw the same bytes, as far as the kernel can tell.
  package func isUnchanged(since other: FileStatus) -> Bool {
    inode == other.inode && device == other.device && sizeBytes == other.sizeBytes && modified == other.modified
      && changed == other.changed
  }

  init(_ status: stat) {
    kind =
      switch status.st_mode & 0o170000 {
      case 0o100000: .regular
      case 0o040000: .directory
      case 0o120000: .link
      default: .other
      }
    sizeBytes = Int(status.st_size)
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    linkCount = Int(status.st_nlink)
    ownerID = status.st_uid
    mode = status.st_mode & 0o7777
    modified = Self.nanoseconds(status.st_mtim)
    changed = Self.nanoseconds(status.st_ctim)
  }

  /// Times beyond the year 2262 are that year's: a file may be dated anyhow.
  private static func nanoseconds(_ time: timespec) -> Int64 {
    let (nanoseconds, isTooLarge) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
    guard !isTooLarge else { return time.tv_sec < 0 ? .min : .max }
    let (sum, isBeyond) = nanoseconds.addingReportingOverflow(Int64(time.tv_nsec))
    return isBeyond ? .max : sum
  }
}

/// One name in a folder.
package struct DirectoryEntry: Equatable, Sendable {
  package var name: String
  package var status: FileStatus
}
