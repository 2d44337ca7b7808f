internal import Jobs
internal import Learning
internal import Records
internal import Statistics

/// Makes a ``MetricsDocument`` of what a model said and what was true.
struct MetricsReport {
  let judged: Judged
  /// One column each, or a pair.
  var slices: [[String]] = []
  var terms = Judged.Terms()
  /// Groups of fewer rows are left out.
  var minimumRows = 30
  /// How many of the worst slices to name; 0 does not search.
  var worstSlices = 0
  var fairness: Fairness?
  /// Nil makes no intervals.
  var bootstrap: Bootstrap?

  struct Fairness {
    var columns: [String]
    /// By column, the value that others are compared with.
    var reference: [String: String]
  }

  func document(of evaluation: Evaluation) throws -> MetricsDocument {
    let sample = try judged.sample(terms)
    let set = sample.metricSet()
    var document = MetricsDocument(
      model: evaluation.model.digest, modelVersion: evaluation.model.version, data: evaluation.data.digest,
      dataVersion: evaluation.data.version, task: judged.task.name, target: judged.target,
      rowCount: judged.rowCount, droppedRowCount: judged.droppedRowCount, metrics: set.values,
      undefined: set.undefined)
    document.implementation = Evaluation.implementation
    document.bins = evaluation.bins
    document.recipes = evaluation.recipes
    document.fit = judged.fit
    document.convertsTypes = evaluation.fit.onType == .convert ? true : nil
    if let bootstrap {
      document.intervals = Self.recorded(sample.intervals(set, bootstrap.stream("all"), clusters: clusters))
      document.resampling = resampling(bootstrap, sample)
    }
    try addTaskParts(to: &document)
    try addSlices(to: &document)
    try addWorstSlices(to: &document)
    try addFairness(to: &document)
    try addBaselines(to: &document)
    return document
  }

  /// Rows that are drawn together; nil where rows stand for themselves, and for a ranking, whose queries are what is
  /// drawn.
  var clusters: Grouping? { judged.drawnTogether }

  private func resampling(_ bootstrap: Bootstrap, _ sample: any MetricSample) -> MetricsDocument.Resampling {
    var resampling = MetricsDocument.Resampling(
      resamples: bootstrap.resamples, confidence: bootstrap.confidence, seed: Int(bootstrap.seed),
      cluster: judged.clusters?.name, clusterCount: judged.clusters?.labels.count)
    if let clusters, clusters.labels.count < Bootstrap.minimumClusters {
      resampling.reason =
        "there are \(clusters.labels.count) clusters, and intervals take \(Bootstrap.minimumClusters) or more"
    }
    var exceptions: [String: String] = [:]
    for name in sample.names where IntervalMethod(of: name) == .mirrored { exceptions[name] = "mirrored bootstrap" }
    if clusters == nil { for name in sample.rates.keys { exceptions[name] = "Wilson" } }
    resampling.exceptions = exceptions.isEmpty ? nil : exceptions
    return resampling
  }

  static func recorded(_ intervals: [String: Interval]) -> [String: MetricsDocument.Interval] {
    intervals.mapValues { MetricsDocument.Interval(low: $0.low, high: $0.high) }
  }

  /// Confusion, curves and what else a task has.
  private func addTaskParts(to document: inout MetricsDocument) throws {
    switch judged.task {
    case .regression: document.residuals = residuals(zip(judged.labels, judged.scores).map { $0 - $1 })
    case .quantile, .ranking: return
    case .binary(let negative, let positive):
      addBinaryParts(try judged.binary(terms), [negative, positive], to: &document)
    case .multiclass(let classes):
      let sample = try judged.multiclass(terms)
      document.confusion = MetricsDocument.Confusion(labels: classes, counts: sample.confusion)
      document.classes = classMetrics(sample, classes)
    }
  }

  private static let residualLevels = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]

  private func residuals(_ differences: [Double]) -> [MetricsDocument.Point] {
    let sorted = differences.sorted()
    return Self.residualLevels.map { MetricsDocument.Point(x: $0, y: Interval.quantile(sorted, $0)) }
  }

  private func addBinaryParts(_ sample: BinarySample, _ labels: [String], to document: inout MetricsDocument) {
    let counts = sample.confusion
    document.confusion = MetricsDocument.Confusion(
      labels: labels,
      counts: [[counts.trueNegatives, counts.falsePositives], [counts.falseNegatives, counts.truePositives]],
      threshold: terms.threshold)
    let roc = sample.roc
    document.roc = roc.isEmpty ? nil : roc.map { MetricsDocument.Point(x: $0.x, y: $0.y) }
    document.calibration = sample.calibration(.equalWidth).map(recorded)
    document.calibrationByMass = sample.calibration(.equalMass).map(recorded)
    guard let costs = terms.costs else { return }
    let best = sample.cheapestThreshold(costs)
    document.costs = MetricsDocument.Costs(
      truePositive: costs.truePositive, falsePositive: costs.falsePositive, falseNegative: costs.falseNegative,
      trueNegative: costs.trueNegative, threshold: terms.threshold, cost: costs.mean(counts),
      bestThreshold: best.threshold, bestCost: best.cost)
  }

  private func recorded(_ bin: BinarySample.Bin) -> MetricsDocument.CalibrationBin {
    let positives = Int((bin.observedRate * Double(bin.count)).rounded())
    return MetricsDocument.CalibrationBin(
      meanScore: bin.meanScore, observedRate: bin.observedRate, rowCount: bin.count,
      interval: wilson(positives, bin.count))
  }

  /// Nil where no intervals are wanted, where there are no rows, or where rows belong together, as the formula holds for
  /// rows that stand for themselves alone.
  func wilson(_ successes: Int, _ count: Int) -> MetricsDocument.Interval? {
    guard let bootstrap, clusters == nil,
      let interval = Interval(wilson: successes, of: count, confidence: bootstrap.confidence)
    else { return nil }
    return MetricsDocument.Interval(low: interval.low, high: interval.high)
  }

  /// Precision and recall of each class with Wilson's intervals, its F1 and its AUC against all others.
  private func classMetrics(_ sample: MulticlassSample, _ classes: [String]) -> [MetricsDocument.ClassMetrics] {
    let table = sample.confusion
    return classes.indices.map { index in
      let hits = table[index][index]
      let (actual, predicted) = (table[index].reduce(0, +), table.reduce(0) { $0 + $1[index] })
      var metrics: [String: Double] = [:]
      if predicted > 0 { metrics["precision"] = Double(hits) / Double(predicted) }
      if actual > 0 { metrics["recall"] = Double(hits) / Double(actual) }
      if actual + predicted > 0 { metrics["f1"] = 2 * Double(hits) / Double(actual + predicted) }
      let auc = sample.auc(of: index)
      if !auc.isNaN { metrics["auc"] = auc }
      var intervals: [String: MetricsDocument.Interval] = [:]
      intervals["precision"] = wilson(hits, predicted)
      intervals["recall"] = wilson(hits, actual)
      return MetricsDocument.ClassMetrics(
        label: classes[index], rowCount: actual, metrics: metrics, intervals: intervals.isEmpty ? nil : intervals)
    }
  }
}
