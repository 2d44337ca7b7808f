internal import Foundation
package import Tables

/// What any model must beat: answers that need no model. They are trained beside every model and kept in its package.
package struct Baselines: Codable, Hashable, Sendable {
  package static let fileName = "baselines.json"

  package enum Kind: String, Codable, CaseIterable, Sendable {
    /// The mean, the classes' shares, the quantiles: what the task's own loss is lowest for.
    case constant
    /// The median of a regression: what a mean absolute error is lowest for.
    case median
    /// ``SeasonalNaive``.
    case seasonalNaive = "seasonal-naive"
  }

  /// One an output.
  package let constant: [Double]
  /// Nil for what is no regression.
  package let median: Double?
  /// Nil where the spec names no season.
  package let season: SeasonalNaive?

  /// The kinds that there are for this model.
  package var kinds: [Kind] {
    [.constant] + (median == nil ? [] : [.median]) + (season == nil ? [] : [.seasonalNaive])
  }

  /// The columns that it reads, and the types under which to read them.
  package func columnTypes(_ kind: Kind) -> [String: ColumnType] {
    guard kind == .seasonalNaive, let season else { return [:] }
    return Dictionary(
      season.features.map { ($0.name, $0.kind.columnType) }, uniquingKeysWith: { first, _ in first })
  }

  /// Row-major, rows x outputs. Throws when the table lacks a column that the kind reads, and
  /// ``LearningError/invalidParameter(_:)`` for a kind that there is not.
  package func scores(_ kind: Kind, for table: Table) throws(LearningError) -> [Double] {
    switch kind {
    case .constant: return Self.repeated(constant, table.rowCount)
    case .median:
      guard let median else { throw .invalidParameter("the model has no baseline of the median: it is no regression") }
      return Self.repeated([median], table.rowCount)
    case .seasonalNaive:
      guard let season else {
        throw .invalidParameter("the model has no seasonal-naive baseline: train it with `season`")
      }
      return season.scores(try FeatureEncoder(features: season.features).encode(table))
    }
  }

  private static func repeated(_ scores: [Double], _ count: Int) -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(scores.count * count)
    for _ in 0..<count { all += scores }
    return all
  }

  /// Whether they could have been made for the task.
  package func fits(_ task: ModelSchema.Task) -> Bool {
    constant.count == task.outputCount && constant.allSatisfy(\.isFinite) && season?.fits(task) ?? true
  }
}

extension Baselines {
  /// Of the rows whose target is known. Row weights count, for they say how often a row stands; weights of classes do
  /// not, for they are no property of the data.
  init(_ task: ModelSchema.Task, _ set: Trainer.TrainingSet, season: TrainingOptions.Season?) throws(LearningError) {
    let values = WeightedLabels(set.labels, set.rowWeights)
    switch task {
    case .regression:
      constant = [values.mean]
      median = values.quantile(0.5)
    case .binary:
      (constant, median) = ([values.mean], nil)
    case .multiclass(let classes):
      (constant, median) = (values.shares(of: classes.count), nil)
    case .quantile(let levels):
      (constant, median) = (values.quantiles(levels), nil)
    // Equal scores leave every group as it is.
    case .ranking: (constant, median) = ([0], nil)
    }
    let constant = constant
    self.season = try season.map { season throws(LearningError) in
      try SeasonalNaive(
        season, of: set.table,
        outputs: .init(values: task.perfectScores(set.labels), width: task.outputCount, weights: set.rowWeights),
        fallback: constant)
    }
  }
}

extension Baselines {
  /// Of a model that somebody else trained, from the labels of its training rows, each of which counts the same. Nil
  /// without a label.
  package init?(_ task: ModelSchema.Task, labels: [Double]) {
    guard !labels.isEmpty else { return nil }
    let values = WeightedLabels(labels, nil)
    season = nil
    switch task {
    case .regression: (constant, median) = ([values.mean], values.quantile(0.5))
    case .binary: (constant, median) = ([values.mean], nil)
    case .multiclass(let classes): (constant, median) = (values.shares(of: classes.count), nil)
    case .quantile(let levels): (constant, median) = (values.quantiles(levels), nil)
    case .ranking: (constant, median) = ([0], nil)
    }
  }
}

extension ModelSchema.Task {
  /// Row-major: what a model that knows the labels would say.
  fileprivate func perfectScores(_ labels: [Double]) -> [Double] {
    switch self {
    case .regression, .binary, .ranking: labels
    case .quantile(let levels): labels.flatMap { label in levels.map { _ in label } }
    case .multiclass(let classes):
      labels.flatMap { label in classes.indices.map { Double($0) == label ? 1 : 0 } }
    }
  }
}

extension ModelSchema.Feature.Kind {
  /// The type under which its column is read.
  var columnType: ColumnType {
    switch self {
    case .numeric: .float
    case .boolean: .boolean
    case .categorical: .string
    case .season: .timestamp
    }
  }
}

/// Labels and how much each counts.
struct WeightedLabels {
  private let labels: [Double]
  private let weights: [Float]?

  /// - Parameter weights: nil where all count the same.
  init(_ labels: [Double], _ weights: [Float]?) {
    self.labels = labels
    self.weights = weights
  }

  private func weight(_ row: Int) -> Double { weights.map { Double($0[row]) } ?? 1 }

  private var total: Double { labels.indices.reduce(0) { $0 + weight($1) } }

  var mean: Double { labels.indices.reduce(0) { $0 + weight($1) * labels[$1] } / total }

  func shares(of count: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: count)
    for row in labels.indices { shares[Int(labels[row])] += weight(row) }
    return shares.map { $0 / total }
  }

  func quantile(_ level: Double) -> Double { quantiles([level])[0] }

  /// As scikit-learn's DummyRegressor: linear between the two values around the level; with weights, the first value
  /// that at least so much of the weight does not exceed (the inverse of the distribution).
  func quantiles(_ levels: [Double]) -> [Double] {
    guard weights != nil else { return Self.quantiles(levels, of: labels.sorted()) }
    let order = labels.indices.sorted { (labels[$0], $0) < (labels[$1], $1) }
    let total = total
    return levels.map { level in
      var sum = 0.0
      for row in order {
        sum += weight(row)
        if sum >= level * total, weight(row) > 0 { return labels[row] }
      }
      return labels[order[order.count - 1]]
    }
  }

  private static func quantiles(_ levels: [Double], of sorted: [Double]) -> [Double] {
    levels.map { level in
      let place = level * Double(sorted.count - 1)
      let below = Int(place)
      let (low, high) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
      return low + (high - low) * (place - Double(below))
    }
  }
}
