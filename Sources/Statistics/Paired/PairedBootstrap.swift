/// The difference of any metric between two models, by drawing the same rows with replacement for both (B. Efron and
/// R. J. Tibshirani, “An Introduction to the Bootstrap”, 1993, section 13.3: the percentile method).
package struct PairedBootstrap {
  private let rowCount: Int
  private let challenger: Double
  private let champion: Double
  /// Of each resample, sorted; those where the metric is undefined are left out.
  private let differences: [Double]
  private let resampleCount: Int
  private let units: Bootstrap.Units

  /// Of the resamples, this share may leave the metric undefined.
  private static let undefinedShare = 0.01

  /// - Parameters:
  ///   - clusters: of each row, what it is drawn together with; nil when rows are drawn one by one.
  ///   - bootstrap: its confidence does not count, the hypothesis's does.
  ///
  /// Throws where the rows do not allow it, or the metric is none of the task's.
  package init(
    _ metric: String, challenger first: any MetricSample, champion second: any MetricSample, clusters: Grouping?,
    _ bootstrap: Bootstrap
  ) throws(StatisticsError) {
    guard let place = first.names.firstIndex(of: metric), let other = second.names.firstIndex(of: metric) else {
      throw StatisticsError("there is no paired test of “\(metric)” for such a task")
    }
    rowCount = first.rowCount
    let ones = [UInt8](repeating: 1, count: rowCount)
    (challenger, champion) = (first.values(ones.span)[place], second.values(ones.span)[other])
    guard !challenger.isNaN, !champion.isNaN else {
      throw StatisticsError("\(metric) is undefined on these \(rowCount) rows")
    }
    units = if let clusters { .clusters(clusters.codes, count: clusters.labels.count) } else { .rows(rowCount) }
    if let clusters, clusters.labels.count < Bootstrap.minimumClusters {
      throw StatisticsError(
        "a test of rows that belong together takes \(Bootstrap.minimumClusters) clusters or more, and there are \(clusters.labels.count)"
      )
    }
    let drawn = bootstrap.distribution(of: units, width: 1) { counts in
      [
        first.values(Self.reordered(counts, first.order).span)[place]
          - second.values(Self.reordered(counts, second.order).span)[other]
      ]
    }
    differences = drawn.filter { !$0.isNaN }.sorted()
    resampleCount = bootstrap.resamples
    guard Double(undefinedCount) <= Self.undefinedShare * Double(resampleCount) else {
      throw StatisticsError(
        "\(metric) is undefined in \(undefinedCount) of \(resampleCount) resamples: \(rowCount) rows are too few")
    }
  }

  /// How many resamples left the metric undefined.
  private var undefinedCount: Int { resampleCount - differences.count }

  /// The same rows as the sample has them.
  private static func reordered(_ counts: Span<UInt8>, _ order: [Int]) -> [UInt8] {
    var own = [UInt8](repeating: 0, count: order.count)
    for place in order.indices { own[place] = counts[order[place]] }
    return own
  }

  /// The bounds are order statistics, and the p-value is the share of resamples on the wrong side, itself counted among
  /// them, so that it is never 0 and both say the same; an undefined resample counts as one on the wrong side. Of clusters
  /// both are as their number asks for (``Bootstrap/Units/percentile(ofTail:)``).
  ///
  /// Throws where so few resamples can show nothing with this confidence.
  package func comparison(_ hypothesis: PairedHypothesis) throws(StatisticsError) -> PairedComparison {
    let percentile = units.percentile(ofTail: 1 - hypothesis.confidence)
    let needed = Int((1 / percentile - 1e-9).rounded(.up)) - 1
    guard resampleCount >= needed, !differences.isEmpty else {
      throw StatisticsError(
        "\(resampleCount) resamples show nothing with confidence \(hypothesis.confidence): at least \(max(1, needed)) do"
      )
    }
    let wrong = differences.count { hypothesis.side == .above ? $0 <= hypothesis.margin : $0 >= hypothesis.margin }
    let place = Int(percentile * Double(resampleCount + 1) + 1e-9) - 1
    let lower = min(max(0, place), differences.count - 1)
    return PairedComparison(
      test: .bootstrap, hypothesis: hypothesis, rowCount: rowCount, challenger: challenger, champion: champion,
      lower: differences[lower], upper: differences[differences.count - 1 - lower],
      pValue: units.tail(ofPercentile: Double(1 + wrong + undefinedCount) / Double(resampleCount + 1)))
  }
}
