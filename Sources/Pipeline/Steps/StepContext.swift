internal import Disk
internal import Jobs
internal import Learning
package import Records
internal import Store
internal import SystemPackage
package import Tables

/// What a step works with, in its own process.
struct StepContext {
  let request: StepRequest
  let site: Site

  var store: Store { site.store }

  /// An input that must be there.
  func artifact(_ name: String) throws -> Artifact {
    guard let input = request.input(name) else { throw PipelineError.stepFailed("the request has no input `\(name)`") }
    guard let artifact = input.artifact else {
      throw PipelineError.unknownReference(input.reference, reason: "there is no such version yet")
    }
    return artifact
  }

  func document<Document: Decodable>(_ type: Document.Type, _ artifact: Artifact) throws -> Document {
    try CanonicalJSON.decode(type, from: try store.blob(artifact.digest))
  }

  /// Puts a document into the store and makes it the step's main output.
  func result(_ kind: Artifact.Kind, _ document: some Encodable, headline: String, notes: [String] = []) throws
    -> StepResult
  {
    let digest = try store.put(try CanonicalJSON.encode(document))
    return StepResult(
      outputs: [StepRecord.Output(name: "", artifact: Artifact(kind: kind, digest: digest[0]))], notes: notes,
      headline: headline)
  }

  /// The files of a data artifact as one table.
  func table(_ artifact: Artifact) throws -> TableReader { try StepTables.reader(of: artifact, in: site) }

  func model(_ artifact: Artifact) throws -> Model {
    let manifest = try store.manifest(artifact.digest)
    return try Model { name in
      guard let file = manifest[name] else { return nil }
      var stream = store.stream(of: file)
      return try stream.readAll()
    }
  }

  func recipe(of model: Artifact) throws -> Recipe {
    guard let file = try store.manifest(model.digest)["recipe.json"] else {
      throw PipelineError.stepFailed(
        "the model \(model.version?.text ?? model.shortDigest) has no recipe: it was not made by a `train` step")
    }
    var stream = store.stream(of: file)
    return try CanonicalJSON.decode(Recipe.self, from: try stream.readAll())
  }
}

/// The files of a data artifact as one table.
package enum StepTables {
  /// Read as its description says, where it has one.
  package static func reader(of artifact: Artifact, in site: Site) throws -> TableReader {
    guard let reader = try site.table(artifact) else {
      let names = try site.store.manifest(artifact.digest).files.prefix(5).map(\.path.text).joined(separator: ", ")
      throw PipelineError.stepFailed(
        "the data \(artifact.version?.text ?? artifact.shortDigest) is no table: none of its files (\(names)) is \(TableFileFormat.endings)"
      )
    }
    return reader
  }
}

/// Which files of a version are tables.
enum TableFiles {
  /// - Parameter duckdb: where the site says the program is that reads Parquet; it is looked for when a file is opened.
  static func sources(_ manifest: Manifest, _ store: Store, duckdb: String? = nil) -> [TableSource] {
    manifest.files.compactMap { file in
      guard let format = TableFileFormat(file.path.text) else { return nil }
      guard format.kind == .parquet else { return source(file, store) }
      let parquet = ParquetFile(file, store, duckdb: duckdb)
      return TableSource(typedRowsOf: file.path.text) { try parquet.rows() }
    }
  }

  /// Chunks that are read by several threads make pieces of about this size.
  private static let pieceBytes = 1 << 19

  private static func source(_ file: Manifest.File, _ store: Store) -> TableSource {
    let parts = file.pieces(ofBytes: pieceBytes)
    let pieces = TableSource.Pieces(
      totalBytes: file.sizeBytes, count: parts.count, largestBytes: parts.map(\.sizeBytes).max() ?? 0
    ) { index, buffer in
      try store.read(parts[index].chunks, of: file, into: buffer)
    }
    return TableSource(name: file.path.text, pieces: pieces) { store.stream(of: file) }
  }
}
