internal import Learning
internal import Records
internal import Tables

/// What a model says on average when a feature has one value in all rows (J. Friedman, “Greedy function approximation: a
/// gradient boosting machine”, 2001), on a grid as scikit-learn's `partial_dependence` lays it.
struct PartialDependence {
  let scorer: Scorer
  let rows: Table

  /// Points of a grid, and values of a category.
  private static let limitPoints = 20
  /// The grid of numbers goes from the first of these shares of the values to the second.
  private static let ends = (0.05, 0.95)
  /// Classes that are drawn, at most.
  private static let limitSeries = 3

  /// Nil for a feature without two different values.
  func dependence(of feature: ModelSchema.Feature) throws -> ExplanationDocument.Dependence? {
    guard let place = rows.columns.firstIndex(where: { $0.name == feature.name }) else { return nil }
    let grid = grid(of: feature, rows.columns[place])
    guard grid.count > 1 else { return nil }
    var means: [[Double]] = []
    for point in grid {
      var table = rows
      table.columns[place].storage = point.storage(rowCount: rows.rowCount)
      means.append(Self.means(try scorer.predict(table)))
    }
    return ExplanationDocument.Dependence(
      feature: feature.name, isNumeric: feature.kind == .numeric, values: grid.map(\.text), series: series(means))
  }

  /// A value that all rows get.
  private enum Point {
    case number(Double)
    case flag(Bool)
    case category(String)

    var text: String {
      switch self {
      case .number(let number): CSVWriter.text(number)
      case .flag(let flag): "\(flag)"
      case .category(let text): text
      }
    }

    func storage(rowCount: Int) -> Column.Storage {
      switch self {
      case .number(let number): .floats([Double](repeating: number, count: rowCount))
      case .flag(let flag): .booleans([Int8](repeating: flag ? 1 : 0, count: rowCount))
      case .category(let text): .strings(.init(codes: [Int32](repeating: 0, count: rowCount), values: [text]))
      }
    }
  }

  private func grid(of feature: ModelSchema.Feature, _ column: Column) -> [Point] {
    switch feature.kind {
    case .boolean: return [.flag(false), .flag(true)]
    // What a season says is what was last seen there: there is nothing to vary.
    case .season: return []
    case .categorical(let known):
      var counts: [String: Int] = [:]
      for text in column.texts { if let text { counts[text, default: 0] += 1 } }
      return known.filter { counts[$0] != nil }.sorted { (-(counts[$0] ?? 0), $0) < (-(counts[$1] ?? 0), $1) }
        .prefix(Self.limitPoints).map { .category($0) }
    case .numeric:
      let values = (column.doubles ?? []).filter { !$0.isNaN }.sorted()
      let distinct = values.enumerated().filter { $0.offset == 0 || values[$0.offset - 1] != $0.element }.map(\.element)
      guard distinct.count >= Self.limitPoints else { return distinct.map { .number($0) } }
      let (low, high) = (Self.quantile(values, Self.ends.0), Self.quantile(values, Self.ends.1))
      guard low < high else { return [] }
      let step = (high - low) / Double(Self.limitPoints - 1)
      return (0..<Self.limitPoints).map { .number($0 == Self.limitPoints - 1 ? high : low + Double($0) * step) }
    }
  }

  /// Between the two nearest values, as SciPy's `mquantiles`, which scikit-learn takes, has it: with alphap = betap = 0.4
  /// (C. Cunnane, “Unbiased plotting positions”, 1978).
  ///
  /// - Parameter sorted: ascending, not empty.
  private static func quantile(_ sorted: [Double], _ probability: Double) -> Double {
    let place = Double(sorted.count) * probability + (0.4 + probability * (1 - 0.4 - 0.4))
    let below = Int(min(max(place, 1), Double(sorted.count - 1)))
    let part = min(max(place - Double(below), 0), 1)
    return (1 - part) * sorted[below - 1] + part * sorted[below]
  }

  /// Of each output.
  private static func means(_ predictions: Predictor.Predictions) -> [Double] {
    let width = predictions.outputCount
    var sums = [Double](repeating: 0, count: width)
    for (index, score) in predictions.scores.enumerated() { sums[index % width] += score }
    return sums.map { $0 * Double(width) / Double(max(1, predictions.scores.count)) }
  }

  /// The outputs with the highest mean, in the task's order.
  private func series(_ means: [[Double]]) -> [ExplanationDocument.Series] {
    let names = scorer.schema.task.outputNames
    let totals = names.indices.map { output in means.reduce(0) { $0 + $1[output] } }
    return names.indices.sorted { (-totals[$0], $0) < (-totals[$1], $1) }.prefix(Self.limitSeries).sorted().map {
      output in
      ExplanationDocument.Series(name: names[output], means: means.map { $0[output] })
    }
  }
}

extension ModelSchema.Task {
  /// What each score is of: a class or a level; empty where there is one score.
  var outputNames: [String] {
    switch self {
    case .regression, .binary, .ranking: [""]
    case .multiclass(let classes): classes
    case .quantile(let levels): levels.map { "\($0)" }
    }
  }
}
