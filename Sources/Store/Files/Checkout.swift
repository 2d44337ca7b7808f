internal import Disk
package import SystemPackage

extension Store {
  package enum CheckoutMode: Sendable {
    case writable
    /// Files 0444 and folders 0555: what a step was given stays what it was.
    case readOnly

    func permissions(of file: Manifest.File) -> UInt32 {
      (file.isExecutable ? 0o555 : 0o444) | (self == .writable ? 0o200 : 0)
    }
  }

  /// What a checkout did to a folder.
  package struct CheckoutSummary: Sendable, Equatable {
    package var writtenCount = 0
    package var writtenBytes = 0
    /// Files that were there already, every byte of them.
    package var keptCount = 0
    /// Files that the version does not have.
    package var removedCount = 0
  }

  /// Writes a version's files into a new folder: all of them under a hidden name beside it, then one rename. Each blob
  /// is verified on its way. Throws ``StoreError/occupied(_:)`` when
  /// something is at `folder` already.
  ///
  /// Nothing is synced: a checkout can be made again.
  @discardableResult
  package func checkout(
    _ manifest: Manifest, to folder: FilePath, _ mode: CheckoutMode = .writable
  ) throws(StoreError) -> CheckoutSummary {
    if outside.exists(folder) { throw .occupied(folder) }
    return try beside(folder) { hidden throws(StoreError) in
      var tree = CheckoutTree(store: self, root: hidden, mode: mode)
      try tree.write(manifest)
      do throws(DiskError) { try outside.renameExclusively(hidden, to: folder) } catch {
        throw error.code == .fileExists ? .occupied(folder) : .disk(error)
      }
      return tree.summary
    }
  }

  /// Makes a folder hold exactly the version: what is the same stays, what differs is written, what is more is removed.
  /// Its readers see the old files or the new ones, all of them, never a mixture.
  ///
  /// Every byte that stays is verified too. Throws ``StoreError/foreignFiles(_:_:)`` where the folder holds what no
  /// version can hold: hidden files, links, pipes.
  package func update(
    _ folder: FilePath, to manifest: Manifest, _ mode: CheckoutMode = .writable
  ) throws(StoreError) -> CheckoutSummary {
    let present = try FolderContent(of: folder, outside)
    let same = try present.same(as: manifest, mode)
    if same.count == manifest.files.count, same.count == present.files.count {
      return CheckoutSummary(keptCount: same.count)
    }
    return try beside(folder) { hidden throws(StoreError) in
      var tree = CheckoutTree(store: self, root: hidden, mode: mode)
      try tree.write(manifest, keeping: same, of: folder)
      tree.summary.removedCount = present.files.count { manifest[$0.path.text] == nil }
      try exchange(hidden, folder)
      return tree.summary
    }
  }

  /// Swaps the new tree in. Where the file system cannot swap (NFS), there is an instant between two renames in which
  /// the folder has no name.
  private func exchange(_ hidden: FilePath, _ folder: FilePath) throws(StoreError) {
    try onDisk { () throws(DiskError) in
      do throws(DiskError) { try outside.exchange(hidden, folder) } catch {
        guard error.code == .invalidArgument || error.code == .notSupported else { throw error }
        let old = folder.removingLastComponent().appending(Disk.temporaryName())
        try outside.rename(folder, to: old)
        try outside.rename(hidden, to: folder)
        try outside.rename(old, to: hidden)
      }
    }
  }

  /// Runs `body` with a hidden name beside the folder, under which nothing is left afterwards.
  private func beside(
    _ folder: FilePath, _ body: (FilePath) throws(StoreError) -> CheckoutSummary
  ) throws(StoreError) -> CheckoutSummary {
    let hidden = folder.removingLastComponent().appending(Disk.temporaryName())
    let summary: CheckoutSummary
    do { summary = try body(hidden) } catch {
      try onDisk { () throws(DiskError) in try outside.removeTree(hidden) }
      throw error
    }
    try onDisk { () throws(DiskError) in try outside.removeTree(hidden) }
    return summary
  }
}
