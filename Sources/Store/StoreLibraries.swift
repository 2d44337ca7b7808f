internal import CArchive
internal import CLZ4

/// The libraries that the store is linked with.
package enum StoreLibraries {
  package static var lz4Version: String { String(cString: LZ4_versionString()) }
  /// As `3.6.2`.
  package static var archiveVersion: String {
    let number = Int(archive_version_number())
    return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
  }
}
