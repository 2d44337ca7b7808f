/// A file on its way into the store, cut into chunks as it comes.
package final class FileBuilder {
  private let writer: StoreWriter
  private var chunker: Chunker
  private var file: PendingFile

  init(_ writer: StoreWriter, _ format: StoreFormat, _ path: RelativePath, isExecutable: Bool) {
    self.writer = writer
    chunker = Chunker(format)
    file = PendingFile(path: path, isExecutable: isExecutable)
  }

  package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

  func append(_ bytes: UnsafeRawBufferPointer) throws { try chunker.take(bytes, add) }

  /// The file as a manifest lists it. Waits for the workers; nothing may be appended after it.
  package func finish() throws -> Manifest.File { try writer.resolve([try close()])[0] }

  /// The file, to be resolved with others later. Nothing may be appended after it.
  func close() throws -> PendingFile {
    try chunker.finish(add)
    return file
  }

  private func add(_ chunk: UnsafeRawBufferPointer) throws {
    file.chunks.append((blob: try writer.add(chunk, nil), sizeBytes: chunk.count))
  }
}

/// A file whose chunks are on their way: what they are named is not known yet.
struct PendingFile {
  var path: RelativePath
  var isExecutable: Bool
  /// The writer's number of each blob, and its length.
  var chunks: [(blob: Int, sizeBytes: Int)] = []

  var sizeBytes: Int { chunks.reduce(0) { $0 + $1.sizeBytes } }
}
