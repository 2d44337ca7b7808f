internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Tables

/// Compares two samples of a column by their profiles: all measures, and one p-value.
struct DriftComparison {
  let minimumRows: Int

  static let bins = 10
  /// Categories that are shown, and that the measures over bins are taken over.
  private static let categories = 15
  private static let namedCategories = 10
  /// A category of training is gone when so many rows of it were to be expected.
  private static let expectedRows = 5.0

  /// What is known of a column before all of them are judged together.
  func column(_ reference: ColumnProfile, _ current: ColumnProfile, role: String) -> DriftDocument.Column {
    var column =
      switch (reference.values, current.values) {
      case (.numbers(let old, let before), .numbers(let new, let after)):
        numbers(reference, current, (old, before), (new, after))
      case (.categories(let old, let oldRest), .categories(let new, let newRest)):
        categories(reference, current, (old, oldRest), (new, newRest))
      default: preconditionFailure("both samples are read as the model reads the column")
      }
    column.role = role
    column.undecided = undecided(reference, current)
    return column
  }

  private func undecided(_ reference: ColumnProfile, _ current: ColumnProfile) -> String? {
    // A column that has lost its values has moved: rows count, not values.
    let (old, new) = (reference.valueCount + reference.missingCount, current.valueCount + current.missingCount)
    guard min(old, new) < minimumRows else { return nil }
    return old < minimumRows
      ? "too few rows in training: \(old) of at least \(minimumRows)"
      : "too few rows: \(new) of at least \(minimumRows)"
  }

  // MARK: Numbers

  private func numbers(
    _ reference: ColumnProfile, _ current: ColumnProfile, _ old: (values: EmpiricalDistribution, spread: Spread?),
    _ new: (values: EmpiricalDistribution, spread: Spread?)
  ) -> DriftDocument.Column {
    let binning = Binning(quantilesOf: old.values, bins: Self.bins)
    let bins = Bins(
      labels: Self.labels(binning.edges), reference: binning.counts(old.values), current: binning.counts(new.values))
    var column = column(reference, current, bins)
    column.test = "kolmogorov-smirnov"
    let rankError = old.values.rankError + new.values.rankError
    column.rankError = rankError
    var pValues: [Double] = []
    if let statistic = Divergence.kolmogorovSmirnov(old.values, new.values) {
      column.statistic = statistic
      column.effects?[DriftMeasure.kolmogorovSmirnov.rawValue] = statistic
      // No p-value is smaller for what the profiles left out.
      pValues.append(
        Divergence.kolmogorovSmirnovPValue(
          max(0, statistic - rankError), old.values.rowCount, new.values.rowCount))
    }
    if let missing = missing(reference, current) { pValues.append(missing) }
    column.pValue = MultipleTests.holm.adjusted(pValues).min() ?? 1
    column.wasserstein = Divergence.wasserstein(old.values, new.values)
    if let distance = column.wasserstein, let deviation = old.spread?.standardDeviation, deviation > 0 {
      column.effects?[DriftMeasure.wasserstein.rawValue] = distance / deviation
    }
    if let before = old.spread, let after = new.spread {
      column.standardisedMeanDifference = Divergence.standardisedMeanDifference(before, after)
    }
    return column
  }

  /// Whether values are missing more or less often, where any ever are.
  private func missing(_ reference: ColumnProfile, _ current: ColumnProfile) -> Double? {
    guard reference.missingCount + current.missingCount > 0 else { return nil }
    return chiSquare(
      [reference.valueCount, reference.missingCount], [current.valueCount, current.missingCount])?.pValue
  }

  private static func labels(_ edges: [Double]) -> [String] {
    let texts = edges.map { CSVWriter.text(abs($0) < 1e11 ? ($0 * 10_000).rounded() / 10_000 : $0) }
    guard let first = texts.first, let last = texts.last else { return ["all"] }
    return ["below \(first)"] + zip(texts, texts.dropFirst()).map { "\($0) to \($1)" } + ["\(last) and up"]
  }

  // MARK: Categories

