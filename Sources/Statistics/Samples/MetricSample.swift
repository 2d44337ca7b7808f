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
  /// The metrics that are shares of rows, those of no rows left out.
  var rates: [String: Rate] { get }
  /// The metrics when the row at place i counts `counts[i]` times; NaN where undefined. Takes a time in proportion to the
  /// number of rows.
  func values(_ counts: Span<UInt8>) -> [Double]
}

extension MetricSample {
  package var rates: [String: Rate] { [:] }

  /// Of every row once.
  package func metricSet() -> MetricSet {
    let ones = [UInt8](repeating: 1, count: rowCount)
    return MetricSet(names: names, values: values(ones.span), reasons: reasons)
  }

  /// An interval for each metric that is defined for all rows together: Wilson's of a share of rows that stand for
  /// themselves, else of resamples. There is none where resamples do not say how much the metric may differ: where all of
  /// them agree, a tenth leaves it undefined, or there are fewer than ``Bootstrap/minimumClusters`` clusters.
  ///
  /// - Parameters:
  ///   - set: the metrics of all rows.
  ///   - clusters: the cluster of each of the caller's rows; nil when rows are drawn one by one.
  package func intervals(_ set: MetricSet, _ bootstrap: Bootstrap, clusters: Grouping? = nil) -> [String: Interval] {
    guard let units = units(clusters) else { return [:] }
    let names = self.names
    let distribution = bootstrap.distribution(of: units, width: names.count) { values($0) }
    let rates = clusters == nil ? self.rates : [:]
    var percentiles = bootstrap
    percentiles.confidence = 1 - 2 * units.percentile(ofTail: (1 - bootstrap.confidence) / 2)
    var intervals: [String: Interval] = [:]
    for (index, name) in names.enumerated() {
      guard let estimate = set.values[name] else { continue }
      if let rate = rates[name] {
        intervals[name] = Interval(wilson: rate.successes, of: rate.count, confidence: bootstrap.confidence)
      } else {
        intervals[name] = percentiles.interval(
          distribution, index, width: names.count,
          IntervalMethod(of: name) == .mirrored ? .mirrored(estimate: estimate) : .percentile)
      }
    }
    return intervals
  }

  /// What is drawn; nil where there are too few clusters.
  func units(_ clusters: Grouping?) -> Bootstrap.Units? {
    guard let clusters else { return .rows(rowCount) }
    guard clusters.labels.count >= Bootstrap.minimumClusters else { return nil }
    return .clusters(order.map { clusters.codes[$0] }, count: clusters.labels.count)
  }
}

/// A share of rows.
package struct Rate: Equatable, Sendable {
  package var successes: Int
  package var count: Int

  package init(_ successes: Int, of count: Int) {
    self.successes = successes
    self.count = count
  }
}

/// How resamples make the interval of a metric.
package enum IntervalMethod: Sendable {
  case percentile, mirrored

  /// Calibration errors are mirrored: resampling makes them larger.
  package init(of metric: String) {
    let errors: [Metric] = [.ece, .eceEqualMass, .maxCalibrationError]
    self = errors.contains { $0.rawValue == metric } ? .mirrored : .percentile
  }
}
