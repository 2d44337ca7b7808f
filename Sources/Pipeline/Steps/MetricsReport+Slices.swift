internal import Learning
internal import Records
internal import Statistics

extension MetricsReport {
  /// More slices of one column are names rather than slices: the largest are kept.
  static let limitSlices = 1000

  func addSlices(to document: inout MetricsDocument) throws {
    var suppressed: [MetricsDocument.Suppressed] = []
    for columns in slices {
      let grouping = try judged.grouping(columns)
      let rows = grouping.rows
      let large = rows.indices.filter { rows[$0].count >= minimumRows }
      let kept = large.sorted { (-rows[$0].count, $0) < (-rows[$1].count, $1) }.prefix(Self.limitSlices).sorted()
      document.slices += try kept.map { try slice(grouping.name, grouping.labels[$0], rows[$0]) }
      guard kept.count < rows.count else { continue }
      suppressed.append(
        MetricsDocument.Suppressed(
          column: grouping.name, sliceCount: rows.count - kept.count,
          rowCount: judged.rowCount - kept.reduce(0) { $0 + rows[$1].count }, minimumRows: minimumRows))
    }
    document.suppressed = suppressed.isEmpty ? nil : suppressed
  }

  private func slice(_ name: String, _ label: String?, _ rows: [Int]) throws -> MetricsDocument.Slice {
    let part = judged.gather(rows)
    let sample: any MetricSample
    do { sample = try part.sample(terms) } catch let error as StatisticsError {
      // Such a slice of a ranking has no query that says anything.
      guard case .ranking = part.task else { throw error }
      return MetricsDocument.Slice(column: name, value: label, rowCount: rows.count, metrics: [:])
    }
    let set = sample.metricSet()
    var slice = MetricsDocument.Slice(column: name, value: label, rowCount: rows.count, metrics: set.values)
    if let bootstrap {
      let stream = bootstrap.stream("\(name)=\(label ?? "")")
      slice.intervals = Self.recorded(sample.intervals(set, stream, clusters: part.drawnTogether))
    }
    return slice
  }

  // MARK: Where the model does worst

  /// Searches all columns of the slices, their pairs, and the pairs that were asked for.
  func addWorstSlices(to document: inout MetricsDocument) throws {
    guard worstSlices > 0, !slices.isEmpty, let bootstrap, bootstrap.resamples > 0, let losses = judged.losses else {
      return
    }
    let groupings = try searched().map { try judged.grouping($0) }
    let search = SliceSearch(
      SliceSearch.Rows(losses: losses.values, groupings: groupings, clusters: clusters), minimumRows: minimumRows,
      bootstrap.stream("worst"))
    guard search.triedCount > 0 else { return }
    document.worstSlices = MetricsDocument.WorstSlices(
      loss: losses.name, meanLoss: search.meanLoss, triedCount: search.triedCount, permutations: bootstrap.resamples,
      slices: search.findings.prefix(worstSlices).map { finding in
        MetricsDocument.WorstSlice(
          column: groupings[finding.grouping].name, value: groupings[finding.grouping].labels[finding.group],
          rowCount: finding.rowCount, meanLoss: finding.meanLoss,
          // The signs of few clusters are few chances.
          pValue: clusters.map { $0.labels.count < Bootstrap.minimumClusters } == true ? nil : finding.pValue)
      })
  }

  /// More pairs than those of so many columns take longer than they are worth: the power is shared by all that is tried.
  private static let limitPairedColumns = 8

  private func searched() -> [[String]] {
    var columns: [String] = []
    for name in slices.flatMap({ $0 }) where !columns.contains(name) { columns.append(name) }
    var searched = columns.map { [$0] }
    let paired = columns.prefix(Self.limitPairedColumns)
    for (index, first) in paired.enumerated() {
      for second in paired.dropFirst(index + 1) { searched.append([first, second]) }
    }
    for pair in slices where pair.count == 2 && !searched.contains(pair) && !searched.contains(pair.reversed()) {
      searched.append(pair)
    }
    return searched
  }
}

extension Judged {
  /// What each row adds to the loss of the task; nil for a ranking, where a row alone has none.
  var losses: (name: String, values: [Double])? { losses(of: scores, .ofTask) }

  enum Loss {
    case ofTask
    /// Of a regression: what a median is best for.
    case absolute
  }

  /// - Parameter scores: of any model, rows x outputs, row-major.
  func losses(of scores: [Double], _ loss: Loss) -> (name: String, values: [Double])? {
    switch task {
    case .regression where loss == .absolute: ("absolute_error", zip(scores, labels).map { abs($0 - $1) })
    case .regression: ("squared_error", RowLosses.squared(predicted: scores, actual: labels))
    case .binary: ("log_loss", RowLosses.log(scores: scores, positives: labels.map { $0 == 1 }))
    case .multiclass(let classes):
      ("log_loss", RowLosses.log(probabilities: scores, labels: labels.map { Int($0) }, classCount: classes.count))
    case .quantile(let levels):
      ("quantile_loss", RowLosses.pinball(predicted: scores, levels: levels, actual: labels))
    case .ranking: nil
    }
  }
}
