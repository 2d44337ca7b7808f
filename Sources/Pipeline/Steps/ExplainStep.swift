internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Tables

extension StepContext {
  /// `explain`: what a model goes by, judged by a sample of rows that is held in memory.
  func explain(_ options: ExplainOptions) throws -> StepResult {
    var explanation = try ModelExplanation(options, in: self)
    try explanation.contribute()
    try explanation.permute()
    explanation.rank()
    try explanation.vary()
    try explanation.compare()
    return try explanation.result()
  }
}

/// An `explain` step on its way.
private struct ModelExplanation {
  private let options: ExplainOptions
  private let context: StepContext
  private let scorer: Scorer
  private let champion: (model: Artifact, scorer: Scorer)?
  /// The sample, and the number of each row in the data, from 0.
  private let rows: Table
  private let numbers: [Int]
  /// Of the sample, where the data has the target.
  private let labels: [Double?]?
  private let predictions: Predictor.Predictions
  private var fit: DataFit
  private var document = ExplanationDocument()

  /// Reasons of a row.
  private static let limitReasons = 6
  /// Rows that partial dependence is a mean over, at most.
  private static let dependenceRows = 1000
  private static let batchRows = 65_536

  init(_ options: ExplainOptions, in context: StepContext) throws {
    (self.options, self.context) = (options, context)
    let (model, data) = (try context.artifact("model"), try context.artifact("data"))
    scorer = try Scorer(model, in: context)
    let before = context.request.input("champion")?.artifact
    champion = try before.flatMap { $0.digest == model.digest ? nil : ($0, try Scorer($0, in: context)) }
    try context.requireRecipes(of: data, cited: try context.recipes(of: [data]), for: model, columns: scorer.columns)
    var schema = scorer.schema
    for feature in champion?.scorer.schema.features ?? [] where !scorer.columns.contains(feature.name) {
      schema.features.append(feature)
    }
    let target = try TargetRule(scorer.schema.target)
    let reader = try context.table(data)
    let hasTarget = try reader.header().contains(target.column)
    var input = try ScoringInput(reader, schema, options.fit, apart: hasTarget ? [target.column] : [])
    var sample = RowSample(size: options.sample, seed: UInt64(options.seed))
    try input.forEachBatch(of: Self.batchRows) { sample.add($0) }
    (rows, numbers) = sample.finish()
    guard rows.rowCount > 0 else { throw PipelineError.stepFailed("the data has no rows to explain the model by") }
    fit = try input.fit.report()
    labels =
      hasTarget
      ? try scorer.labels(try target.apply(to: try input.column(target.column).gather(numbers))) : nil
    predictions = try scorer.predict(rows)
    describe(model, data, sample.rowCount)
    if let before, before.digest == model.digest { document.notes.append("it is the champion itself") }
  }

  private mutating func describe(_ model: Artifact, _ data: Artifact, _ rowCount: Int) {
    (document.model, document.modelVersion) = (model.digest, model.version)
    (document.data, document.dataVersion) = (data.digest, data.version)
    document.task = scorer.schema.task.name
    (document.rowCount, document.sampleCount) = (rowCount, rows.rowCount)
    let gains = scorer.gains
    document.features = scorer.schema.features.map { feature in
      var found = ExplanationDocument.Feature(name: feature.name)
      found.gain = gains.map { $0[feature.name] ?? 0 }
      return found
    }
  }

  // MARK: Contributions

  mutating func contribute() throws {
    guard let contributions = try scorer.contributions(rows) else {
      document.notes.append("what each feature adds is not told: the model is not made of trees or weights")
      return
    }
    for (index, mean) in Self.means(contributions, rowCount: rows.rowCount).enumerated() {
      document.features[index].meanContribution = mean
    }
    document.rows = chosenRows.map { explained($0, contributions) }
  }

