internal import Jobs
internal import Learning
internal import Records

extension StepContext {
  /// `monitor`: each column that the model reads, and what it says, against its training data.
  func monitor(_ options: MonitorOptions) throws -> StepResult {
    let (model, data) = (try artifact("model"), try artifact("data"))
    let scorer = try Scorer(model, in: self)
    try requireRecipes(of: data, cited: try recipes(of: [data]), for: model, columns: scorer.columns)
    let reference = try driftReference(of: model, scorer)
    let (current, fit) = try profile(try ScoringInput(try table(data), scorer.schema, options.fit), scorer)
    guard current.rowCount > 0 else { throw PipelineError.stepFailed("the data has no rows to compare") }
    let judgement = DriftJudgement(options: options)
    var columns = judgement.judged(compared(reference.profile, current, options.alerts.minimumRows))
    columns.sort { ($1.psi, $0.name) < ($0.psi, $1.name) }
    var document = DriftDocument(
      model: model.digest, modelVersion: model.version, reference: try trainingDigest(of: model),
      referenceRowCount: reference.profile.rowCount, data: data.digest, dataVersion: data.version,
      rowCount: current.rowCount, isDrifted: judgement.isDrifted(columns),
      psiThreshold: options.thresholds.effect(.psi), pValueThreshold: options.alerts.level,
      columnShareThreshold: options.thresholds.columns, columns: columns)
    document.decision = judgement.decision
    document.referenceSource = reference.source
    let report = try fit.report()
    document.fit = report
    let times = scorer.columns.filter { name in !scorer.schema.profiledFeatures.contains { $0.name == name } }
    return try result(
      .drift, document, headline: Self.headline(document),
      notes: times.map { "“\($0)” is not compared: a time goes on by itself" } + Self.notes(document) + report.notes)
  }

  private func compared(_ reference: TrainingProfile, _ current: TrainingProfile, _ minimumRows: Int)
    -> [DriftDocument.Column]
  {
    let comparison = DriftComparison(minimumRows: minimumRows)
    var columns = zip(reference.columns, current.columns).map { comparison.column($0, $1, role: "feature") }
    if let old = reference.predictions, let new = current.predictions {
      var column = comparison.column(old, new, role: "prediction")
      // What a model says to rows that it has learnt is more extreme than what it says to new ones.
      if reference.predictedRows != .validation, column.undecided == nil {
        column.undecided =
          "known for rows alone that the model learnt from: give `validation` to its `train` step, or name it in the nightshift-model.json of a command's model"
      }
      columns.append(column)
    }
    return columns
  }

  private static func headline(_ document: DriftDocument) -> String {
    let drifted = document.columns.filter(\.isDrifted).map(\.name)
    guard !drifted.isEmpty else {
      guard let column = document.columns.first, document.columns.allSatisfy({ $0.undecided != nil }) else {
        return "no column drifted"
      }
      return "undecided: "
        + (column.undecided.map { $0.hasPrefix("too few rows") } == true ? "too few rows" : "nothing can be compared")
    }
    return (document.isDrifted ? "drift: " : "some drift: ") + drifted.prefix(4).joined(separator: ", ")
  }

  private static func notes(_ document: DriftDocument) -> [String] {
    var notes: [String] = []
    let undecided = document.columns.filter { $0.undecided != nil }
    if let first = undecided.first, let reason = first.undecided {
      notes.append(
        "\(undecided.count) of \(document.columns.count) columns are undecided, “\(first.name)” among them: \(reason)")
    }
    for column in document.columns {
      guard let gone = column.goneCategories else { continue }
      notes.append(
        "“\(column.name)” has no row any more of \(gone.map { "“\($0.text)” (\($0.count) in training)" }.joined(separator: ", "))"
      )
    }
    return notes
  }
}
