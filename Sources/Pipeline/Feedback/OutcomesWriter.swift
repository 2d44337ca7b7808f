internal import Disk
internal import Jobs
internal import Learning
internal import Records
internal import Store
internal import Tables

/// Writes what was said and what came true: the keys, the scores, the label, the model and the moment of the prediction, in
/// the order of the labels.
struct OutcomesWriter {
  let context: StepContext
  let options: FeedbackOptions
  let versions: [PredictionVersion]

  private static let ownColumns = ["label", "model", "predicted"]

  /// - Parameter labels: read a second time, for their keys as they stand there.
  func write(_ rows: LabelTable, _ labels: TableReader, _ task: ModelSchema.Task?) throws -> Artifact {
    let scores = task?.scoreNames ?? ["score"]
    let names = options.key + scores + Self.ownColumns
    if let twice = options.key.first(where: { (scores + Self.ownColumns).contains($0) }) {
      throw PipelineError.stepFailed(
        "the key “\(twice)” has the name of a column of the outcomes (\((scores + Self.ownColumns).joined(separator: ", "))): call it something else in the data"
      )
    }
    let writer = try StoreWriter(context.store)
    let file = writer.beginFile(try RelativePath("outcomes.csv"))
    try file.append(CSVWriter.header(names))
    if let task {
      var start = 0
      try labels.forEachBatch(of: 65_536, columns: [], texts: options.key, dictionaries: .perBatch) { batch in
        try file.append(bytes(batch, from: start, rows, task))
        start += batch.rowCount
      }
    }
    let manifest = try Manifest([try file.finish()])
    let digest = try writer.put(manifest)
    try writer.finish()
    let description = try DatasetDescriber(store: context.store, duckdb: context.site.settings.duckdb)
      .description(of: manifest, .table)
    return Artifact(
      kind: .dataset, digest: digest, description: try context.store.put(try CanonicalJSON.encode(description))[0])
  }

  /// The joined rows of a batch of the labels' keys.
  private func bytes(_ keys: Table, from start: Int, _ rows: LabelTable, _ task: ModelSchema.Task) -> [UInt8] {
    let joined = (0..<keys.rowCount).filter { rows.versions[start + $0] >= 0 && !rows.labels[start + $0].isNaN }
    let places = joined.map { start + $0 }
    var columns = keys.columns.map { $0.gather(joined) }
    for score in 0..<rows.scoreCount {
      columns.append(
        Column(name: "", storage: .floats(places.map { rows.scores[$0 * rows.scoreCount + score] })))
    }
    columns.append(label(places.map { rows.labels[$0] }, task))
    let codes = places.map { rows.versions[$0] }
    let models = versions.map { $0.model.version?.text ?? $0.model.digestText }
    columns.append(Column(name: "", storage: .strings(.init(codes: codes, values: models))))
    columns.append(Column(name: "", storage: .strings(.init(codes: codes, values: versions.map(\.made.text)))))
    return CSVWriter.rows(Table(columns: columns, rowCount: joined.count))
  }

  /// As the target's own words where it has classes.
  private func label(_ labels: [Double], _ task: ModelSchema.Task) -> Column {
    switch task {
    case .regression, .quantile, .ranking: Column(name: "", storage: .floats(labels))
    case .binary(let negative, let positive):
      Column(name: "", storage: .strings(.init(codes: labels.map { Int32($0) }, values: [negative, positive])))
    case .multiclass(let classes):
      Column(name: "", storage: .strings(.init(codes: labels.map { Int32($0) }, values: classes)))
    }
  }
}