  /// Of the absolute contributions over rows and outputs, one a feature.
  private static func means(_ contributions: Contributions, rowCount: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: contributions.featureCount)
    for row in 0..<rowCount {
      for output in 0..<contributions.outputCount {
        for (index, value) in contributions.values(row: row, output: output).enumerated() { sums[index] += abs(value) }
      }
    }
    return sums.map { $0 / Double(rowCount * contributions.outputCount) }
  }

  /// The output of a row that is explained: the likeliest class, or the middle level.
  private func output(ofRow row: Int) -> Int {
    let width = scorer.schema.task.outputCount
    guard case .multiclass = scorer.schema.task else { return width / 2 }
    let scores = predictions.scores[row * width..<(row + 1) * width]
    return (scores.firstIndex(of: scores.max() ?? 0) ?? scores.startIndex) - scores.startIndex
  }

  private func score(ofRow row: Int) -> Double {
    predictions.scores[row * scorer.schema.task.outputCount + output(ofRow: row)]
  }

  /// Rows from the lowest score to the highest, evenly spread.
  private var chosenRows: [Int] {
    let count = min(options.rows, rows.rowCount)
    let scores = (0..<rows.rowCount).map { score(ofRow: $0) }
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    return (0..<count).map { order[count == 1 ? order.count - 1 : $0 * (order.count - 1) / (count - 1)] }
  }

  private func explained(_ row: Int, _ contributions: Contributions) -> ExplanationDocument.Row {
    let output = output(ofRow: row)
    let added = Array(contributions.values(row: row, output: output))
    let order = added.indices.sorted { (abs(added[$1]), $0) < (abs(added[$0]), $1) }
      .filter { added[$0] != 0 }.prefix(Self.limitReasons)
    let features = scorer.schema.features
    let reasons = order.map { index in
      ExplanationDocument.Reason(
        feature: features[index].name, value: rows[features[index].name]?.text(ofRow: row), contribution: added[index])
    }
    let base = contributions.base(row: row, output: output)
    return ExplanationDocument.Row(
      row: numbers[row] + 1, score: score(ofRow: row), output: scorer.schema.task.outputNames[output], base: base,
      reasons: reasons, rest: added.reduce(0, +) - reasons.reduce(0) { $0 + $1.contribution })
  }

  // MARK: Shuffled and varied features

  mutating func permute() throws {
    guard let labels else {
      document.notes.append("permutation importance is not told: the data does not hold the target")
      return
    }
    let known = labels.indices.filter { labels[$0] != nil }
    let importance = PermutationImportance(
      rows: rows.gather(known), labels: labels.compactMap { $0 }, scorer: scorer)
    guard let metric = importance.metric else {
      document.notes.append("permutation importance is not told: a ranking is judged by query, not by row")
      return
    }
    guard !known.isEmpty else {
      document.notes.append(
        "permutation importance is not told: the sample has no row with a target that the model knows")
      return
    }
    guard let whole = try importance.value(importance.rows) else {
      document.notes.append(
        "permutation importance is not told: \(known.count) rows of the sample have a target, which leaves \(metric) undefined"
          + (scorer.schema.task.hasClasses ? " (one class alone?)" : " (one value alone?)"))
      return
    }
    document.metric = ExplanationDocument.Metric(
      name: metric, value: importance.isLoss ? -whole : whole, rowCount: known.count)
    for index in document.features.indices {
      var generator = SeededGenerator(seed: UInt64(options.seed), stream: index + 1)
      let found = try importance.importance(of: document.features[index].name, whole: whole, &generator)
      document.features[index].permutation = found?.mean
      document.features[index].permutationDeviation = found?.deviation
    }
  }

  /// What counts most first: by contribution, or by permutation where that is all there is.
  mutating func rank() {
    func weight(_ feature: ExplanationDocument.Feature) -> Double {
      feature.meanContribution ?? feature.permutation ?? feature.gain ?? 0
    }
    document.features = document.features.enumerated()
      .sorted { (-weight($0.element), $0.offset) < (-weight($1.element), $1.offset) }.map(\.element)
  }

  mutating func vary() throws {
    let count = min(rows.rowCount, Self.dependenceRows)
    let some = (0..<count).map { $0 * rows.rowCount / count }
    let dependence = PartialDependence(scorer: scorer, rows: rows.gather(some))
    for feature in document.features.prefix(options.features) {
      guard let known = scorer.schema.features.first(where: { $0.name == feature.name }),
        let found = try dependence.dependence(of: known)
      else { continue }
      document.dependences.append(found)
    }
  }

  // MARK: The champion

  mutating func compare() throws {
    guard let champion else { return }
    let (ours, theirs) = (scorer.schema, champion.scorer.schema)
    guard ours.task == theirs.task else {
      document.notes.append("the champion is not compared: it says another kind of thing (\(theirs.task.name))")
      return
    }
    let before = try champion.scorer.predict(rows).scores
    let distance = zip(predictions.scores, before).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(before.count)
    document.champion = ExplanationDocument.Champion(
      model: champion.model.digest, version: champion.model.version, meanAbsoluteDifference: distance,
      rankCorrelation: RankedSample.spearman(RankedSample(predictions.scores), RankedSample(before)),
      added: scorer.columns.filter { !champion.scorer.columns.contains($0) },
      removed: champion.scorer.columns.filter { !scorer.columns.contains($0) })
    let gains = champion.scorer.gains
    let means = try champion.scorer.contributions(rows).map { Self.means($0, rowCount: rows.rowCount) }
    for index in document.features.indices {
      guard let place = champion.scorer.columns.firstIndex(of: document.features[index].name) else { continue }
      document.features[index].championGain = gains.map { $0[document.features[index].name] ?? 0 }
      document.features[index].championMeanContribution = means?[place]
    }
  }

  func result() throws -> StepResult {
    let most = document.features.prefix(3).map(\.name).joined(separator: ", ")
    let metric = document.metric.map { ", \($0.name) \(Headline.number($0.value))" } ?? ""
    return try context.result(
      .explanation, document, headline: "what counts most: \(most) (\(rows.rowCount) rows\(metric))",
      notes: document.notes + fit.notes)
  }
}
