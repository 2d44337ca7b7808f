internal import Records

/// A ``VerdictDocument``, as several pages show it.
enum VerdictSection {
  /// Champion and challenger side by side, and every rule with its numbers.
  static func html(_ verdict: VerdictDocument, _ promotion: PromotionDocument?) -> HTML {
    let names = verdict.challengerMetrics.keys.sorted()
    let challenger = verdict.challengerVersion.map { "challenger v\($0.number)" } ?? "challenger"
    let champion = verdict.championVersion.map { "champion v\($0.number)" } ?? "no champion"
    let rules = verdict.findings.map { finding -> [HTML] in
      [
        "<code>\(finding.rule)</code>", mark(finding.holds), "\(Format.metric(finding.observed))",
        "\(Format.metric(finding.required))", "\(finding.explanation)",
      ]
    }
    let metrics = names.map { name -> [HTML] in
      let (new, old) = (verdict.challengerMetrics[name], verdict.championMetrics[name])
      let delta = new.flatMap { new in old.map { Format.delta(new - $0) } } ?? "–"
      return ["\(Format.metricTitle(name))", "\(Format.metric(new))", "\(Format.metric(old))", "\(delta)"]
    }
    return """
      <p class="lead">\(decision(verdict.decision)) \(promotion?.explanation ?? "")</p>
      <p class="soft">Judged on the same \(Format.grouped(verdict.rowCount)) rows.</p>
      <h3>Rules</h3>
      \(Table.table(["Rule", "Holds", "Observed", "Required", "In words"], numeric: [2, 3], rules))
      <h3>Champion against challenger</h3>
      \(Table.table(["Metric", challenger, champion, "Difference"], numeric: [1, 2, 3], metrics))
      """
  }

  static func decision(_ decision: VerdictDocument.Decision) -> HTML {
    switch decision {
    case .promote: "<span class=\"good\">Promoted.</span>"
    case .hold: "<span class=\"warn\">On hold.</span>"
    case .reject: "<span class=\"warn\">Refused.</span>"
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
