internal import Disk
internal import Synchronization
internal import SystemPackage

/// A version's files on their way into a folder that nobody looks at yet, written over all cores.
struct CheckoutTree: Sendable {
  /// What one worker does at a time: some small files, or a part of a large one.
  private enum Piece {
    case files(Range<Int>)
    case part(of: Int, chunks: Range<Int>, offset: Int, LargeFile)
  }

  /// About what a piece writes.
  private static let pieceBytes = 4 << 20
  private static let pieceFiles = 64

  private let store: Store
  private let root: FilePath
  private let mode: Store.CheckoutMode
  private let disk: Disk
  var summary = Store.CheckoutSummary()

  init(store: Store, root: FilePath, mode: Store.CheckoutMode) {
    self.store = store
    self.root = root
    self.mode = mode
    disk = store.outside
  }

  /// Writes the version. Files at the paths in `same` are not written: they get a second name here.
  mutating func write(
    _ manifest: Manifest, keeping same: Set<RelativePath> = [], of folder: FilePath = ""
  ) throws(StoreError) {
    let folders = try makeFolders(manifest)
    let kept = manifest.files.filter { same.contains($0.path) }
    for file in kept { try link(file.path, of: folder) }
    let files = manifest.files.filter { !same.contains($0.path) }
    let pieces = Self.striped(Self.pieces(files))
    let tree = self
    try ParallelWork.run(pieces.count, state: { BlobReader(tree.store) }) { reader, number throws(StoreError) in
      switch pieces[number] {
      case .files(let range):
        for file in files[range] { try tree.write(file, reader) }
      case .part(let index, let chunks, let offset, let large):
        let target = try large.open { () throws(StoreError) in try tree.create(files[index]) }
        try tree.write(files[index], chunks, at: offset, to: target, reader)
        large.endPart()
      }
    }
    if mode == .readOnly {
      for folder in folders.reversed() { try onDisk { () throws(DiskError) in try disk.setMode(0o555, of: folder) } }
    }
    summary.writtenCount += files.count
    summary.writtenBytes += files.reduce(0) { $0 + $1.sizeBytes }
    summary.keptCount += kept.count
  }

  private func link(_ path: RelativePath, of folder: FilePath) throws(StoreError) {
    try onDisk { () throws(DiskError) in try disk.link(folder.appending(path.text), as: root.appending(path.text)) }
  }

  private func create(_ file: Manifest.File) throws(StoreError) -> OpenFile {
    let path = root.appending(file.path.text)
    return try onDisk { () throws(DiskError) in try disk.create(path, mode: mode.permissions(of: file)) }
  }

  private func write(_ file: Manifest.File, _ reader: BlobReader) throws(StoreError) {
    try write(file, file.chunks.indices, at: 0, to: try create(file), reader)
  }

  private func write(
    _ file: Manifest.File, _ chunks: Range<Int>, at offset: Int, to target: OpenFile, _ reader: BlobReader
  ) throws(StoreError) {
    var offset = offset
    try reader.read(file.chunks[chunks], of: file.path) { bytes throws(StoreError) in
      try onDisk { () throws(DiskError) in try target.write(bytes, at: offset) }
      offset += bytes.count
    }
  }

  /// Makes the root and every folder below it; gives those below.
  private func makeFolders(_ manifest: Manifest) throws(StoreError) -> [FilePath] {
    var folders: Set<RelativePath> = []
    var ordered: [RelativePath] = []
    for file in manifest.files {
      var missing: [RelativePath] = []
      var folder = file.path.folder
      while let next = folder, folders.insert(next).inserted {
        missing.append(next)
        folder = next.folder
      }
      ordered += missing.reversed()
    }
    let paths = ordered.map { root.appending($0.text) }
    try onDisk { () throws(DiskError) in
      for path in [root] + paths { try disk.makeDirectory(path) }
    }
    return paths
  }

  private static func pieces(_ files: [Manifest.File]) -> [Piece] {
    var pieces: [Piece] = []
    var start = 0
    var bytes = 0
    for (index, file) in files.enumerated() {
      let isLarge = file.sizeBytes > 2 * pieceBytes
      if isLarge || bytes >= pieceBytes || index - start >= pieceFiles {
        if start < index { pieces.append(.files(start..<index)) }
        (start, bytes) = (index, 0)
      }
      if isLarge {
        pieces += parts(of: file, index)
        start = index + 1
      } else {
        bytes += file.sizeBytes
      }
    }
    if start < files.count { pieces.append(.files(start..<files.count)) }
    return pieces
  }

  /// The pieces in an order in which workers that take turns are far apart: two that make files in one folder wait for
  /// each other.
  private static func striped(_ pieces: [Piece]) -> [Piece] {
    let stripe = (pieces.count + Processors.count - 1) / Processors.count
    return (0..<stripe).flatMap { place in
      stride(from: place, to: pieces.count, by: stripe).map { pieces[$0] }
    }
  }

  private static func parts(of file: Manifest.File, _ index: Int) -> [Piece] {
    var parts: [(chunks: Range<Int>, offset: Int)] = []
    var (start, offset, bytes) = (0, 0, 0)
    for (place, chunk) in file.chunks.enumerated() {
      bytes += chunk.sizeBytes
      guard bytes >= pieceBytes || place == file.chunks.count - 1 else { continue }
      parts.append((start..<place + 1, offset))
      (start, offset, bytes) = (place + 1, offset + bytes, 0)
    }
    let large = LargeFile(partCount: parts.count)
    return parts.map { .part(of: index, chunks: $0.chunks, offset: $0.offset, large) }
  }
}

/// A file that is written in parts by whoever comes: made for the first of them, closed after the last, so that few are
/// open at a time.
private final class LargeFile: Sendable {
  private let state: Mutex<(file: OpenFile?, partsLeft: Int)>

  init(partCount: Int) { state = Mutex((nil, partCount)) }

  func open(_ create: () throws(StoreError) -> OpenFile) throws(StoreError) -> OpenFile {
    try state.withLock { state throws(StoreError) in
      if let file = state.file { return file }
      let file = try create()
      state.file = file
      return file
    }
  }

  func endPart() {
    state.withLock { state in
      state.partsLeft -= 1
      if state.partsLeft == 0 { state.file = nil }
    }
  }
}
