internal import Jobs
internal import Learning
internal import Records
internal import Statistics
internal import Store
internal import Tables

extension StepContext {
  /// `evaluate`: metrics of a model on data, and on slices of it, with intervals; beside them what scoring took.
  func evaluate(_ options: EvaluateOptions) throws -> StepResult {
    let data = try artifact("data")
    var evaluation = Evaluation(
      context: self, model: try artifact("model"), data: data, recipes: try recipes(of: [data]),
      slices: options.slices.flatMap { $0 } + (options.fairness?.columns ?? []), fit: options.fit)
    evaluation.bins = options.bins
    evaluation.cluster = options.resampling.cluster
    evaluation.valueColumns = options.values
    let judged = try evaluation.judged()
    try refuse(options, for: judged.task)
    var report = report(options, judged)
    let chosen = try chosenThreshold(options, like: evaluation)
    if let chosen { report.terms.threshold = chosen.threshold }
    var document = try report.document(of: evaluation)
    document.costs?.thresholdFrom = chosen?.data.digest
    document.footprint = MetricsDocument.Footprint(modelBytes: try modelBytes(evaluation.model))
    if let wanted = options.metrics { try document.keep(wanted) }
    let cost = CostDocument(
      model: evaluation.model.digest, modelVersion: evaluation.model.version, data: data.digest,
      rowCount: judged.rowCount + judged.droppedRowCount, threads: request.threads, measures: judged.cost)
    var result = try result(
      .metrics, document, headline: Headline.metrics(document),
      notes: try familiarity(of: evaluation, chosen) + notes(document, judged, chosen))
    let digest = try store.put(try CanonicalJSON.encode(cost))
    result.outputs.append(StepRecord.Output(name: "cost", artifact: Artifact(kind: .cost, digest: digest[0])))
    return result
  }

  private func report(_ options: EvaluateOptions, _ judged: Judged) -> MetricsReport {
    let resampling = options.resampling
    return MetricsReport(
      judged: judged, slices: options.slices,
      terms: Judged.Terms(
        threshold: options.threshold ?? 0.5, costs: options.costs.map { BinarySample.CostTable($0) },
        top: options.top ?? [3, 5]),
      minimumRows: options.minimumRows, worstSlices: options.worstSlices,
      fairness: options.fairness.map { MetricsReport.Fairness(columns: $0.columns, reference: $0.reference) },
      bootstrap: resampling.resamples == 0
        ? nil
        : Bootstrap(
          resamples: resampling.resamples, confidence: resampling.confidence, seed: UInt64(resampling.seed),
          threads: request.threads))
  }

  /// Options that say nothing of the task are mistakes, which nobody should find out from what is missing.
  private func refuse(_ options: EvaluateOptions, for task: ModelSchema.Task) throws {
    var unfit: [(key: String, needs: String)] = []
    if case .binary = task {
    } else {
      if options.costs != nil { unfit.append(("costs", "a target of two classes")) }
      if options.threshold != nil { unfit.append(("threshold", "a target of two classes")) }
    }
    if case .multiclass = task {
    } else if options.top != nil {
      unfit.append(("top-k", "a target of more classes than two"))
    }
    guard let first = unfit.first else { return }
    throw PipelineError.stepFailed("`\(first.key)` takes \(first.needs), but the task is \(task.name): leave it out")
  }

  /// A threshold and the data on which it costs least.
  private struct ChosenThreshold {
    var threshold: Double
    var data: Artifact
    var rowCount: Int
  }

  private func chosenThreshold(_ options: EvaluateOptions, like other: Evaluation) throws -> ChosenThreshold? {
    guard options.thresholdFrom != nil, let costs = options.costs else { return nil }
    let data = try artifact("threshold-from")
    if data.digest == other.data.digest {
      throw PipelineError.stepFailed(
        "`threshold-from` and `data` are the same rows: a threshold chosen on them is too good to be true")
    }
    let evaluation = Evaluation(
      context: self, model: other.model, data: data, recipes: try recipes(of: [data]), fit: options.fit)
    let judged = try evaluation.judged()
    let best = try judged.binary(Judged.Terms()).cheapestThreshold(BinarySample.CostTable(costs))
    // Where it costs least to call nothing positive, no score is high enough.
    return ChosenThreshold(threshold: best.threshold ?? 1.nextUp, data: data, rowCount: judged.rowCount)
  }

  private func modelBytes(_ model: Artifact) throws -> Int {
    try store.manifest(model.digest).files.reduce(0) { $0 + $1.sizeBytes }
  }

