internal import Disk
package import SystemPackage

extension Store {
  package enum CheckoutMode: Sendable {
    case writable
    /// Files 0444 and folders 0555: what a step was given stays what it was.
    case readOnly
  }

  /// Writes a version's files into a new folder: all of them under a hidden name beside it, then one rename. Each blob
  /// is verified on its way. Throws when something is at `folder` already.
  package func checkout(_ manifest: Manifest, to folder: FilePath, _ mode: CheckoutMode = .writable) throws(StoreError)
  {
    let hidden = folder.removingLastComponent().appending(Disk.temporaryName())
    do {
      try write(manifest, into: hidden, mode)
      try onDisk { () throws(DiskError) in try outside.renameExclusively(hidden, to: folder) }
    } catch {
      try onDisk { () throws(DiskError) in try outside.removeTree(hidden) }
      throw error
    }
  }

  private func write(_ manifest: Manifest, into folder: FilePath, _ mode: CheckoutMode) throws(StoreError) {
    try onDisk { () throws(DiskError) in try outside.makeDirectory(folder) }
    var folders: Set<FilePath> = []
    for file in manifest.files {
      let path = folder.appending(file.path.text)
      let parent = path.removingLastComponent()
      if folders.insert(parent).inserted { try onDisk { () throws(DiskError) in try outside.makeDirectory(parent) } }
      let permissions: UInt32 = (file.isExecutable ? 0o555 : 0o444) | (mode == .writable ? 0o200 : 0)
      let target = try onDisk { () throws(DiskError) in try outside.create(path, mode: permissions) }
      for chunk in file.chunks {
        let bytes = try bytes(of: chunk, in: file.path)
        try onDisk { () throws(DiskError) in try target.write(bytes) }
      }
    }
    guard mode == .readOnly else { return }
    for parent in folders where parent != folder {
      try onDisk { () throws(DiskError) in try outside.setMode(0o555, of: parent) }
    }
  }
}
