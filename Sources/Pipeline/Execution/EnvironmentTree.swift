internal import Disk
internal import Store
internal import SystemPackage

/// The installed files of a virtual environment, without the byte code that Python keeps of them.
struct EnvironmentTree {
  private struct File {
    /// Below the environment's folder.
    var path: String
    var status: FileStatus
  }

  private let disk: Disk
  private let root: FilePath
  /// In byte order of their paths.
  private let files: [File]

  private static let byteCodeName = "__pycache__"
  private static let packagesName = "/site-packages/"
  /// Bookkeeping of pip's, which names the place where an environment lies.
  private static let bookkeeping = [".dist-info/RECORD", ".dist-info/direct_url.json"]
  private static let blockBytes = 8 << 20

  /// Walks the whole folder: some 10 µs a file.
  init(_ root: FilePath, _ disk: Disk) throws {
    (self.root, self.disk) = (root, disk)
    var (found, folders): ([File], [String]) = ([], [""])
    while let folder = folders.popLast() {
      for entry in try disk.list(root.appending(folder)) where entry.name != Self.byteCodeName {
        let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
        if entry.status.kind == .directory {
          folders.append(path)
        } else {
          found.append(File(path: path, status: entry.status))
        }
      }
    }
    files = found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// Tells whether a file came, went or was written since, from sizes and times alone.
  var fingerprint: Digest {
    let lines = files.map { file in
      "\(file.path)\u{0}\(file.status.kind) \(file.status.sizeBytes) \(file.status.modified) \(file.status.inode)\n"
    }
    return Digest(of: Array(lines.joined().utf8))
  }

  /// Of the bytes of all that is installed, wherever the environment lies: the same packages made anew give the same.
  func contents() throws -> Digest {
    var text = ""
    for file in files where file.status.kind == .regular {
      guard let place = file.path.firstRange(of: Self.packagesName),
        !Self.bookkeeping.contains(where: { file.path.hasSuffix($0) })
      else { continue }
      text += "\(file.path[place.upperBound...])\u{0}\(try digest(file).hex)\n"
    }
    return Digest(of: Array(text.utf8))
  }

  private func digest(_ file: File) throws -> Digest {
    try Self.digest(try disk.open(root.appending(file.path)), sizeBytes: file.status.sizeBytes)
  }

  /// Of the digests of its blocks: a library may be larger than what is read at once.
  static func digest(_ file: OpenFile, sizeBytes: Int) throws -> Digest {
    var digests: [UInt8] = []
    for offset in stride(from: 0, to: sizeBytes, by: blockBytes) {
      digests += Digest(of: try file.read(count: blockBytes, at: offset)).rawBytes
    }
    return Digest(of: digests)
  }

  /// Up to three files that were written after `moment` (nanoseconds since 1970), the latest first, for people.
  func written(after moment: Int64) -> [String] {
    files.filter { $0.status.changed > moment }.sorted { $0.status.changed > $1.status.changed }.prefix(3).map(\.path)
  }
}
