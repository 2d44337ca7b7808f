package import Disk
internal import SystemPackage

/// The plain bytes of a stream compressed by gzip, bzip2, xz, lzma, zstd or lz4, unpacked as they are read.
package final class CompressedStream: ByteStream {
  private static let suffixes: Set<String> = ["gz", "bz2", "xz", "lzma", "zst", "lz4"]
  private static let blockBytes = 1 << 20

  private let source: ArchiveSource
  private let archive: ArchiveHandle
  private let name: FilePath
  private var budget: ArchiveBudget
  private var hasBegun = false

  /// Whether a file of this name is compressed, as far as its suffix tells.
  package static func isCompressed(_ name: String) -> Bool {
    FilePath(name).extension.map { suffixes.contains($0.lowercased()) } ?? false
  }

  /// - Parameter name: of the file, for messages.
  ///
  /// Throws ``StoreError/unreadableArchive(_:reason:)`` for what is not compressed, and what `source` throws.
  package init(_ source: any ByteStream, name: String, limits: ArchiveReader.Limits) throws {
    self.source = ArchiveSource(source)
    self.name = FilePath(name)
    archive = try ArchiveHandle(compressed: self.source, name: self.name)
    budget = ArchiveBudget(limits: limits, packedBytes: 0)
  }

  package func next() throws -> [UInt8]? {
    if !hasBegun {
      hasBegun = true
      // Nothing at all, compressed, has no entry.
      guard try archive.nextEntry() != nil else { return nil }
    }
    let block = try archive.readBlock(Self.blockBytes)
    budget.packedBytes = source.readBytes
    try budget.count(block.count, name.lastComponent?.string ?? name.string, of: name)
    return block.isEmpty ? nil : block
  }
}
