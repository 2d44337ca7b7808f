internal import Disk
internal import Synchronization
internal import SystemPackage

/// The files in a folder that a version is to be checked out into.
struct FolderContent {
  struct PresentFile: Sendable {
    var path: RelativePath
    var status: FileStatus
  }

  let folder: FilePath
  private let disk: Disk
  private(set) var files: [PresentFile] = []

  /// Throws ``StoreError/foreignFiles(_:_:)`` for hidden files, links and whatever else no version holds.
  init(of folder: FilePath, _ disk: Disk) throws(StoreError) {
    self.folder = folder
    self.disk = disk
    guard try onDisk({ () throws(DiskError) in try disk.status(of: folder) }).kind == .directory else {
      throw .disk(.system(operation: .list, path: folder, code: .notDirectory))
    }
    try collect(folder, below: "")
  }

  private mutating func collect(_ folder: FilePath, below prefix: String) throws(StoreError) {
    for entry in try onDisk({ () throws(DiskError) in try disk.listEverything(folder) }) {
      let path = folder.appending(entry.name)
      guard !entry.name.hasPrefix("."), entry.status.kind == .regular || entry.status.kind == .directory else {
        throw .foreignFiles(self.folder, prefix + entry.name)
      }
      let relative = try RelativePath(prefix + entry.name)
      if entry.status.kind == .directory {
        try collect(path, below: relative.text + "/")
      } else {
        files.append(PresentFile(path: relative, status: entry.status))
      }
    }
  }

  /// The paths at which the folder holds what the version holds: the same bytes and permissions.
  func same(as manifest: Manifest, _ mode: Store.CheckoutMode) throws(StoreError) -> Set<RelativePath> {
    var candidates: [Manifest.File] = []
    for file in files {
      guard let wanted = manifest[file.path.text], wanted.sizeBytes == file.status.sizeBytes else { continue }
      let permissions = mode.permissions(of: wanted)
      // Readers other than the owner are the umask's business.
      guard file.status.mode & 0o300 == permissions & 0o300 else { continue }
      candidates.append(wanted)
    }
    let same = Mutex<Set<RelativePath>>([])
    let (folder, disk, wanted) = (folder, disk, candidates)
    try ParallelWork.run(wanted.count, state: ScratchBuffer.init) { buffer, number throws(StoreError) in
      let file = wanted[number]
      let isSame = try onDisk { () throws(DiskError) in
        try Self.holds(try disk.open(folder.appending(file.path.text)), file.chunks, buffer)
      }
      if isSame { _ = same.withLock { $0.insert(file.path) } }
    }
    return same.withLock { $0 }
  }

  private static func holds(
    _ file: OpenFile, _ chunks: [Manifest.Chunk], _ buffer: ScratchBuffer
  ) throws(DiskError) -> Bool {
    var offset = 0
    for chunk in chunks {
      let bytes = buffer.bytes(chunk.sizeBytes)
      let isSame =
        try file.read(into: bytes, at: offset) == chunk.sizeBytes
        && Digest(of: UnsafeRawBufferPointer(bytes)) == chunk.digest
      guard isSame else { return false }
      offset += chunk.sizeBytes
    }
    return true
  }
}