  /// That a model does well on what it learnt from says nothing of rows to come.
  private func familiarity(of evaluation: Evaluation, _ chosen: ChosenThreshold?) throws -> [String] {
    var notes: [String] = []
    if let reason = try acquaintance(of: evaluation.model, with: evaluation.data.digest) {
      notes.append("the model \(reason): it looks better on them than on rows to come")
    }
    if let chosen, let reason = try acquaintance(of: evaluation.model, with: chosen.data.digest) {
      notes.append("the model \(reason), on which the threshold was chosen: it may be off on rows to come")
    }
    return notes
  }

  /// Metrics that many a target leaves undefined, night after night: the page says so, the notes need not.
  private static let oftenUndefined: Set = ["mape", "poisson_deviance"]

  private func notes(_ document: MetricsDocument, _ judged: Judged, _ chosen: ChosenThreshold?) -> [String] {
    var notes = document.undefined.sorted { $0.key < $1.key }.filter { !Self.oftenUndefined.contains($0.key) }
      .map { "\($0.key) is undefined: \($0.value)" }
    let unknown = judged.unknownClassRowCount
    let missing = document.droppedRowCount - unknown
    if missing > 0 { notes.append("\(missing) rows without a target were left out") }
    if unknown > 0 { notes.append("\(unknown) rows of a class that the model does not know were left out") }
    if let chosen {
      let best =
        chosen.threshold > 1 ? "calling nothing positive" : "the threshold \(Headline.number(chosen.threshold))"
      notes.append(
        "\(best) costs least on the \(chosen.rowCount) rows of \(chosen.data.version?.text ?? chosen.data.shortDigest)")
    }
    for suppressed in document.suppressed ?? [] {
      notes.append(
        "\(suppressed.sliceCount) slices of \(suppressed.column) were left out, which have fewer than"
          + " \(suppressed.minimumRows) rows, or are beyond the \(MetricsReport.limitSlices) largest"
          + " (\(suppressed.rowCount) rows in all)")
    }
    notes += (document.baselines ?? []).compactMap(\.complaint)
    notes += (document.worstSlices?.slices.first).map { [Headline.worst($0, of: document)] } ?? []
    return notes + (document.fit?.notes ?? [])
  }
}

extension BinarySample.CostTable {
  fileprivate init(_ costs: EvaluateOptions.DecisionCosts) {
    self.init(
      truePositive: costs.truePositive, falsePositive: costs.falsePositive, falseNegative: costs.falseNegative,
      trueNegative: costs.trueNegative)
  }
}

extension MetricsDocument {
  /// Leaves the named metrics alone, in slices, too. Throws for a name that the task does not have.
  fileprivate mutating func keep(_ wanted: [String]) throws {
    for name in wanted where metrics[name] == nil && undefined[name] == nil {
      let known = metrics.keys.sorted()
      throw PipelineError.stepFailed(
        "there is no metric “\(name)” for a \(task) task: "
          + (nearestWord(to: name, among: known).map { "did you mean “\($0)”?" }
            ?? "there are \(known.joined(separator: ", "))"))
    }
    metrics = metrics.filter { wanted.contains($0.key) }
    undefined = undefined.filter { wanted.contains($0.key) }
    intervals = intervals?.filter { wanted.contains($0.key) }
    for index in slices.indices {
      slices[index].metrics = slices[index].metrics.filter { wanted.contains($0.key) }
      slices[index].intervals = slices[index].intervals?.filter { wanted.contains($0.key) }
    }
  }
}

/// Results in a few words.
enum Headline {
  /// The main metric: the first that is there of a fixed order.
  static func metrics(_ document: MetricsDocument) -> String {
    for name in ["auc", "macro_auc", "accuracy", "r2", "rmse", "quantile_loss", "ndcg"] {
      guard let value = document.metrics[name] else { continue }
      let interval = document.intervals?[name].map { " [\(number($0.low)), \(number($0.high))]" } ?? ""
      let constant = document.baselines?.first { $0.name == "constant" }?.metrics[name]
      let baseline = constant.map { ", \(number($0)) of a constant" } ?? ""
      return "\(name) \(number(value))\(interval)\(baseline) on \(document.rowCount) rows"
    }
    return "\(document.rowCount) rows"
  }

  static func worst(_ slice: MetricsDocument.WorstSlice, of document: MetricsDocument) -> String {
    let tried = document.worstSlices?.triedCount ?? 0
    return "the largest \(document.worstSlices?.loss ?? "loss") of \(tried) slices is \(number(slice.meanLoss)) where"
      + " \(slice.column) is \(slice.value ?? "missing") (\(slice.rowCount) rows\(slice.pValue.map { "; p \(number($0)) for so many" } ?? ""))"
  }

  /// Four digits behind the point.
  static func number(_ value: Double) -> String {
    guard abs(value) < 1e9 else { return "\(value)" }
    let scaled = (abs(value) * 10_000).rounded()
    let digits = String(Int(scaled) % 10_000)
    return (value < 0 && scaled > 0 ? "-" : "") + "\(Int(scaled) / 10_000)."
      + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
