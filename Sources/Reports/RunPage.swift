internal import Records

/// One run: its outcome in plain words, then everything behind it.
struct RunPage {
  let records: SiteRecords
  let run: RunRecord
  let lineage: Lineage
  let looks: Looks

  var path: String { Paths.run(run.id) }

  func page() -> Page {
    let layout = Layout(records: records, path: path)
    return layout.page(
      run.id, crumbs: ["<a href=\"index.html\">runs</a>"],
      """
      <h1>\(run.id)</h1>
      <p class="lead">\(outcome)</p>
      \(facts(layout))
      \(documents(layout))
      <h2>Steps</h2>
      \(Charts.timeline("Time of each step", run.steps.map { ($0.id, $0.outcome == .ran || $0.outcome == .failed ? $0.wallSeconds : 0, $0.outcome == .ran ? Format.seconds($0.wallSeconds) : $0.outcome.rawValue) }))
      \(steps(layout))
      \(curves)
      \(reproduction)
      \(logs)
      <h2>Inputs and outputs</h2>
      \(artifacts(layout))
      \(origin(layout))
      """)
  }

  private var outcome: HTML {
    let reused = run.steps.count { $0.outcome == .reused }
    switch run.outcome {
    case .cancelled: return "<span class=\"warn\">Cancelled:</span> \(run.reason ?? "somebody stopped it")."
    case .failed:
      return
        "<span class=\"bad\">Failed:</span> \(run.reason ?? "a step failed").\(run.steps.contains { $0.outcome == .unreached } ? HTML(raw: " What depended on it was not tried.") : HTML.empty)"
    case .done where reused == run.steps.count:
      return "<span class=\"good\">Done.</span> Nothing had changed: all \(reused) steps were reused."
    case .done:
      return
        "<span class=\"good\">Done</span> in \(Format.seconds(run.wallSeconds)): \(run.steps.count) steps, \(reused) reused."
    }
  }

  private func facts(_ layout: Layout) -> HTML {
    let sameJob = records.runs.filter { $0.job == run.job }
    let index = sameJob.firstIndex { $0.id == run.id }
    var pairs: [(String, HTML)] = [
      ("Night", "\(run.logicalTime.text)"), ("Executed", "\(run.started.text) on \(run.host)"),
      ("Spec", "\(run.specName) <span class=\"mono soft\">\(run.spec.shortText)</span>"),
    ]
    if run.attemptCount > 1 { pairs.append(("Attempts", "\(run.attemptCount): its runner died and another went on")) }
    if let requester = run.requestedBy {
      let isKnown = records.runs.contains { $0.id == requester }
      pairs.append(
        ("Asked for by", isKnown ? "<a href=\"\(layout.to(Paths.run(requester)))\">\(requester)</a>" : "\(requester)"))
    }
    if let because = run.because { pairs.append(("Retrains, because", "\(because)")) }
    if !run.params.isEmpty {
      let params = run.params.sorted { $0.key < $1.key }.map { name, value -> HTML in "<code>\(name) = \(value)</code>"
      }
      pairs.append(("Parameters", HTML(joining: params, by: "<br>")))
    }
    if let index, index + 1 < sameJob.count { pairs.append(("Before it", layout.link(sameJob[index + 1]))) }
    if let index, index > 0 { pairs.append(("After it", layout.link(sameJob[index - 1]))) }
    if let reproduction = records.reproductions[run.id] {
      pairs.append(("Reproduced", ReproductionSection.word(reproduction.label, reproduction)))
    }
    return Table.facts(pairs)
  }

  private func documents(_ layout: Layout) -> HTML {
    var verdicts: [HTML] = []
    var parts: [HTML] = []
    for step in run.steps {
      for output in step.outputs {
        let digest = output.artifact.digest
        if let verdict = records.verdicts[digest] {
          let promotion = records.promotion(of: digest, in: run)
          verdicts.append("<h2>Verdict: \(step.id)</h2>" + VerdictSection.html(verdict, promotion))
        }
        if let contract = records.contracts[digest] {
          parts.append("<h2>Contract: \(step.id)</h2>" + ContractSection.html(contract))
        }
        if let metrics = records.metrics[digest] {
          let looks = looks.count(of: metrics.data)?.html ?? ""
          parts.append("<h2>Metrics: \(step.id)</h2>" + MetricsSection.html(metrics) + looks)
        }
        if let cost = records.costs[digest] {
          parts.append("<h3>What scoring took: \(step.id)</h3>" + CostSection.html(cost))
        }
        if let profile = records.profiles[digest] {
          parts.append(
            "<h2>Profile: \(step.id)</h2>"
              + ProfileSummarySection.html(profile, link: layout.to(Paths.profile(digest.shortText)))
          )
        }
        if let drift = records.drifts[digest] { parts.append("<h2>Drift: \(step.id)</h2>" + DriftSection.html(drift)) }
        if let retraining = records.retrainings[digest] {
          parts.append("<h2>Retraining</h2>" + RetrainingSection.html(retraining))
        }
        if let trials = records.trials[digest] {
          parts.append("<h2>Trials: \(step.id)</h2>" + TrialsSection.html(trials))
        }
        if let explanation = records.explanations[digest] {
          parts.append("<h2>Explanation: \(step.id)</h2>" + ExplanationSection.html(explanation))
        }
        if let disagreement = records.disagreements[digest] {
          parts.append("<h2>In the shadow: \(step.id)</h2>" + DisagreementSection.html(disagreement))
        }
        if let performance = records.performances[digest] {
          parts.append("<h2>How predictions came true: \(step.id)</h2>" + PerformanceSection.html(performance))
        }
      }
    }
    return HTML(joining: verdicts + parts)
  }

