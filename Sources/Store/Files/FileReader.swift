internal import Disk

/// Reads files into a writer one after the other, while its workers hash and pack what was read before.
struct FileReader {
  /// A file whose content is known already, or one whose digests are still being computed.
  enum Outcome {
    case known(Manifest.File)
    /// The place among the files that were read.
    case read(Int)
  }

  /// A file that was read, and what is needed to remember it.
  private struct ReadFile {
    var source: Ingest.Source
    var pending: PendingFile
    var status: FileStatus
    var start: Int64
  }

  private let disk: Disk
  private let now: @Sendable () -> Int64
  private let writer: StoreWriter
  private var files: [ReadFile] = []

  /// How often a file that changes while it is read is read again.
  private static let attempts = 3

  init(disk: Disk, now: @escaping @Sendable () -> Int64, writer: StoreWriter) {
    self.disk = disk
    self.now = now
    self.writer = writer
  }

  /// Takes the file from the cache, or reads it.
  mutating func read(_ source: Ingest.Source, _ cache: inout StatCache) throws -> Outcome {
    let status = try source.status ?? disk.status(of: source.file)
    if status.kind == .regular, let known = cache.find(source.file, status),
      try known.chunks.allSatisfy({ try writer.holds($0.digest) })
    {
      cache.keep(known)
      return .known(Manifest.File(path: source.path, isExecutable: status.isExecutable, chunks: known.chunks))
    }
    for _ in 0..<Self.attempts {
      let start = now()
      let (file, before) = try disk.openWithStatus(source.file)
      let pending = try writer.addFile(
        source.path, isExecutable: before.isExecutable, from: file, sizeBytes: before.sizeBytes)
      guard pending.sizeBytes == before.sizeBytes, try file.status().isUnchanged(since: before) else { continue }
      files.append(ReadFile(source: source, pending: pending, status: before, start: start))
      return .read(files.count - 1)
    }
    throw StoreError.disk(.changedWhileReading(path: source.file))
  }

  /// The files with their digests, in the order of the outcomes; the cache remembers those that were read.
  func resolve(_ outcomes: [Outcome], _ cache: inout StatCache) throws -> [Manifest.File] {
    let resolved = try writer.resolve(files.map(\.pending))
    for (file, content) in zip(files, resolved) {
      cache.remember(file.source.file, file.status, content.chunks, readFrom: file.start)
    }
    return outcomes.map { outcome in
      switch outcome {
      case .known(let file): file
      case .read(let place): resolved[place]
      }
    }
  }
}
