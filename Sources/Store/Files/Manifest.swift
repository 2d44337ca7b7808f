/// The list that makes chunks files, and files a version. Its canonical bytes are a blob; their digest is the version.
package struct Manifest: Hashable, Sendable {
  package struct Chunk: Hashable, Sendable {
    package var digest: Digest
    package var sizeBytes: Int
  }

  package struct File: Hashable, Sendable {
    package var path: RelativePath
    package var isExecutable: Bool
    package var chunks: [Chunk]

    package init(path: RelativePath, isExecutable: Bool = false, chunks: [Chunk]) {
      self.path = path
      self.isExecutable = isExecutable
      self.chunks = chunks
    }

    package var sizeBytes: Int { chunks.reduce(0) { $0 + $1.sizeBytes } }

    /// Equal for equal content under one chunking: the digest of the only chunk, or else of the chunks' digests, 32
    /// bytes each, joined. No second pass over the content is needed.
    package var digest: Digest {
      chunks.count == 1 ? chunks[0].digest : Digest(of: chunks.flatMap(\.digest.rawBytes))
    }
  }

  /// Sorted by path, which is unique.
  package private(set) var files: [File]

  /// Throws ``StoreError/invalidPath(_:reason:)`` for two files of one path, or a file that is another's folder.
  package init(_ files: [File]) throws(StoreError) {
    let isSorted = zip(files, files.dropFirst()).allSatisfy { $0.path < $1.path }
    self.files = isSorted ? files : files.sorted { $0.path < $1.path }
    for (file, next) in zip(self.files, self.files.dropFirst()) where file.path == next.path {
      throw .invalidPath(file.path.text, reason: "two files have this path")
    }
    var folders: Set<RelativePath> = []
    for file in self.files {
      // Above a folder that is known already, all are.
      var folder = file.path.folder
      while let known = folder, folders.insert(known).inserted { folder = known.folder }
    }
    for file in self.files where folders.contains(file.path) {
      throw .invalidPath(file.path.text, reason: "it is a file and a folder of others at once")
    }
  }

  package var totalBytes: Int { files.reduce(0) { $0 + $1.sizeBytes } }

  /// The file of that path, found by halving.
  package subscript(path: String) -> File? {
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      if files[middle].path.text.utf8.lexicographicallyPrecedes(path.utf8) { low = middle + 1 } else { high = middle }
    }
    return low < files.count && files[low].path.text.utf8.elementsEqual(path.utf8) ? files[low] : nil
  }
}
