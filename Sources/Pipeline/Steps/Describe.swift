internal import Disk
internal import Jobs
internal import Quality
internal import Records
internal import Store
internal import Tables

/// Describes a dataset version from its bytes.
struct DatasetDescriber {
  let store: Store
  /// Where the site says DuckDB is.
  var duckdb: String?

  /// What is in the version. Data that is no table is described by its files.
  func description(of manifest: Manifest, _ format: DatasetFormat) throws -> DatasetDescription {
    try description(of: manifest, format, nil).description
  }

  /// The same, read as the options say, with what was left out or made missing.
  func description(
    of manifest: Manifest, _ format: DatasetFormat, _ reading: ReadingOptions?
  ) throws -> (description: DatasetDescription, report: ReadReport) {
    var description = files(of: manifest)
    description.reading = reading
    guard format == .table else { return (description, ReadReport()) }
    let sources = TableFiles.sources(manifest, store, duckdb: duckdb)
    guard !sources.isEmpty else {
      description.note = "no file is \(TableFileFormat.endings), so there are no columns to describe"
      return (description, ReadReport())
    }
    let reader = TableReader(sources, options: reading?.options() ?? ReadOptions())
    let (summary, _, report) = try reader.forEachInferredBatch(
      of: 65_536, begin: { TableSummary(schema: $0, threads: Processors.count) }, { $0.add($1) })
    description.rowCount = summary.rowCount
    description.columns = summary.columns.map(column)
    return (description, report)
  }

  /// The files alone.
  func files(of manifest: Manifest) -> DatasetDescription {
    DatasetDescription(
      fileCount: manifest.files.count, totalBytes: manifest.totalBytes,
      files: manifest.files.prefix(200).map {
        DatasetDescription.File(path: $0.path.text, sizeBytes: $0.sizeBytes, digest: $0.digest)
      })
  }

  private func column(_ summary: TableSummary.Column) -> DatasetDescription.Column {
    DatasetDescription.Column(
      name: summary.name, type: summary.type.rawValue, missingCount: summary.missingCount,
      distinctCount: summary.distinctCount, mean: summary.mean, standardDeviation: summary.standardDeviation,
      minimum: summary.minimum, maximum: summary.maximum,
      topValues: summary.topValues.map { DatasetDescription.Value(text: $0.text, count: $0.count) })
  }
}
