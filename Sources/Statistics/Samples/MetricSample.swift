/// Rows of one task in the order in which their metrics are computed fastest, so that many resamples of them are cheap.
package protocol MetricSample: Sendable {
  /// Units that are drawn: rows, or the queries of a ranking.
  var rowCount: Int { get }
  /// The row of the caller at each place of the sample.
  var order: [Int] { get }
  /// Of the metrics, in a fixed order.
  var names: [String] { get }
  /// Why a metric may be undefined for all rows together, by its name.
  var reasons: [String: String] { get }
  /// The metrics when the row at place i counts `counts[i]` times; NaN where undefined. Takes a time in proportion to the
  /// number of rows.
  func values(_ counts: Span<UInt8>) -> [Double]
}

extension MetricSample {
  /// Of every row once.
  package func metricSet() -> MetricSet {
    let ones = [UInt8](repeating: 1, count: rowCount)
    return MetricSet(names: names, values: values(ones.span), reasons: reasons)
  }

  /// An interval for each metric that is defined for all rows together.
  ///
  /// - Parameters:
  ///   - set: the metrics of all rows.
  ///   - clusters: the cluster of each of the caller's rows; nil when rows are drawn one by one.
  package func intervals(_ set: MetricSet, _ bootstrap: Bootstrap, clusters: Grouping? = nil) -> [String: Interval] {
    let units: Bootstrap.Units =
      if let clusters {
        .clusters(order.map { clusters.codes[$0] }, count: clusters.labels.count)
      } else {
        .rows(rowCount)
      }
    let names = self.names
    let distribution = bootstrap.distribution(of: units, width: names.count) { values($0) }
    var intervals: [String: Interval] = [:]
    for (index, name) in names.enumerated() {
      guard let estimate = set.values[name] else { continue }
      intervals[name] = bootstrap.interval(
        distribution, index, width: names.count,
        Self.isCalibrationError(name) ? .mirrored(estimate: estimate) : .percentile)
    }
    return intervals
  }

  private static func isCalibrationError(_ name: String) -> Bool {
    [Metric.ece, .eceEqualMass, .maxCalibrationError].contains { $0.rawValue == name }
  }
}
