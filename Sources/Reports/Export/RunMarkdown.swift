internal import Records

/// A run in a page of Markdown, as CI systems show it beside a job: the outcome first, then what was decided and why, then
/// the numbers. At most some 300 kB, whatever the run.
package struct RunMarkdown {
  private let facts: RunFacts
  private var run: RunRecord { facts.run }

  /// More of a kind would be a report.
  private static let documentLimit = 8
  private static let rowLimit = 40
  private static let logLimit = 4000

  package init(_ facts: RunFacts) { self.facts = facts }

  /// The summary; the same facts give the same text.
  package var text: String {
    let lead = RunLead(run)
    let sign = [RunLead.Tone.good: "✅", .warning: "⚠️", .bad: "❌"][lead.tone] ?? ""
    let parts: Markdown = """
      ## \(sign) \(run.id)

      **\(lead.word)** \(lead.rest)

      \(verdicts)\(contracts)\(logs)### Steps

      \(steps)\(metrics)\(drifts)### Inputs and outputs

      \(artifacts)<sub>Night \(run.logicalTime.text) · executed \(run.started.text) on \(run.host) · spec \(run.specName) \
      (\(run.spec.shortText)) · Nightshift \(run.toolVersion)</sub>

      """
    return parts.text
  }

  /// The documents of the steps, in the steps' order.
  private func each<Document>(
    _ documents: [String: Document], _ part: (StepRecord, Document) -> Markdown
  ) -> [Markdown] {
    let found = run.steps.compactMap { step in documents[step.id].map { (step, $0) } }
    let rest = found.count - Self.documentLimit
    return found.prefix(Self.documentLimit).map(part)
      + (rest > 0 ? ["\(rest) more of this kind are in the report.\n\n"] : [])
  }

  private var verdicts: [Markdown] {
    each(facts.verdicts) { step, verdict in
      let promotion = facts.promotions[step.id]
      let open = verdict.findings.filter { $0.holds != true }
      let count = verdict.findings.count
      let held: Markdown =
        open.isEmpty
        ? "\(count == 1 ? "The only rule holds" : "All \(count) rules hold"), on \(Format.grouped(verdict.rowCount)) rows.\n\n"
        : "\(open.count) of \(count) rules \(open.count == 1 ? "does" : "do") not hold, on \(Format.grouped(verdict.rowCount)) rows.\n\n"
      return """
        ### Verdict: \(step.id)

        **\(Self.decision(verdict, promotion))** \(promotion?.explanation ?? "")

        \(held)\(rules(open))\(comparison(verdict))
        """
    }
  }

  private static func decision(_ verdict: VerdictDocument, _ promotion: PromotionDocument?) -> String {
    let name = verdict.challengerVersion?.text ?? "the challenger"
    switch promotion?.decision ?? verdict.decision {
    case .promote: return promotion == nil ? "Passed: \(name)." : "Promoted: \(name)."
    case .hold: return "On hold: \(name)."
    case .reject: return "Refused: \(name)."
    }
  }

  private func rules(_ findings: [VerdictDocument.Finding]) -> Markdown {
    Markdown.table(
      ["Rule", "Holds", "Observed", "Required", "In words"], numeric: [2, 3], limit: Self.rowLimit,
      findings.map { finding in
        [
          "\(finding.rule)", finding.holds == nil ? "undecided" : "**no**", "\(Format.metric(finding.observed))",
          "\(Format.metric(finding.required))", "\(finding.explanation)",
        ]
      })
  }

  private func comparison(_ verdict: VerdictDocument) -> Markdown {
    let challenger = verdict.challengerVersion.map { "Challenger v\($0.number)" } ?? "Challenger"
    let champion = verdict.championVersion.map { "Champion v\($0.number)" } ?? "Champion"
    let rows = verdict.challengerMetrics.sorted { $0.key < $1.key }.map { name, new -> [Markdown] in
      let old = verdict.championMetrics[name]
      return [
        "\(Format.metricTitle(name))", "\(Format.metric(new))", "\(Format.metric(old))",
        "\(old.map { Format.delta(new - $0) } ?? "–")",
      ]
    }
    return Markdown.table(
      ["Metric", challenger, champion, "Difference"], numeric: [1, 2, 3], limit: Self.rowLimit, rows)
  }

  private var contracts: [Markdown] {
    each(facts.contracts) { step, contract in
      let open = contract.findings.filter { $0.outcome != .passed }
      let rows = open.map { finding -> [Markdown] in
        let word = finding.outcome == .failed ? "broken" : "not checked"
        let mark: Markdown = finding.severity == .error ? "**\(word)**" : "\(word) (\(finding.severity.rawValue))"
        return ["\(finding.statement)", mark, "\(finding.explanation)"]
      }
      let name = contract.dataVersion?.text ?? "the data"
      let stopped: Markdown = contract.stops.isEmpty ? "" : "**Stopped.** "
      return """
        ### Contract: \(step.id)

        \(stopped)\(contract.headline), in \(Format.grouped(contract.rowCount)) rows of \(name).

        \(Markdown.table(["Rule", "Result", "In numbers"], limit: Self.rowLimit, rows))
        """
    }
  }

  private var logs: [Markdown] {
    each(facts.logTails) { step, tail in
      guard step.outcome == .failed else { return "" }
      return "### Last lines of \(step.id)\n\n\(Markdown.block(String(tail.unicodeScalars.suffix(Self.logLimit))))"
    }
  }

  private var steps: Markdown {
    Markdown.table(
      ["Step", "Kind", "Outcome", "Time", "CPU", "Memory", "Result"], numeric: [3, 4, 5],
      run.steps.map { step in
        let ran = step.outcome == .ran || step.outcome == .failed
        return [
          "\(step.id)", "\(step.kind)", step.outcome == .failed ? "**failed**" : "\(step.outcome.words)",
          ran ? "\(Format.seconds(step.wallSeconds))" : "–", ran ? "\(Format.seconds(step.cpuSeconds))" : "–",
          ran ? "\(Format.bytes(step.peakMemoryBytes))" : "–", "\(step.reason ?? step.headline ?? "")",
        ]
      })
  }

  private var metrics: [Markdown] {
    each(facts.metrics) { step, document in
      var rows = document.metrics.sorted { $0.key < $1.key }.map { name, value -> [Markdown] in
        let interval = document.intervals?[name].map { "\(Format.metric($0.low)) to \(Format.metric($0.high))" }
        return ["\(Format.metricTitle(name))", "\(Format.metric(value))", "\(interval ?? "–")"]
      }
      rows += document.undefined.sorted { $0.key < $1.key }.map { name, why in
        ["\(Format.metricTitle(name))", "–", "undefined: \(why)"]
      }
      let share = document.resampling.map { " of \(Format.percent($0.confidence))" } ?? ""
      let data = document.dataVersion.map { " of \($0.text)" } ?? ""
      return """
        ### Metrics: \(step.id)

        \(document.modelVersion?.text ?? document.model.shortText) on \(Format.grouped(document.rowCount)) rows\(data).

        \(Markdown.table(["Metric", "Value", "Interval\(share)"], numeric: [1, 2], limit: Self.rowLimit, rows))
        """
    }
  }

  private var drifts: [Markdown] {
    each(facts.drifts) { step, document in
      let moved = document.columns.filter(\.isDrifted)
      let words =
        moved.isEmpty ? "No column has drifted" : "\(moved.count) of \(document.columns.count) columns have drifted"
      let rows = moved.map { column -> [Markdown] in ["\(column.name)", "\(Format.fixed(column.psi, 3))"] }
      return """
        ### Drift: \(step.id)

        \(words)\(document.isDrifted ? ": enough for the alarm" : moved.isEmpty ? "" : ", too few for the alarm").

        \(Markdown.table(["Column", "PSI"], numeric: [1], limit: Self.rowLimit, rows))
        """
    }
  }

  private var artifacts: Markdown {
    let rows = run.steps.flatMap { step -> [[Markdown]] in
      step.inputs.compactMap { input in
        input.artifact.map { row(step, "reads \(input.name)", $0) }
      } + step.outputs.map { row(step, "makes \($0.name.isEmpty ? $0.artifact.kind.rawValue : $0.name)", $0.artifact) }
    }
    return Markdown.table(["Step", "", "Artifact", "Digest"], rows)
  }

  private func row(_ step: StepRecord, _ word: String, _ artifact: Artifact) -> [Markdown] {
    ["\(step.id)", "\(word)", "\(artifact.version?.text ?? artifact.kind.rawValue)", "`\(artifact.digestText)`"]
  }
}
