internal import Records

/// One run: its outcome in plain words, then everything behind it.
struct RunPage {
  let reading: RunReading
  /// The run of the same job before it.
  let before: JobRun?
  /// Whether there is a page of the run of that name.
  let hasPage: @Sendable (String) -> Bool
  /// Where an artifact of the run comes from.
  let lineage: @Sendable (Artifact) throws -> HTML

  private var run: RunRecord { reading.record }
  private var documents: RunDocuments { reading.documents }

  var path: String { Paths.run(run.id) }

  func page(_ layout: Layout) throws -> Page {
    layout.page(
      run.id, crumbs: ["<a href=\"\(layout.to(Paths.job(run.job)))\">\(run.job)</a>"], try body(layout))
  }

  /// All that the page says.
  func body(_ layout: Layout) throws -> HTML {
    """
    <h1>\(run.id)</h1>
    <p class="lead">\(outcome)\(verdict)</p>
    \(facts(layout))
    \(sections(layout))
    \(RunChanges.html(of: reading.jobRun, since: before, layout))
    <h2 id="steps">Steps</h2>
    \(timeline)
    \(steps(layout))
    \(curves)
    \(reproduction)
    \(logs)
    <h2 id="artifacts">Inputs and outputs</h2>
    \(artifacts(layout))
    \(try origin())
    """
  }

  private var timeline: HTML {
    let begun = run.started.seconds
    let steps = run.steps.map { step in
      Timeline.Step(
        label: step.id, outcome: Timeline.Outcome(step.outcome),
        offset: step.started.map { Double($0.seconds - begun) }, seconds: step.wallSeconds,
        note: step.peakMemoryBytes > 0 ? Format.bytes(step.peakMemoryBytes) : "")
    }
    return Timeline("Time and memory of each step", steps).html
  }

  private var outcome: HTML {
    let lead = RunLead(run)
    let kind = [RunLead.Tone.good: "good", .warning: "warn", .bad: "bad"][lead.tone] ?? ""
    return "<span class=\"\(kind)\">\(lead.word)</span> \(lead.rest)"
  }

  /// What was decided, in a sentence.
  private var verdict: HTML {
    let sentences = run.steps.flatMap(\.outputs).compactMap { output -> HTML? in
      guard documents.verdicts[output.artifact.digest] != nil,
        let promotion = documents.promotion(of: output.artifact.digest, in: run)
      else { return nil }
      return " \(Format.prose(promotion.explanation))."
    }
    return HTML(joining: sentences)
  }

  private func facts(_ layout: Layout) -> HTML {
    var pairs: [(String, HTML)] = [
      ("Night", Moment.html(run.logicalTime)), ("Executed", "\(Moment.html(run.started)) on \(run.host)"),
      ("Spec", "\(run.specName) <span class=\"mono soft\">\(run.spec.shortText)</span>"),
    ]
    if run.attemptCount > 1 { pairs.append(("Attempts", "\(run.attemptCount): its runner died and another went on")) }
    if let requester = run.requestedBy { pairs.append(("Asked for by", link(requester, layout))) }
    if let because = run.because { pairs.append(("Retrains, because", "\(Format.prose(because))")) }
    if !run.params.isEmpty {
      let params = run.params.sorted { $0.key < $1.key }.map { name, value -> HTML in "<code>\(name) = \(value)</code>"
      }
      pairs.append(("Parameters", HTML(joining: params, by: "<br>")))
    }
    if let before { pairs.append(("Before it", layout.link(run: before.summary.id))) }
    if let reproduction = documents.reproduction {
      pairs.append(("Reproduced", ReproductionSection.word(reproduction.label, reproduction)))
    }
    return Table.facts(pairs)
  }

  /// The name of a run, with a link where it has a page.
  private func link(_ id: String, _ layout: Layout) -> HTML { hasPage(id) ? layout.link(run: id) : "\(id)" }

  private func steps(_ layout: Layout) -> HTML {
    Table.table(
      ["Step", "Kind", "Outcome", "Time", "CPU", "Memory", "Result"], numeric: [3, 4, 5],
      run.steps.map { step -> [HTML] in
        let ran = step.outcome == .ran || step.outcome == .failed
        let notes = step.notes.map { note -> HTML in "<br><span class=\"soft\">\(Format.prose(note))</span>" }
        return [
          "\(step.id)", "\(step.kind)", outcome(step, layout), ran ? "\(Format.seconds(step.wallSeconds))" : "–",
          ran ? "\(Format.seconds(step.cpuSeconds))" : "–", ran ? "\(Format.bytes(step.peakMemoryBytes))" : "–",
          "\(step.reason ?? Format.prose(step.headline ?? ""))\(notes)",
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
      guard let source = step.reusedFrom, hasPage(source), source != run.id else { return "reused" }
      return "<a href=\"\(layout.to(Paths.run(source)))\">reused</a>"
    }
  }

  private var reproduction: HTML {
    documents.reproduction.map { "<h2 id=\"again\">Done again</h2>" + ReproductionSection.html($0) } ?? ""
  }

  private var curves: HTML {
    HTML(
      joining: run.steps.compactMap { step in
        documents.curves[step.id].map { "<h3>What “\(step.id)” told while it ran</h3>" + CurvesSection.html($0) }
      })
  }

  private var logs: HTML {
    HTML(
      joining: run.steps.compactMap { step in
        documents.logTails[step.id].map { "<h3>Last lines of “\(step.id)”</h3><pre>\($0)</pre>" }
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

  /// Lineage of the last thing that the run published: a model, else predictions, else whatever it was.
  private func origin() throws -> HTML {
    let published = run.steps.flatMap { step in step.outputs.map { (step: step, artifact: $0.artifact) } }
      .filter { $0.artifact.version != nil }
    guard
      let (_, artifact) = published.last(where: { $0.artifact.kind == .model })
        ?? published.last(where: { $0.step.kind == "predict" }) ?? published.last,
      let version = artifact.version
    else { return "" }
    return "<h2 id=\"lineage\">Where \(version.text) comes from</h2>" + (try lineage(artifact))
  }
}
