internal import Jobs
internal import Learning
internal import Records
internal import Statistics

/// Challenger and champion on the very same rows: what rules `with confidence` are decided by.
struct PairedRows {
  private let challenger: Judged
  private let champion: Judged
  private let terms: Judged.Terms
  private let bootstrap: Bootstrap

  /// Throws where the two were not judged on the same rows.
  init(challenger: Judged, champion: Judged, _ terms: Judged.Terms, _ bootstrap: Bootstrap) throws(GateEvidence.Gap) {
    guard challenger.task == champion.task else {
      throw GateEvidence.Gap(text: "the champion knows other classes than the challenger")
    }
    guard challenger.labels == champion.labels else {
      throw GateEvidence.Gap(text: "the challenger and the champion were not judged on the same rows")
    }
    (self.challenger, self.champion, self.terms, self.bootstrap) = (challenger, champion, terms, bootstrap)
  }

  /// The rows of each slice of a column, or of a pair of them, by the slice's name.
  func slices(of column: String) throws -> [String?: [Int]] {
    let grouping = try challenger.grouping(column.split(separator: ",").map(String.init))
    return Dictionary(zip(grouping.labels, grouping.rows), uniquingKeysWith: { first, _ in first })
  }

  /// Tests what the rule says of the metric.
  ///
  /// - Parameters:
  ///   - subject: what the test is of, for people.
  ///   - rows: the rows to look at, ascending; nil: all.
  func test(_ rule: GateRule, _ metric: String, subject: String, over rows: [Int]? = nil) throws
    -> VerdictDocument.Test
  {
    let hypothesis = PairedHypothesis(
      side: rule.comparison.asksForMore ? .above : .below, margin: rule.offset, confidence: rule.confidence ?? 0.95)
    let found = try compare(
      metric, rows.map(challenger.gather) ?? challenger, rows.map(champion.gather) ?? champion, hypothesis)
    // A difference on the right side that is not shown decides nothing: more rows could.
    let isOnSide = rule.comparison.holds(found.difference, hypothesis.margin)
    return VerdictDocument.Test(
      subject: subject, name: found.test.rawValue, form: hypothesis.form.rawValue,
      side: hypothesis.side == .above ? "above" : "below", rowCount: found.rowCount, challenger: found.challenger,
      champion: found.champion, lower: found.lower, upper: found.upper, confidence: hypothesis.confidence,
      margin: hypothesis.margin, pValue: found.pValue, holds: found.isShown ? true : isOnSide ? nil : false)
  }

  /// DeLong's test and McNemar's take rows that stand for themselves; where rows belong together, clusters are drawn.
  private func compare(_ metric: String, _ first: Judged, _ second: Judged, _ hypothesis: PairedHypothesis) throws
    -> PairedComparison
  {
    switch (metric, first.task) {
    case ("auc", .binary) where first.clusters == nil:
      return try DeLong(challenger: first.scores, champion: second.scores, labels: first.labels.map { $0 == 1 })
        .comparison(hypothesis)
    case ("accuracy", .binary) where first.clusters == nil, ("accuracy", .multiclass) where first.clusters == nil:
      return McNemar(challenger: first.isRight(terms), champion: second.isRight(terms)).comparison(hypothesis)
    default:
      return try PairedBootstrap(
        metric, challenger: try first.sample(terms), champion: try second.sample(terms), clusters: first.drawnTogether,
        bootstrap
      ).comparison(hypothesis)
    }
  }
}

extension Judged {
  /// Whether the predicted class is the true one, a row each; of equal probabilities the first class is predicted.
  fileprivate func isRight(_ terms: Terms) -> [Bool] {
    let width = task.outputCount
    guard width > 1 else { return zip(scores, labels).map { ($0 >= terms.threshold) == ($1 == 1) } }
    return labels.indices.map { row in
      var best = row * width
      for place in (row * width)..<((row + 1) * width) where scores[place] > scores[best] { best = place }
      return best - row * width == Int(labels[row])
    }
  }
}

extension GateRule {
  /// What is added to the champion's number.
  fileprivate var offset: Double {
    switch bound {
    case .champion(_, let offset), .counterpart(let offset), .baseline(_, let offset): offset
    case .number: 0
    }
  }
}

extension Comparison {
  /// Whether the left side must be large.
  fileprivate var asksForMore: Bool { self == .atLeast || self == .greater }
}

extension VerdictDocument.Test {
  /// Worst first: broken before undecided before shown, then by how little is shown.
  static func isWorse(_ left: Self, _ right: Self) -> Bool {
    func rank(_ test: Self) -> Int { test.holds == false ? 0 : test.holds == nil ? 1 : 2 }
    return (rank(left), -left.pValue, left.subject) < (rank(right), -right.pValue, right.subject)
  }

  /// One sentence with the numbers.
  var explanation: String {
    let numbers = "(\(name), \(rowCount) rows, \(pValue < 0.0001 ? "p < 0.0001" : "p \(Headline.number(pValue))"))"
    let apart = "\(subject) is \(Headline.number(difference)) from the champion's \(Headline.number(champion))"
    let bound = side == "above" ? "at least \(Headline.number(lower))" : "at most \(Headline.number(upper))"
    let required = "\(side) \(Headline.number(margin))"
    switch holds {
    case true?: return "\(apart), and with confidence \(confidence) \(bound): \(required) as required \(numbers)"
    case nil:
      return
        "\(apart), but with confidence \(confidence) only \(bound), and it must be \(required): more rows could decide \(numbers)"
    case false?: return "\(apart), but it must be \(required) \(numbers)"
    }
  }
}
