internal import CPosix
internal import Disk
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage

extension StepContext {
  /// `sql`: DuckDB computes a query over the inputs; its rows stream into the store.
  func sql(_ options: SQLOptions) throws -> StepResult {
    let session = try duckdb()
    for input in options.inputs {
      let artifact = try artifact(input.name)
      try session.attach(input.name, artifact, in: store, reader: try table(artifact))
    }
    for param in options.params {
      session.set(param.name, to: param.isText ? SQLText.literal(param.value) : param.value)
    }
    let (text, name) = try text(of: options.query)
    let query = try DuckDBQuery(
      text, name: name, order: options.order.map(DuckDBQuery.Order.columns) ?? .own, in: session)
    let writer = try StoreWriter(store)
    var rows = options.format == .csv ? try query.csv() : try query.parquet()
    let file = try writer.addFile(try RelativePath("data.\(options.format.rawValue)"), &rows)
    let manifest = try Manifest([file])
    let digest = try writer.put(manifest)
    try writer.finish()
    return try dataset(digest, manifest, .table)
  }

  /// DuckDB within the limits of this step. What is resident counts for the step, and DuckDB passes its own limit by
  /// some: it gets the half.
  func duckdb() throws -> DuckDBSession {
    let memory = request.memoryBytes ?? Int(posix_memory_bytes())
    return try DuckDBSession(
      try DuckDB.locate(site.settings.duckdb), in: store, parent: FilePath(request.workFolder),
      limits: DuckDBSession.Limits(memoryBytes: memory / 2))
  }

  private func text(of query: SQLOptions.Query) throws -> (text: String, name: String) {
    switch query {
    case .text(let text): return (text, "the query")
    case .file(let path):
      guard let digest = request.sources["query"], let file = try store.manifest(digest).files.first else {
        throw PipelineError.stepFailed("the request names no query")
      }
      var stream = store.stream(of: file)
      guard let text = String(validating: try stream.readAll(), as: UTF8.self) else {
        throw PipelineError.stepFailed("\(path) is not UTF-8")
      }
      return (text, path)
    }
  }
}
