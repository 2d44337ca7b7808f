internal import Records

/// A ``VerdictDocument``, as several pages show it.
enum VerdictSection {
  /// Of a rule over many slices, so many tests are shown: the worst.
  private static let testLimit = 20

  /// Champion and challenger side by side, and every rule with its numbers.
  static func html(_ verdict: VerdictDocument, _ promotion: PromotionDocument?) -> HTML {
    let rules = verdict.findings.map { finding -> [HTML] in
      [
        "<code>\(finding.rule)</code>", mark(finding.holds), "\(finding.observed.map(number) ?? "–")",
        "\(finding.required.map(number) ?? "–")", "\(words(finding))",
      ]
    }
    return """
      <p class="lead">\(decision(verdict, promotion)) \(promotion.map { Format.prose($0.explanation) } ?? "")</p>
      <p class="soft">Judged on the same \(Format.grouped(verdict.rowCount)) rows.</p>
      \(HTML(joining: (verdict.notes ?? []).map { note -> HTML in "<p class=\"warn\">\(Format.prose(note)).</p>" }))
      <h3>Rules</h3>
      \(Table.table(["Rule", "Holds", "Observed", "Required", "In words"], numeric: [2, 3], rules))
      \(tests(verdict))
      \(metrics(verdict))
      """
  }

  /// The finding's sentence, with counts as counts.
  private static func words(_ finding: VerdictDocument.Finding) -> String {
    let sentence = Format.prose(finding.explanation)
    let isCount = [finding.observed, finding.required].allSatisfy { $0.map { $0 == $0.rounded() } ?? false }
    return isCount ? sentence.replacing(/([0-9])\.0000\b/) { String($0.output.1) } : sentence
  }

  /// A count without digits behind the point, a metric with four.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e12 ? Format.fixed(value, 0) : Format.metric(value)
  }

  /// Side by side where there is a champion.
  private static func metrics(_ verdict: VerdictDocument) -> HTML {
    let challenger = verdict.challengerVersion.map { "challenger v\($0.number)" } ?? "challenger"
    let champion = verdict.championVersion.map { "champion v\($0.number)" } ?? "champion"
    let metrics = verdict.challengerMetrics.sorted { $0.key < $1.key }
    guard !verdict.championMetrics.isEmpty else {
      return "<h3>Without a champion to compare it with</h3>"
        + Table.table(
          ["Metric", challenger], numeric: [1],
          metrics.map { ["\(Format.metricTitle($0.key))", "\(Format.metric($0.value))"] })
    }
    let rows = metrics.map { name, new -> [HTML] in
      let old = verdict.championMetrics[name]
      let delta = old.map { Format.delta(new - $0) } ?? "–"
      return ["\(Format.metricTitle(name))", "\(Format.metric(new))", "\(Format.metric(old))", "\(delta)"]
    }
    return "<h3>Champion against challenger</h3>"
      + Table.table(["Metric", challenger, champion, "Difference"], numeric: [1, 2, 3], rows)
  }

  /// The paired tests of rules `with confidence`.
  private static func tests(_ verdict: VerdictDocument) -> HTML {
    let tests = verdict.findings.flatMap { ($0.tests ?? []).prefix(testLimit) }
    guard !tests.isEmpty else { return "" }
    let hidden = verdict.findings.reduce(0) { $0 + max(0, ($1.tests?.count ?? 0) - testLimit) }
    let drawn = verdict.resamples.map { ", \(Format.grouped($0)) resamples" } ?? ""
    let rows = tests.map { test -> [HTML] in
      [
        "\(test.subject)", mark(test.holds), "\(test.name)<br><span class=\"soft\">\(test.form)</span>",
        "\(Format.grouped(test.rowCount))", "\(Format.delta(test.difference))",
        "\(Format.delta(test.lower)) to \(Format.delta(test.upper))", "\(test.side) \(Format.delta(test.margin))",
        "\(Format.pValue(test.pValue))",
      ]
    }
    return """
      <h3>Tests on the same rows</h3>
      <p class="soft">Challenger less champion. Each bound is one-sided, with the rule's confidence; p is one-sided, of a difference at the margin\(drawn). \
      As every rule must hold, no correction for their number is needed.</p>
      \(Table.table(["Of", "Shown", "Test", "Rows", "Difference", "Bounds", "Must be", "p"], numeric: [3, 4, 5, 6, 7], rows))
      \(hidden > 0 ? "<p class=\"soft\">\(Format.grouped(hidden)) more are in the verdict.</p>" : "")
      """
  }

  /// `Refused: flights-delay@v3.`
  private static func decision(_ verdict: VerdictDocument, _ promotion: PromotionDocument?) -> HTML {
    let challenger = verdict.challengerVersion?.text ?? "challenger \(verdict.challenger.shortText)"
    return switch promotion?.decision ?? verdict.decision {
    case .promote: "<span class=\"good\">\(promotion == nil ? "Passed" : "Promoted"):</span> \(challenger)."
    case .hold: "<span class=\"warn\">On hold:</span> \(challenger)."
    case .reject: "<span class=\"warn\">Refused:</span> \(challenger)."
    }
  }

  /// Words beside the colour: not everybody sees it.
  private static func mark(_ holds: Bool?) -> HTML {
    switch holds {
    case true?: "<span class=\"good\">✓ yes</span>"
    case false?: "<span class=\"bad\">✗ no</span>"
    case nil: "<span class=\"warn\">? undecided</span>"
    }
  }
}
