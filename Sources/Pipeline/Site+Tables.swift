internal import Jobs
internal import Records
internal import Store
internal import Tables

extension Site {
  /// The files of a version as one table, read with the types and options that its description keeps; nil where none of
  /// them is a table.
  func table(_ artifact: Artifact) throws -> TableReader? {
    let sources = TableFiles.sources(try store.manifest(artifact.digest), store, duckdb: settings.duckdb)
    return sources.isEmpty ? nil : TableReader(sources, options: try StoredReading.options(of: artifact, in: store))
  }
}
