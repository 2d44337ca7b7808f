internal import SystemPackage

/// What is left of an archive's limits.
struct ArchiveBudget {
  /// Small archives may well be mostly zeros: the ratio counts from here on.
  private static let ratioFloorBytes = 1 << 20

  private let limits: ArchiveReader.Limits
  /// Grows where the packed bytes arrive as a stream.
  var packedBytes: Int
  private var entries = 0
  private var bytes = 0

  init(limits: ArchiveReader.Limits, packedBytes: Int) {
    self.limits = limits
    self.packedBytes = packedBytes
  }

  /// - Parameter position: unpacked bytes up to this entry, those of entries passed over among them.
  mutating func countEntry(_ entry: String, of archive: FilePath, skippedTo position: Int) throws(StoreError) {
    entries += 1
    guard entries <= limits.entryCount else {
      throw .refusedArchive(archive, entry: entry, reason: "the archive has more than \(limits.entryCount) entries")
    }
    try checkRatio(position, entry, of: archive)
  }

  mutating func count(_ count: Int, _ entry: String, of archive: FilePath) throws(StoreError) {
    bytes += count
    guard bytes <= limits.totalBytes else {
      throw .refusedArchive(
        archive, entry: entry, reason: "the archive unpacks to more than \(limits.totalBytes) bytes")
    }
    try checkRatio(bytes, entry, of: archive)
  }

  private func checkRatio(_ bytes: Int, _ entry: String, of archive: FilePath) throws(StoreError) {
    guard bytes < Self.ratioFloorBytes || Double(bytes) <= limits.ratio * Double(packedBytes) else {
      throw .refusedArchive(
        archive, entry: entry, reason: "the archive unpacks to more than \(Int(limits.ratio)) times its size")
    }
  }
}
