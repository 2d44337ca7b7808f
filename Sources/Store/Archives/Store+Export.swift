internal import Disk
package import SystemPackage

extension Store {
  /// Bytes of a file that are compressed at a time. They are the same however the store cut the file, so that the archive
  /// depends on its files alone.
  private static let exportBlockBytes = 1 << 20

  /// Writes a version as an archive to `file`, in place of what is there: under a hidden name beside it, then one rename.
  /// Each blob is verified on its way.
  package func export(_ manifest: Manifest, as format: ArchiveFormat, to file: FilePath) throws {
    // A rename would put the archive in the place of a link, or, for root, of a device.
    if let status = try outside.statusIfPresent(of: file), status.kind != .regular {
      throw StoreError.unwritableArchive(file, reason: "what is there is no regular file")
    }
    let folder = file.removingLastComponent()
    let hidden = folder.appending(Disk.temporaryName())
    let target = try outside.create(hidden)
    do {
      try export(manifest, as: format, named: file) { try target.write($0) }
      try target.sync()
      try outside.rename(hidden, to: file)
    } catch {
      try outside.remove(hidden)
      throw error
    }
    try outside.syncDirectory(folder)
  }

  /// Gives the archive's bytes to `write`, in order. Files come in the manifest's order.
  ///
  /// - Parameter name: of the archive, for messages.
  ///
  /// Throws what `write` throws, as it is.
  package func export(
    _ manifest: Manifest, as format: ArchiveFormat, named name: FilePath, write: @escaping ([UInt8]) throws -> Void
  ) throws {
    let archive = try ArchiveWriter(format, name: name, write: write)
    for file in manifest.files {
      try archive.beginFile(file.path, isExecutable: file.isExecutable, sizeBytes: file.sizeBytes)
      var stream = stream(of: file)
      var block: [UInt8] = []
      while let bytes = try stream.next() {
        var rest = bytes[...]
        while !rest.isEmpty {
          let part = rest.prefix(Self.exportBlockBytes - block.count)
          block += part
          rest = rest.dropFirst(part.count)
          guard block.count == Self.exportBlockBytes else { continue }
          try archive.write(block)
          block.removeAll(keepingCapacity: true)
        }
      }
      try archive.write(block)
    }
    try archive.finish()
  }
}
