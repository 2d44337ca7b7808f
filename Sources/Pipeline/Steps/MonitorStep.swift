internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Tables

extension StepContext {
  /// `monitor`: each column that the model reads, and what it says, against its training data.
  func monitor(_ options: MonitorOptions) throws -> StepResult {
    let (model, data) = (try artifact("model"), try artifact("data"))
    let reference = Artifact(kind: .dataset, digest: try recipe(of: model).trainingData)
    let scorer = try Scorer(model, in: self)
    try requireRecipes(of: data, cited: try recipes(of: [data]), for: model, columns: scorer.columns)
    var (before, after) = (
      try ScoringInput(try table(reference), scorer.schema, FitOptions()),
      try ScoringInput(try table(data), scorer.schema, options.fit)
    )
    let (old, new) = (try before.table(), try after.table())
    guard new.rowCount > 0 else { throw PipelineError.stepFailed("the data has no rows to compare") }
    let comparison = DriftComparison(options)
    var columns = zip(old.columns, new.columns).compactMap { comparison.column($0, $1, role: "feature") }
    let share = Double(columns.count { $0.isDrifted }) / Double(max(1, columns.count))
    let (oldScores, newScores) = (try scorer.predict(old).scores, try scorer.predict(new).scores)
    if scorer.schema.task.outputCount == 1 {
      columns += [
        comparison.column(
          Column(name: "prediction", storage: .floats(oldScores)),
          Column(name: "prediction", storage: .floats(newScores)),
          role: "prediction")
      ].compactMap { $0 }
    }
    columns.sort { ($1.psi, $0.name) < ($0.psi, $1.name) }
    var document = DriftDocument(
      model: model.digest, modelVersion: model.version, reference: reference.digest, referenceRowCount: old.rowCount,
      data: data.digest, dataVersion: data.version, rowCount: new.rowCount,
      isDrifted: share >= options.columnShareThreshold && share > 0
        || columns.contains { $0.role == "prediction" && $0.isDrifted },
      psiThreshold: options.psiThreshold, pValueThreshold: options.pValueThreshold,
      columnShareThreshold: options.columnShareThreshold, columns: columns)
    let fit = try after.fit.report()
    document.fit = fit
    return try result(.drift, document, headline: Self.headline(document), notes: fit.notes)
  }

  private static func headline(_ document: DriftDocument) -> String {
    let drifted = document.columns.filter(\.isDrifted).map(\.name)
    guard !drifted.isEmpty else { return "no column drifted" }
    return (document.isDrifted ? "drift: " : "some drift: ") + drifted.prefix(4).joined(separator: ", ")
  }
}

/// Compares two samples of one column.
struct DriftComparison {
  private let options: MonitorOptions
  private static let bins = 10
  private static let categories = 15

  init(_ options: MonitorOptions) { self.options = options }

  /// Nil when a sample has no value at all, so that nothing can be said.
  func column(_ reference: Column, _ current: Column, role: String) -> DriftDocument.Column? {
    if case .strings(let old) = reference.storage, case .strings(let new) = current.storage {
      return categorical(reference, old, current, new, role)
    }
    guard let old = reference.doubles, let new = current.doubles,
      let test = Divergence.kolmogorovSmirnov(reference: old, current: new)
    else { return nil }
    let binning = Binning(quantilesOf: old, bins: Self.bins)
    let labels = Self.labels(binning.edges)
    return finding(
      reference, current, role, labels, binning.counts(old), binning.counts(new), "kolmogorov-smirnov", test)
  }

  private func categorical(
    _ reference: Column, _ old: Column.DictionaryColumn, _ current: Column, _ new: Column.DictionaryColumn,
    _ role: String
  ) -> DriftDocument.Column? {
    func counts(_ column: Column.DictionaryColumn) -> [String: Int] {
      var counts = [Int](repeating: 0, count: column.values.count)
      for code in column.codes where code >= 0 { counts[Int(code)] += 1 }
      return Dictionary(zip(column.values, counts), uniquingKeysWith: +)
    }
    let (oldCounts, newCounts) = (counts(old), counts(new))
    let ranked = Set(oldCounts.keys).union(newCounts.keys).sorted {
      (-(oldCounts[$0] ?? 0), -(newCounts[$0] ?? 0), $0) < (-(oldCounts[$1] ?? 0), -(newCounts[$1] ?? 0), $1)
    }
    // One category more than fits is shown by its own name.
    let shown = ranked.count == Self.categories + 1 ? ranked.count : Self.categories
    let (top, rest) = (ranked.prefix(shown), ranked.dropFirst(shown))
    func binned(_ counts: [String: Int]) -> [Int] {
      top.map { counts[$0] ?? 0 } + (rest.isEmpty ? [] : [rest.reduce(0) { $0 + (counts[$1] ?? 0) }])
    }
    let (oldBins, newBins) = (binned(oldCounts), binned(newCounts))
    guard let test = Divergence.chiSquare(reference: oldBins, current: newBins) else { return nil }
    return finding(
      reference, current, role, top + (rest.isEmpty ? [] : ["\(rest.count) others"]), oldBins, newBins, "chi-square",
      test)
  }

  /// Missing values are a bin of their own for the PSI.
  private func finding(
    _ reference: Column, _ current: Column, _ role: String, _ labels: [String], _ old: [Int], _ new: [Int],
    _ name: String, _ test: Divergence.Test
  ) -> DriftDocument.Column {
    let (oldMissing, newMissing) = (reference.missingCount, current.missingCount)
    let psi = Divergence.psi(reference: old + [oldMissing], current: new + [newMissing])
    let (oldTotal, newTotal) = (Double(max(1, reference.count)), Double(max(1, current.count)))
    return DriftDocument.Column(
      name: reference.name, role: role,
      isDrifted: psi >= options.psiThreshold && test.pValue <= options.pValueThreshold, psi: psi, test: name,
      statistic: test.statistic, pValue: test.pValue, referenceMissing: Double(oldMissing) / oldTotal,
      currentMissing: Double(newMissing) / newTotal,
      bins: zip(labels, zip(old, new)).map {
        DriftDocument.Bin(label: $0, reference: Double($1.0) / oldTotal, current: Double($1.1) / newTotal)
      })
  }

  private static func labels(_ edges: [Double]) -> [String] {
    let texts = edges.map { CSVWriter.text(abs($0) < 1e11 ? ($0 * 10_000).rounded() / 10_000 : $0) }
    guard let first = texts.first, let last = texts.last else { return ["all"] }
    return ["below \(first)"] + zip(texts, texts.dropFirst()).map { "\($0) to \($1)" } + ["\(last) and up"]
  }
}
