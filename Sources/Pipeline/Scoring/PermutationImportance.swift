internal import Learning
internal import Statistics
internal import Tables

/// How much worse a model judges rows when the values of one feature are shuffled among them (L. Breiman, “Random
/// forests”, 2001), as scikit-learn's `permutation_importance` has it: the metric as it is, less the mean of the metric
/// after each of several shuffles. Higher metrics are better; losses count with their sign turned.
struct PermutationImportance {
  /// The rows with a known target.
  let rows: Table
  /// One a row: the number, 0 or 1, or the class's place.
  let labels: [Double]
  let scorer: Scorer

  private static let repeats = 5

  typealias Loss = (mean: Double, deviation: Double)

  /// The metric that is told; nil for rankings, which are judged by query.
  var metric: String? {
    switch scorer.schema.task {
    case .regression: "r2"
    case .binary: "auc"
    case .multiclass: "accuracy"
    case .quantile: "quantile_loss"
    case .ranking: nil
    }
  }

  /// Whether less of the metric is better, so that ``value(_:)`` has its sign turned.
  var isLoss: Bool { metric.flatMap(Metric.better) == .lower }

  /// Nil where the rows leave the metric undefined.
  func value(_ table: Table) throws -> Double? {
    let scores = try scorer.predict(table).scores
    switch scorer.schema.task {
    case .regression: return try RegressionSample(predicted: scores, actual: labels).metricSet().values["r2"]
    case .binary:
      return try BinarySample(scores: scores, labels: labels.map { $0 == 1 }, threshold: 0.5).metricSet().values["auc"]
    case .multiclass(let classes):
      return try MulticlassSample(probabilities: scores, labels: labels.map { Int($0) }, classCount: classes.count)
        .metricSet().values["accuracy"]
    case .quantile(let levels):
      let losses = RowLosses.pinball(predicted: scores, levels: levels, actual: labels)
      return losses.isEmpty ? nil : -losses.reduce(0, +) / Double(losses.count)
    case .ranking: return nil
    }
  }

  /// Mean and standard deviation of what the metric loses.
  ///
  /// - Parameters:
  ///   - whole: the metric of the rows as they are.
  ///   - generator: of the feature's own stream.
  func importance(of feature: String, whole: Double, _ generator: inout SeededGenerator) throws -> Loss? {
    let orders = (0..<Self.repeats).map { _ in
      var order = Array(0..<rows.rowCount)
      order.withUnsafeMutableBufferPointer { generator.shuffle($0) }
      return order
    }
    return try importance(of: feature, whole: whole, orders: orders)
  }

  /// As ``importance(of:whole:_:)``, with the feature's values in the given orders of the rows.
  func importance(of feature: String, whole: Double, orders: [[Int]]) throws -> Loss? {
    guard let place = rows.columns.firstIndex(where: { $0.name == feature }) else { return nil }
    var losses: [Double] = []
    for order in orders {
      var table = rows
      table.columns[place] = rows.columns[place].gather(order)
      guard let value = try value(table) else { return nil }
      losses.append(whole - value)
    }
    let mean = losses.reduce(0, +) / Double(losses.count)
    let variance = losses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(losses.count)
    return (mean, variance.squareRoot())
  }
}
