internal import Jobs
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `snapshot`: the files were read into the store before the step's key was taken; here they are described.
  func snapshot(_ options: SnapshotOptions) throws -> StepResult {
    guard let digest = request.sources["from"] else { throw PipelineError.stepFailed("the request names no files") }
    return try dataset(digest, try store.manifest(digest), options.format, options.reading)
  }

  /// A dataset version as the main output, described. It comes from the step's inputs, and so do their recipes.
  func dataset(
    _ digest: Digest, _ manifest: Manifest, _ format: DatasetFormat, _ reading: ReadingOptions? = nil
  ) throws -> StepResult {
    var (description, report) = try DatasetDescriber(store: store, duckdb: site.settings.duckdb)
      .description(of: manifest, format, reading)
    let recipes = try recipes(of: request.inputs.compactMap(\.artifact))
    description.recipes = recipes.isEmpty ? nil : recipes
    let described = try store.put(try CanonicalJSON.encode(description))[0]
    let rows = description.rowCount.map { "\($0) rows in " } ?? ""
    return StepResult(
      outputs: [
        StepRecord.Output(name: "", artifact: Artifact(kind: .dataset, digest: digest, description: described))
      ], notes: report.notes,
      headline: "\(rows)\(description.fileCount) file\(description.fileCount == 1 ? "" : "s")")
  }
}