  private func categories(
    _ reference: ColumnProfile, _ current: ColumnProfile, _ old: ([ColumnProfile.Category], Int),
    _ new: ([ColumnProfile.Category], Int)
  ) -> DriftDocument.Column {
    let (oldCounts, newCounts) = (Self.counts(old.0), Self.counts(new.0))
    let names = Set(oldCounts.keys).union(newCounts.keys).sorted {
      (-(oldCounts[$0] ?? 0), -(newCounts[$0] ?? 0), $0) < (-(oldCounts[$1] ?? 0), -(newCounts[$1] ?? 0), $1)
    }
    let (oldRows, newRows) = (names.map { oldCounts[$0] ?? 0 }, names.map { newCounts[$0] ?? 0 })
    var column = column(reference, current, Self.bins(names, oldRows, newRows, (old.1, new.1)))
    column.test = "chi-square"
    // Every category counts here, and so do missing values.
    if let test = chiSquare(oldRows + [old.1, reference.missingCount], newRows + [new.1, current.missingCount]) {
      column.statistic = test.statistic
      column.pValue = test.pValue
      column.effects?[DriftMeasure.cramersV.rawValue] = Divergence.cramersV(
        test.statistic,
        rowCount: reference.valueCount + reference.missingCount + current.valueCount + current.missingCount)
    }
    column.newCategories = Self.named(new.0.filter { oldCounts[$0.text] == nil })
    let share = Double(current.valueCount) / Double(max(1, reference.valueCount))
    column.goneCategories = Self.named(
      old.0.filter { newCounts[$0.text] == nil && Double($0.count) * share >= Self.expectedRows })
    return column
  }

  private static func counts(_ categories: [ColumnProfile.Category]) -> [String: Int] {
    Dictionary(categories.map { ($0.text, $0.count) }, uniquingKeysWith: +)
  }

  private static func named(_ categories: [ColumnProfile.Category]) -> [DatasetDescription.Value]? {
    guard !categories.isEmpty else { return nil }
    return categories.prefix(namedCategories).map {
      DatasetDescription.Value(text: String($0.text.prefix(80)), count: $0.count)
    }
  }

  /// The categories that training had most of, and all others as one.
  private static func bins(_ names: [String], _ old: [Int], _ new: [Int], _ rest: (Int, Int)) -> Bins {
    // One category more than fits is shown by its own name.
    let shown = names.count == categories + 1 && rest == (0, 0) ? names.count : categories
    var bins = Bins(
      labels: Array(names.prefix(shown)), reference: Array(old.prefix(shown)), current: Array(new.prefix(shown)))
    if names.count > shown || rest != (0, 0) {
      bins.labels.append(rest == (0, 0) ? "\(names.count - shown) others" : "others")
      bins.reference.append(old.dropFirst(shown).reduce(rest.0, +))
      bins.current.append(new.dropFirst(shown).reduce(rest.1, +))
    }
    return bins
  }

  // MARK: Both

  /// Rows of both samples in the same bins, without those that lack a value.
  private struct Bins {
    var labels: [String]
    var reference: [Int]
    var current: [Int]
  }

  /// The measures over bins, missing values being one of their own.
  private func column(_ reference: ColumnProfile, _ current: ColumnProfile, _ bins: Bins) -> DriftDocument.Column {
    let (old, new) = (bins.reference + [reference.missingCount], bins.current + [current.missingCount])
    let (oldTotal, newTotal) = (Double(max(1, old.reduce(0, +))), Double(max(1, new.reduce(0, +))))
    let psi = Divergence.psi(reference: old, current: new)
    var column = DriftDocument.Column(
      name: reference.name, role: "feature", isDrifted: false, psi: psi, test: "", statistic: 0, pValue: 1,
      referenceMissing: Double(reference.missingCount) / oldTotal,
      currentMissing: Double(current.missingCount) / newTotal,
      bins: zip(bins.labels, zip(bins.reference, bins.current)).map {
        DriftDocument.Bin(label: $0, reference: Double($1.0) / oldTotal, current: Double($1.1) / newTotal)
      })
    column.effects = [DriftMeasure.psi.rawValue: psi]
    column.effects?[DriftMeasure.jensenShannon.rawValue] = Divergence.jensenShannon(reference: old, current: new)
    column.totalVariation = Divergence.totalVariation(reference: old, current: new)
    return column
  }

  private func chiSquare(_ reference: [Int], _ current: [Int]) -> Divergence.Test? {
    let pooled = Divergence.pooled(reference: reference, current: current)
    return Divergence.chiSquare(reference: pooled.reference, current: pooled.current)
  }
}
