/// What became of the files of one version in another, from the manifests alone: no content is read.
///
/// Each list is in the order of its paths (`moved` and `changed`: the new ones). A file that is not empty and has the
/// content of one that is gone was moved; of several such, one of the same name, or else the first in the order of paths.
package struct ManifestDiff: Hashable, Sendable {
  package struct Added: Hashable, Sendable {
    package var path: RelativePath
    package var sizeBytes: Int
    /// Of chunks that the old version has nowhere.
    package var newBytes: Int
    /// The old version's first file of this content.
    package var copyOf: RelativePath?
  }

  package struct Removed: Hashable, Sendable {
    package var path: RelativePath
    package var sizeBytes: Int
  }

  package struct Changed: Hashable, Sendable {
    package var path: RelativePath
    package var oldSizeBytes: Int
    package var sizeBytes: Int
    /// Of chunks that the old version has nowhere.
    package var newBytes: Int
    /// Whether it may be executed now; nil where that is as it was.
    package var isExecutable: Bool?
  }

  package struct Moved: Hashable, Sendable {
    package var from: RelativePath
    package var path: RelativePath
    package var sizeBytes: Int
  }

  package private(set) var added: [Added] = []
  package private(set) var removed: [Removed] = []
  package private(set) var changed: [Changed] = []
  package private(set) var moved: [Moved] = []
  package private(set) var unchangedCount = 0
  package private(set) var unchangedBytes = 0
  /// Of the chunks that the new version has and the old one has not, each counted once: what it adds to a store.
  package private(set) var newBytes = 0

  package var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty && moved.isEmpty }

  package init(from old: Manifest, to new: Manifest) {
    var gone: [Manifest.File] = []
    var come: [Manifest.File] = []
    var pairs: [(old: Manifest.File, new: Manifest.File)] = []
    var rest = old.files[...]
    for file in new.files {
      while let first = rest.first, first.path < file.path { gone.append(rest.removeFirst()) }
      guard let first = rest.first, first.path == file.path else {
        come.append(file)
        continue
      }
      rest.removeFirst()
      if first.chunks == file.chunks, first.isExecutable == file.isExecutable {
        unchangedCount += 1
        unchangedBytes += file.sizeBytes
      } else {
        pairs.append((first, file))
      }
    }
    gone += rest
    takeMoves(&gone, &come)
    removed = gone.map { Removed(path: $0.path, sizeBytes: $0.sizeBytes) }
    guard !come.isEmpty || !pairs.isEmpty else { return }
    judge(come, pairs, against: old)
  }

  /// Takes out of both lists what is gone from one path and has come at another.
  private mutating func takeMoves(_ gone: inout [Manifest.File], _ come: inout [Manifest.File]) {
    var isTaken = Array(repeating: false, count: gone.count)
    var origins = Array<Int?>(repeating: nil, count: come.count)
    for mayBeRenamed in [false, true] {
      // The last of each list comes out first.
      var places: [MoveKey: [Int]] = [:]
      for index in gone.indices.reversed() where !isTaken[index] && gone[index].sizeBytes > 0 {
        places[MoveKey(gone[index], mayBeRenamed: mayBeRenamed), default: []].append(index)
      }
      guard !places.isEmpty else { break }
      for index in come.indices where origins[index] == nil && come[index].sizeBytes > 0 {
        guard let origin = places[MoveKey(come[index], mayBeRenamed: mayBeRenamed)]?.popLast() else { continue }
        isTaken[origin] = true
        origins[index] = origin
      }
    }
    for (file, origin) in zip(come, origins) {
      guard let origin else { continue }
      moved.append(Moved(from: gone[origin].path, path: file.path, sizeBytes: file.sizeBytes))
    }
    gone = zip(gone, isTaken).filter { !$0.1 }.map(\.0)
    come = zip(come, origins).filter { $0.1 == nil }.map(\.0)
  }

  private mutating func judge(
    _ come: [Manifest.File], _ pairs: [(old: Manifest.File, new: Manifest.File)], against old: Manifest
  ) {
    let known = Set(old.files.lazy.flatMap(\.chunks).map(\.digest))
    var counted: Set<Digest> = []
    func newBytes(of file: Manifest.File) -> Int {
      var met: Set<Digest> = []
      let new = file.chunks.filter { !known.contains($0.digest) && met.insert($0.digest).inserted }
      self.newBytes += new.filter { counted.insert($0.digest).inserted }.reduce(0) { $0 + $1.sizeBytes }
      return new.reduce(0) { $0 + $1.sizeBytes }
    }
    for (before, file) in pairs {
      changed.append(
        Changed(
          path: file.path, oldSizeBytes: before.sizeBytes, sizeBytes: file.sizeBytes, newBytes: newBytes(of: file),
          isExecutable: before.isExecutable == file.isExecutable ? nil : file.isExecutable))
    }
    let fresh = come.map { (file: $0, newBytes: newBytes(of: $0)) }
    // Only what has no new byte can be a copy.
    var originals: [Digest: RelativePath] = [:]
    if fresh.contains(where: { $0.newBytes == 0 && $0.file.sizeBytes > 0 }) {
      for file in old.files.reversed() { originals[file.digest] = file.path }
    }
    added = fresh.map { file, newBytes in
      Added(
        path: file.path, sizeBytes: file.sizeBytes, newBytes: newBytes,
        copyOf: newBytes == 0 && file.sizeBytes > 0 ? originals[file.digest] : nil)
    }
  }
}

/// What a file has to share with another to be that file, moved.
private struct MoveKey: Hashable {
  var content: Digest
  var isExecutable: Bool
  /// Its last part; nil where that may differ.
  var name: ArraySlice<UInt8>?

  init(_ file: Manifest.File, mayBeRenamed: Bool) {
    content = file.digest
    isExecutable = file.isExecutable
    guard !mayBeRenamed else { return }
    let bytes = Array(file.path.text.utf8)
    name = bytes[((bytes.lastIndex(of: UInt8(ascii: "/")) ?? -1) + 1)...]
  }
}
