internal import Glibc

/// Metrics that are means over rows, or over the queries of a ranking.
package struct MeanSample: MetricSample {
  package let names: [String]
  package let order: [Int]
  /// Rows x metrics, row-major.
  private let terms: [Double]

  package var rowCount: Int { order.count }
  /// The means of ones and zeros are shares.
  package var rates: [String: Rate] {
    var rates: [String: Rate] = [:]
    for (index, name) in names.enumerated() where name.contains("coverage") {
      let hits = stride(from: index, to: terms.count, by: names.count).count { terms[$0] == 1 }
      rates[name] = Rate(hits, of: rowCount)
    }
    return rates
  }
  package var reasons: [String: String] { [:] }

  private init(names: [String], terms: [Double]) {
    self.names = names
    self.terms = terms
    order = Array(0..<(terms.count / max(1, names.count)))
  }

  /// The mean of one number a row.
  package init(_ name: String, _ values: [Double]) { self.init(names: [name], terms: values) }

  package func values(_ counts: Span<UInt8>) -> [Double] {
    var sums = [Double](repeating: 0, count: names.count)
    var n = 0.0
    for row in 0..<rowCount where counts[row] > 0 {
      let count = Double(counts[row])
      n += count
      for index in sums.indices { sums[index] += count * terms[row * sums.count + index] }
    }
    return sums.map { n > 0 ? $0 / n : .nan }
  }
}

extension MeanSample {
  /// Quantile predictions: the pinball loss (R. Koenker, G. Bassett, “Regression quantiles”, 1978) over all levels and
  /// at each, the share of rows at or below each level's prediction, and how wide and often right the outermost are.
  ///
  /// - Parameters:
  ///   - predicted: rows x levels, row-major.
  ///   - levels: ascending, between 0 and 1.
  package init(quantiles predicted: [Double], levels: [Double], actual: [Double]) throws(StatisticsError) {
    guard !actual.isEmpty, !levels.isEmpty, predicted.count == actual.count * levels.count else {
      throw StatisticsError("there are no rows to evaluate")
    }
    if let place = predicted.firstIndex(where: \.isNaN) {
      throw StatisticsError("a prediction of row \(place / levels.count + 1) is not a number")
    }
    let suffixes = levels.map(Self.suffix)
    let isRange = levels.count > 1
    let names =
      [Metric.quantileLoss.rawValue] + suffixes.map { "quantile_loss_\($0)" } + suffixes.map { "coverage_\($0)" }
      + (isRange ? [Metric.intervalCoverage.rawValue, Metric.intervalWidth.rawValue] : [])
    var terms: [Double] = []
    terms.reserveCapacity(names.count * actual.count)
    for (row, value) in actual.enumerated() {
      let answers = predicted[(row * levels.count)..<((row + 1) * levels.count)]
      let losses = zip(answers, levels).map { max($1 * (value - $0), ($1 - 1) * (value - $0)) }
      terms.append(losses.reduce(0, +) / Double(levels.count))
      terms += losses
      terms += answers.map { value <= $0 ? 1 : 0 }
      if isRange, let low = answers.first, let high = answers.last {
        terms.append(low <= value && value <= high ? 1 : 0)
        terms.append(high - low)
      }
    }
    self.init(names: names, terms: terms)
  }

  /// `p10` of 0.1, `p97_5` of 0.975.
  private static func suffix(_ level: Double) -> String {
    let percent = (level * 1e8).rounded() / 1e6
    return "p" + (percent == percent.rounded() ? "\(Int(percent))" : "\(percent)".replacing(".", with: "_"))
  }

  /// A ranking: NDCG of all places and of the first 5 and 10, with linear gains and ties shared (scikit-learn,
  /// `ndcg_score`), and average precision with what is above 0 as relevant, meant over queries. Queries without anything
  /// relevant say nothing and are left out.
  package init(ranked scores: [Double], relevance: [Double], queries: Grouping) throws(StatisticsError) {
    if let row = scores.firstIndex(where: \.isNaN) {
      throw StatisticsError("the score of row \(row + 1) is not a number")
    }
    let cuts = [Int.max, 5, 10]
    var terms: [Double] = []
    for rows in queries.rows where rows.contains(where: { relevance[$0] > 0 }) {
      let order = rows.sorted { scores[$0] > scores[$1] || scores[$0] == scores[$1] && $0 < $1 }
      let ties = Self.ties(order.map { scores[$0] })
      let gains = order.map { relevance[$0] }
      let ideal = gains.sorted(by: >)
      terms += cuts.map { Self.gain(gains, ties, $0) / Self.gain(ideal, ideal.indices.map { $0..<($0 + 1) }, $0) }
      terms.append(Self.averagePrecision(gains, ties))
    }
    guard !terms.isEmpty else { throw StatisticsError("no query has a row of relevance above 0") }
    self.init(names: ["ndcg", "ndcg_at_5", "ndcg_at_10", "map"], terms: terms)
  }

  /// The places of equal scores.
  private static func ties(_ scores: [Double]) -> [Range<Int>] {
    var ties: [Range<Int>] = []
    for place in scores.indices {
      if let last = ties.last, scores[last.lowerBound] == scores[place] {
        ties[ties.count - 1] = last.lowerBound..<(place + 1)
      } else {
        ties.append(place..<(place + 1))
      }
    }
    return ties
  }

  /// Discounted by the logarithm of the place; each of a tie has the tie's mean gain.
  private static func gain(_ gains: [Double], _ ties: [Range<Int>], _ cut: Int) -> Double {
    ties.reduce(0) { sum, tie in
      let mean = gains[tie].reduce(0, +) / Double(tie.count)
      return sum + tie.prefix { $0 < cut }.reduce(0) { $0 + mean / log2(Double($1) + 2) }
    }
  }

  private static func averagePrecision(_ gains: [Double], _ ties: [Range<Int>]) -> Double {
    var (found, sum) = (0, 0.0)
    for tie in ties {
      let new = gains[tie].count { $0 > 0 }
      found += new
      sum += Double(new) * Double(found) / Double(tie.upperBound)
    }
    return sum / Double(found)
  }
}