  private func steps(_ layout: Layout) -> HTML {
    Table.table(
      ["Step", "Kind", "Outcome", "Time", "CPU", "Memory", "Result"], numeric: [3, 4, 5],
      run.steps.map { step -> [HTML] in
        let ran = step.outcome == .ran || step.outcome == .failed
        let notes = step.notes.map { note -> HTML in "<br><span class=\"soft\">\(note)</span>" }
        return [
          "\(step.id)", "\(step.kind)", outcome(step, layout), ran ? "\(Format.seconds(step.wallSeconds))" : "–",
          ran ? "\(Format.seconds(step.cpuSeconds))" : "–", ran ? "\(Format.bytes(step.peakMemoryBytes))" : "–",
          "\(step.reason ?? step.headline ?? "")\(notes)",
        ]
      })
  }

  private func outcome(_ step: StepRecord, _ layout: Layout) -> HTML {
    switch step.outcome {
    case .ran: return "ran"
    case .failed: return "<span class=\"bad\">failed</span>"
    case .skipped: return "skipped"
    case .unreached: return "<span class=\"warn\">not reached</span>"
    case .reused:
      guard let source = step.reusedFrom, records.runs.contains(where: { $0.id == source }), source != run.id else {
        return "reused"
      }
      return "<a href=\"\(layout.to(Paths.run(source)))\">reused</a>"
    }
  }

  private var reproduction: HTML {
    records.reproductions[run.id].map { "<h2>Done again</h2>" + ReproductionSection.html($0) } ?? ""
  }

  private var curves: HTML {
    HTML(
      joining: run.steps.compactMap { step in
        records.curves[SiteRecords.LogName(run: run.id, step: step.id)].map {
          "<h3>What “\(step.id)” told while it ran</h3>" + CurvesSection.html($0)
        }
      })
  }

  private var logs: HTML {
    HTML(
      joining: run.steps.compactMap { step in
        records.logTails[SiteRecords.LogName(run: run.id, step: step.id)].map {
          "<h3>Last lines of “\(step.id)”</h3><pre>\($0)</pre>"
        }
      })
  }

  private func artifacts(_ layout: Layout) -> HTML {
    let rows = run.steps.flatMap { step -> [[HTML]] in
      step.inputs.map { input -> [HTML] in
        let shown = input.artifact.map { layout.link($0) } ?? "none yet"
        return ["\(step.id)", "reads \(input.name)", shown, "\(input.reference)", digest(input.artifact)]
      }
        + step.outputs.map { output -> [HTML] in
          [
            "\(step.id)", "makes \(output.name.isEmpty ? output.artifact.kind.rawValue : output.name)",
            layout.link(output.artifact), "", digest(output.artifact),
          ]
        }
    }
    return Table.table(["Step", "", "Artifact", "As the spec says", "Digest"], rows)
  }

  private func digest(_ artifact: Artifact?) -> HTML {
    artifact.map { "<span class=\"mono soft\" title=\"\($0.digestText)\">\($0.shortDigest)</span>" } ?? ""
  }

  /// Lineage of the last thing that the run published.
  private func origin(_ layout: Layout) -> HTML {
    let published = run.steps.flatMap(\.outputs).map(\.artifact).filter { $0.version != nil }
    guard
      let artifact = published.last(where: { $0.kind == .model }) ?? published.first(where: {
        records.datasetDescriptions[$0.description]?.predictions != nil
      }) ?? published.last,
      let version = artifact.version
    else { return "" }
    return """
      <h2>Where \(version.text) comes from</h2>
      \(lineage.picture(of: artifact, title: "Lineage of \(version.text)"))
      \(lineage.table(of: artifact, layout))
      """
  }
}
