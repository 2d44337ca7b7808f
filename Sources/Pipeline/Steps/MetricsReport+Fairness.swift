internal import Learning
internal import Records
internal import Statistics

extension MetricsReport {
  /// Each column by itself, and all of them together where there are several.
  func addFairness(to document: inout MetricsDocument) throws {
    guard let fairness else { return }
    guard case .binary = judged.task else {
      throw PipelineError.stepFailed(
        "`fairness` compares how often groups are called positive, but the task is \(judged.task.name):"
          + " it needs a target of two classes")
    }
    let sets = fairness.columns.map { [$0] } + (fairness.columns.count > 1 ? [fairness.columns] : [])
    document.fairness = try sets.map { columns in
      try comparison(try judged.grouping(columns), columns.count == 1 ? fairness.reference[columns[0]] : nil)
    }
  }

  private func comparison(_ grouping: Grouping, _ reference: String?) throws -> MetricsDocument.Fairness {
    let rows = grouping.rows
    let compared = rows.indices.filter { rows[$0].count >= minimumRows }
    let place = try reference.map { try self.place(of: $0, in: grouping, compared) }
    let sample = FairnessSample(
      labels: judged.labels.map { $0 == 1 }, called: judged.scores.map { $0 >= terms.threshold }, groups: grouping,
      compared: compared, reference: place)
    let (set, rates) = (sample.metricSet(), sample.rates)
    var found = MetricsDocument.Fairness(
      column: grouping.name, reference: reference, measures: set.values,
      groups: compared.map { group(grouping, $0, rates[$0]) })
    found.undefined = set.undefined
    if let bootstrap {
      found.intervals = Self.recorded(
        sample.disparityIntervals(set, bootstrap.stream("fairness=\(grouping.name)"), clusters: clusters))
    }
    let small = rows.filter { $0.count < minimumRows }
    if !small.isEmpty {
      found.suppressed = MetricsDocument.Suppressed(
        column: grouping.name, sliceCount: small.count, rowCount: small.reduce(0) { $0 + $1.count },
        minimumRows: minimumRows)
    }
    return found
  }

  private func place(of reference: String, in grouping: Grouping, _ compared: [Int]) throws -> Int {
    guard let place = grouping.labels.firstIndex(of: reference) else {
      throw PipelineError.stepFailed(
        "the column “\(grouping.name)” has no “\(reference)”, which `fairness` names as its reference: it has "
          + grouping.labels.prefix(10).map { $0 ?? "missing values" }.joined(separator: ", "))
    }
    guard compared.contains(place) else {
      throw PipelineError.stepFailed(
        "fewer than \(minimumRows) rows have “\(reference)” in “\(grouping.name)”, the reference of `fairness`:"
          + " name a larger group, or lower `minimum-rows`")
    }
    return place
  }

  private func group(_ grouping: Grouping, _ index: Int, _ rates: FairnessSample.Rates)
    -> MetricsDocument.Fairness.Group
  {
    let shares = [
      "selection_rate": (rates.called, rates.rowCount), "true_positive_rate": (rates.truePositives, rates.positives),
      "false_positive_rate": (rates.called - rates.truePositives, rates.rowCount - rates.positives),
      "precision": (rates.truePositives, rates.called),
    ]
    var group = MetricsDocument.Fairness.Group(
      column: grouping.name, value: grouping.labels[index], rowCount: rates.rowCount,
      metrics: shares.filter { $0.value.1 > 0 }.mapValues { Double($0.0) / Double($0.1) })
    let intervals = shares.compactMapValues { wilson($0.0, $0.1) }
    group.intervals = intervals.isEmpty ? nil : intervals
    return group
  }
}
