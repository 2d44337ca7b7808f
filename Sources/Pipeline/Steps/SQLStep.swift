internal import CPosix
internal import Disk
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage
internal import Tables

extension StepContext {
  /// `sql`: DuckDB computes a query over the inputs; its rows stream into the store.
  func sql(_ options: SQLOptions) throws -> StepResult {
    let session = try duckdb()
    for input in options.inputs { try attach(input.name, try artifact(input.name), to: session) }
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
      limits: DuckDBSession.Limits(threads: request.threads, memoryBytes: memory / 2))
  }

  /// Makes a dataset a table of the session, with the types that were recorded for it, or all its rows ask for.
  func attach(_ name: String, _ artifact: Artifact, to session: DuckDBSession) throws {
    let reader = try table(artifact)
    var reading = reader.options
    if let digest = artifact.description {
      let description = try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(digest))
      for column in description.columns where reading.types[column.name] == nil {
        reading.types[column.name] = ColumnType(rawValue: column.type)
      }
    }
    let files = try store.manifest(artifact.digest).files.filter { TableFileFormat($0.path.text) != nil }.map {
      DuckDBInput.File($0, store)
    }
    let isParquet = files.allSatisfy(\.isParquet)
    if reading.types.isEmpty, !isParquet {
      for column in try reader.inferredSchema().columns { reading.types[column.name] = column.type }
    }
    // What DuckDB would not read as we do, it gets as we read it.
    let isRead = !isParquet && (reading.onError != .fail || reading.columns != .same)
    try session.attach(
      name, isRead ? [DuckDBInput.File(name: name, rows: reader, types: reading.types)] : files, types: reading.types,
      missingWords: isRead ? ReadOptions.usualMissingWords : reading.missingWords)
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
