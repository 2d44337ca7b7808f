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
    self.files = files.sorted { $0.path < $1.path }
    var folders: Set<String> = []
    for file in self.files {
      let parts = file.path.text.split(separator: "/")
      for count in 1..<max(1, parts.count) { folders.insert(parts[..<count].joined(separator: "/")) }
    }
    for (index, file) in self.files.enumerated() {
      if index > 0, self.files[index - 1].path == file.path {
        throw .invalidPath(file.path.text, reason: "two files have this path")
      }
      if folders.contains(file.path.text) {
        throw .invalidPath(file.path.text, reason: "it is a file and a folder of others at once")
      }
    }
  }

  package var totalBytes: Int { files.reduce(0) { $0 + $1.sizeBytes } }

  package subscript(path: String) -> File? { files.first { $0.path.text == path } }
}
