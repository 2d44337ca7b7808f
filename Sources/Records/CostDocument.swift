package import Store

/// What scoring cost on this machine: `.cost` of `evaluate`. It is a measurement, apart from the metrics, which are the
/// same bytes each time.
package struct CostDocument: Codable, Hashable, Sendable {
  package var format = "nightshift-cost 1"
  package var model: Digest
  package var modelVersion: VersionLabel?
  package var data: Digest
  package var rowCount: Int
  package var threads: Int
  /// By name: `ms_per_1000`, milliseconds of scoring 1,000 rows, the mean over all rows; `ms_first_1000`, of the first
  /// 1,000 rows by themselves; `peak_mib`, MiB that the process had resident at most until these were scored, its program,
  /// its libraries, the model and a batch of the data included; it is not
  /// there for a model that a command scores.
  package var measures: [String: Double]

  package init(
    model: Digest, modelVersion: VersionLabel?, data: Digest, rowCount: Int, threads: Int, measures: [String: Double]
  ) {
    self.model = model
    self.modelVersion = modelVersion
    self.data = data
    self.rowCount = rowCount
    self.threads = threads
    self.measures = measures
  }
}
