package import Disk
package import SystemPackage

/// Files on disk on their way into the store.
package struct Ingest: Sendable {
  /// One file: where it is, and its path in the version.
  package struct Source: Sendable {
    package var file: FilePath
    package var path: RelativePath
    /// What the walk saw of it.
    var status: FileStatus?

    package init(file: FilePath, path: RelativePath) {
      self.file = file
      self.path = path
    }

    init(file: FilePath, path: RelativePath, status: FileStatus) {
      self.file = file
      self.path = path
      self.status = status
    }
  }

  private let disk: Disk
  private let now: @Sendable () -> Int64

  /// - Parameter now: nanoseconds since 1970, as the file systems that are read count them.
  package init(disk: Disk, now: @escaping @Sendable () -> Int64 = Disk.now) {
    self.disk = disk
    self.now = now
  }

  /// The files that `pattern` names below `base`: a file, a folder with all below it, or a glob. Hidden files are left
  /// out; links and other odd files are refused, so that nothing is read that was not meant, and names that are no text,
  /// so that nothing is passed over in silence.
  ///
  /// Paths in the version are relative to the folder, or to the part of the glob before its first special character.
  package func sources(_ pattern: String, below base: FilePath) throws(StoreError) -> [Source] {
    if Glob.isPlain(pattern) {
      let path = Self.start(of: pattern, below: base)
      let status = try onDisk { () throws(DiskError) in try disk.status(of: path) }
      switch status.kind {
      case .regular: return [Source(file: path, path: try RelativePath(path.lastComponent?.string ?? pattern))]
      case .directory: return try walk(path, below: "") { _ in true }
      case .link, .other: throw .disk(.notRegular(path: path))
      }
    }
    guard let glob = Glob(pattern) else {
      throw .nothingToStore("“\(pattern)” is no glob: close its brackets and braces")
    }
    let plain = Self.plainPart(of: pattern)
    let root = Self.start(of: pattern, below: base)
    let prefix = plain.isEmpty ? "" : plain + "/"
    let found = try walk(root, below: "") { glob.matches(prefix + $0) }
    guard !found.isEmpty else { throw .nothingToStore("no file matches “\(pattern)” below \(base)") }
    return found
  }

  /// Where the search for what `pattern` names begins: the file or folder itself, or the folder that a glob starts from.
  /// No link is followed from there on.
  package static func start(of pattern: String, below base: FilePath) -> FilePath {
    let plain = Glob.isPlain(pattern) ? pattern : plainPart(of: pattern)
    if pattern.hasPrefix("/") { return FilePath(plain.isEmpty ? "/" : plain) }
    return plain.isEmpty ? base : base.appending(plain)
  }

  private static func plainPart(of glob: String) -> String {
    glob.split(separator: "/", omittingEmptySubsequences: false).prefix { Glob.isPlain(String($0)) }
      .joined(separator: "/")
  }

  /// Reads the files into the writer. A file that changes while it is read is read again, then refused. A file that
  /// has not changed since the store last read it is not read at all (``StatCache``).
  package func read(_ sources: [Source], into writer: StoreWriter) throws -> Manifest {
    let name = Self.cacheName(sources)
    var cache = try writer.statCache(name)
    var reader = FileReader(disk: disk, now: now, writer: writer)
    let known = try sources.map { try reader.read($0, &cache) }
    let files = try reader.resolve(known, &cache)
    try writer.keep(cache, name)
    return try Manifest(files)
  }

  /// The folder that the first file was found in names the cache: the rest are mostly below it.
  private static func cacheName(_ sources: [Source]) -> Digest? {
    sources.first.map { Digest(of: Array($0.file.string.utf8.dropLast($0.path.text.utf8.count))) }
  }

  private func walk(
    _ folder: FilePath, below prefix: String, _ isWanted: (String) -> Bool
  ) throws(StoreError) -> [Source] {
    var found: [Source] = []
    for entry in try onDisk({ () throws(DiskError) in try disk.listEverything(folder) })
    where !entry.name.hasPrefix(".") {
      let path = prefix + entry.name
      let file = folder.appending(entry.name)
      switch entry.status.kind {
      case .directory: found += try walk(file, below: try RelativePath(path).text + "/", isWanted)
      case .regular where isWanted(path):
        found.append(Source(file: file, path: try RelativePath(path), status: entry.status))
      case .link, .other:
        if isWanted(path) { throw .disk(.notRegular(path: file)) }
      case .regular: continue
      }
    }
    return found
  }
}
