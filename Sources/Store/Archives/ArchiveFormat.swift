/// The kinds of archive that a version can be written as. The raw values are the suffixes of their names.
package enum ArchiveFormat: String, CaseIterable, Sendable {
  case tar
  case tarGzip = "tar.gz"
  case tarZstandard = "tar.zst"
  case tarLZ4 = "tar.lz4"
  case tarXZ = "tar.xz"
  case zip

  /// The format that a file's name asks for; nil where it ends in none of the suffixes.
  package init?(fileName: String) {
    let name = fileName.lowercased()
    guard let format = Self.allCases.first(where: { name.hasSuffix("." + $0.rawValue) }) else { return nil }
    self = format
  }
}
