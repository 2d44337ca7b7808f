internal import Glibc
internal import Records
internal import Statistics
internal import Tables

/// How far the values of a column moved.
enum ColumnShift {
  typealias Shift = TableDiffDocument.Shift

  private static let bins = 10
  private static let chartBins = 12
  private static let topCategories = 15

  /// Nil where nothing can be said: another kind of values, none at all, times or names of rows, texts too many.
  static func shift(_ old: ColumnSketch, _ new: ColumnSketch) -> Shift? {
    guard old.valueCount > 0, new.valueCount > 0, !(old.isNaming || new.isNaming) else { return nil }
    switch (old.type, new.type) {
    case (.string, .string): return categorical(old, new)
    case (.string, _), (_, .string), (.timestamp, _), (_, .timestamp): return nil
    default: return numeric(old, new)
    }
  }

  private static func numeric(_ old: ColumnSketch, _ new: ColumnSketch) -> Shift? {
    guard let test = Divergence.kolmogorovSmirnov(reference: old.sample, current: new.sample) else { return nil }
    let binning = Binning(quantilesOf: old.sample, bins: bins)
    func counts(_ column: ColumnSketch) -> [Int] {
      let scale = Double(column.valueCount) / Double(column.sample.count)
      return binning.counts(column.sample).map { Int((Double($0) * scale).rounded()) } + [column.missingCount]
    }
    return Shift(
      psi: Divergence.psi(reference: counts(old), current: counts(new)), test: "kolmogorov-smirnov",
      statistic: test.statistic, pValue: test.pValue, effect: test.statistic,
      sampledCount: old.sample.count + new.sample.count, bins: histogram(old, new))
  }

  /// Equal steps between the hundredths at both ends, what lies outside in the first and the last; both tables' shares
  /// of their rows.
  private static func histogram(_ old: ColumnSketch, _ new: ColumnSketch) -> [DriftDocument.Bin] {
    if let bins = valueBins(old, new) { return bins }
    let ends = [old, new].compactMap { column in
      column.quantile(0.01).flatMap { low in column.quantile(0.99).map { (low: low, high: $0) } }
    }
    guard let low = ends.map(\.low).min(), let high = ends.map(\.high).max(), high > low else { return [] }
    let step = (high - low) / Double(chartBins)
    guard step.isFinite, step > 0 else { return [] }
    func shares(_ column: ColumnSketch) -> [Double] {
      var counts = [Int](repeating: 0, count: chartBins)
      for value in column.sample { counts[Int(min(Double(chartBins - 1), max(0, (value - low) / step)))] += 1 }
      let scale = Double(column.valueCount) / Double(column.sample.count) / Double(max(1, column.rowCount))
      return counts.map { Double($0) * scale }
    }
    let (before, after) = (shares(old), shares(new))
    return (0..<chartBins).map { index in
      DriftDocument.Bin(
        label: "\(label(low + Double(index) * step)) to \(label(low + Double(index + 1) * step))",
        reference: before[index], current: after[index])
    }
  }

  /// A bin for each value where there are few; nil where there are more.
  private static func valueBins(_ old: ColumnSketch, _ new: ColumnSketch) -> [DriftDocument.Bin]? {
    guard max(old.distinctCount, new.distinctCount) <= chartBins else { return nil }
    let values = Set(old.sample).union(new.sample).sorted()
    guard values.count <= chartBins else { return nil }
    func share(_ column: ColumnSketch, _ value: Double) -> Double {
      Double(column.sample.count { $0 == value }) / Double(column.sample.count) * Double(column.valueCount)
        / Double(max(1, column.rowCount))
    }
    let isBoolean = old.type == .boolean && new.type == .boolean
    return values.map { value in
      DriftDocument.Bin(
        label: isBoolean ? value == 1 ? "true" : "false" : CSVWriter.text(value), reference: share(old, value),
        current: share(new, value))
    }
  }

  private static func label(_ value: Double) -> String {
    guard value != 0, abs(value) < 1e15 else { return CSVWriter.text(value) }
    let scale = pow(10, min(300, 3 - log10(abs(value)).rounded(.up)))
    return CSVWriter.text((value * scale).rounded() / scale)
  }

  private static func categorical(_ old: ColumnSketch, _ new: ColumnSketch) -> Shift? {
    guard let before = old.categories, let after = new.categories, isCategorical(old) || isCategorical(new) else {
      return nil
    }
    let ranked = Set(before.keys).union(after.keys).sorted {
      (-(before[$0] ?? 0), -(after[$0] ?? 0), $0) < (-(before[$1] ?? 0), -(after[$1] ?? 0), $1)
    }
    let shown = ranked.count == topCategories + 1 ? ranked.count : topCategories
    let (top, rest) = (ranked.prefix(shown), ranked.dropFirst(shown))
    func binned(_ counts: [String: Int]) -> [Int] {
      top.map { counts[$0] ?? 0 } + (rest.isEmpty ? [] : [rest.reduce(0) { $0 + (counts[$1] ?? 0) }])
    }
    let (left, right) = (binned(before), binned(after))
    let test = Divergence.chiSquare(reference: left, current: right)
    let total = old.valueCount + new.valueCount
    var shift = Shift(
      psi: Divergence.psi(reference: left + [old.missingCount], current: right + [new.missingCount]),
      test: "chi-square", statistic: test?.statistic ?? 0, pValue: test?.pValue ?? 1,
      // Cramér's V of a table of two rows: H. Cramér, “Mathematical Methods of Statistics”, 1946, 21.9.
      effect: ((test?.statistic ?? 0) / Double(total)).squareRoot(), sampledCount: total,
      bins: zip(top + (rest.isEmpty ? [] : ["\(rest.count) others"]), zip(left, right)).map {
        DriftDocument.Bin(
          label: $0, reference: Double($1.0) / Double(old.rowCount), current: Double($1.1) / Double(new.rowCount))
      })
    shift.newCategories = categories(after, notIn: before)
    shift.vanishedCategories = categories(before, notIn: after)
    return shift
  }

  /// Few values for many rows; texts that are nearly all different are names or prose.
  private static func isCategorical(_ column: ColumnSketch) -> Bool {
    column.distinctCount <= 100 || column.distinctCount * 5 <= column.valueCount
  }

  private static func categories(_ counts: [String: Int], notIn others: [String: Int])
    -> TableDiffDocument.Categories?
  {
    let only = counts.filter { others[$0.key] == nil }.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    guard !only.isEmpty else { return nil }
    return TableDiffDocument.Categories(
      count: only.count, rowCount: only.reduce(0) { $0 + $1.value },
      examples: only.prefix(20).map { DatasetDescription.Value(text: String($0.key.prefix(200)), count: $0.value) })
  }
}
