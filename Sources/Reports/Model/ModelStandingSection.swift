internal import Records
internal import Store

/// Which version is in use since when and why, and whether it is well: what people read of a model's page.
struct ModelStandingSection {
  let dossier: ModelDossier
  let layout: Layout

  // MARK: In use

  var lead: HTML {
    guard let version = dossier.version else { return "No version has been made yet." }
    guard dossier.isInUse else {
      return
        "No version is in use. The newest is version \(version.number), made \(version.created.date)\(version.expired.map { ", \($0)" } ?? "")."
    }
    let since = dossier.move.map { " since \($0.at.date)" } ?? ""
    return "Version \(version.number) is in use\(since). \(reason)"
  }

  /// In a sentence, where the move of the alias names every rule.
  private var reason: HTML {
    guard let number = dossier.version?.number else { return "" }
    if let move = dossier.move, move.isRollBack {
      return "Somebody went back to it: \(Format.prose(ProfileText.clipped(move.why, 240)))."
    }
    let verdicts = dossier.ledger.events.entries.lazy.compactMap(\.verdict)
    if let own = verdicts.first(where: { $0.challenger == number && $0.decision == .promote }) {
      let rules = own.ruleCount == 1 ? "its one rule held" : "all \(own.ruleCount) rules held"
      let against = own.champion.map { " against version \($0), the champion before it," } ?? ""
      return "It was judged\(against) on \(Format.grouped(own.rowCount)) rows, and \(rules)."
    }
    guard let move = dossier.move else { return "Why it was put into use is not recorded." }
    return "\(move.by): \(Format.prose(ProfileText.clipped(move.why, 240)))."
  }

  // MARK: Well or not

  enum State {
    case fine, look, bad, unknown
    /// A number that nobody said a limit for.
    case told
  }

  private struct Line {
    var title: String
    var state: State
    var words: HTML
  }

  var health: HTML {
    let facts = lines.map { line -> (String, HTML) in (line.title, "\(Self.mark(line.state)) \(line.words)") }
    return "<h2 id=\"well\">Is it well?</h2>" + Table.facts(facts)
  }

  private var lines: [Line] {
    // Who learns the truth late has it of predictions: nobody else judges on new data then.
    let hasTruth = dossier.nights.contains { $0.performance != nil }
    let live = hasTruth && !dossier.nights.contains { $0.live != nil } ? nil : self.live
    return [lastNight, live, truth, drift, retraining, age].compactMap(\.self)
  }

  /// Words beside the colour: not everybody sees it.
  private static func mark(_ state: State) -> HTML {
    switch state {
    case .fine: "<span class=\"good\">✓ fine:</span>"
    case .look: "<span class=\"warn\">! look:</span>"
    case .bad: "<span class=\"bad\">✗ failed:</span>"
    case .unknown: "<span class=\"soft\">– not known:</span>"
    case .told: ""
    }
  }

  private var lastNight: Line {
    guard let night = dossier.nights.first else {
      return Line(title: "Last night", state: .unknown, words: "No run has dealt with it.")
    }
    let links = night.runs.map { run -> HTML in "<a href=\"\(layout.to(Paths.run(run.id)))\">\(run.job)</a>" }
    let isHeld = night.decision == .reject || night.decision == .hold
    return Line(
      title: "Last night", state: night.isFailed ? .bad : isHeld ? .look : .fine,
      words: "\(night.date): \(night.outcome) (\(HTML(joining: links, by: ", ")))")
  }

  private var live: Line {
    guard let metric = MainMetric.name(dossier.nights),
      let night = dossier.nights.first(where: { $0.live?.metrics[metric] != nil }), let live = night.live,
      let value = live.metrics[metric]
    else {
      return Line(
        title: "On newly arrived data", state: .unknown, words: "No run judges the version in use on new data.")
    }
    let own = dossier.metrics?.metrics[metric] ?? dossier.judgement?.metrics[metric]
    let before: HTML = own.map { "; \(Format.metric($0)) on the data by which it was chosen" } ?? ""
    return Line(
      title: "On newly arrived data", state: worse(metric, value, night) ? .look : .told,
      words:
        "\(Format.metricTitle(metric)) \(Format.metric(value)) on the \(Format.grouped(live.rowCount)) rows of \(night.date)\(before)"
    )
  }

  /// Whether the version in use does worse on new data than the interval allows that it was chosen with.
  private func worse(_ metric: String, _ value: Double, _ night: Night) -> Bool {
    guard night.live?.version == dossier.version?.number, let interval = dossier.metrics?.intervals?[metric] else {
      return false
    }
    return MainMetric.isBetterLarge(metric) ? value < interval.low : value > interval.high
  }

  private var truth: Line {
    guard let night = dossier.nights.first(where: { $0.performance != nil }) else {
      return Line(
        title: "How predictions came true", state: .unknown,
        words: "No labels are brought together with its predictions.")
    }
    guard let period = dossier.ledger.performance.last(where: { !$0.metrics.isEmpty }),
      let metric = MainMetric.name(period.metrics.mapValues(\.value)), let estimate = period.metrics[metric]
    else {
      return Line(
        title: "How predictions came true", state: .unknown, words: "Too few labels are known yet (\(night.date)).")
    }
    let interval: HTML =
      estimate.low.flatMap { low in
        estimate.high.map { " (95 %: \(Format.metric(low)) to \(Format.metric($0)))" }
      } ?? ""
    return Line(
      title: "How predictions came true", state: .told,
      words:
        "\(Format.metricTitle(metric)) \(Format.metric(estimate.value))\(interval) on predictions from \(period.from) on, \(Format.percent(period.coverage)) of them labelled"
    )
  }

  private var drift: Line {
    guard let night = dossier.nights.first(where: { $0.drift != nil }), let drift = night.drift else {
      return Line(title: "Drift", state: .unknown, words: "Nobody watches what it reads.")
    }
    let names = drift.driftedNames
    let few = names.prefix(6).map { ProfileText.clipped($0, 40) }.joined(separator: ", ")
    let list = few + (names.count > 6 ? " and \(names.count - 6) more" : "")
    if drift.isDrifted {
      return Line(title: "Drift", state: .look, words: "\(night.date): what it reads has moved: \(list)")
    }
    let some: HTML = names.isEmpty ? "no column moved" : "moved: \(list), too few for an alarm"
    return Line(title: "Drift", state: .fine, words: "\(night.date): \(some) (\(drift.columns.count) watched)")
  }

  private var retraining: Line? {
    guard let night = dossier.nights.first(where: { $0.retraining != nil }), let retraining = night.retraining else {
      return nil
    }
    guard let because = retraining.because else {
      return Line(title: "Retraining", state: .fine, words: "\(night.date): nothing asks for it")
    }
    return Line(
      title: "Retraining", state: retraining.isQueued ? .fine : .look,
      words:
        "\(night.date): \(retraining.isQueued ? "queued" : "due, but not queued"), because \(Format.prose(ProfileText.clipped(because, 240)))"
    )
  }

  private var age: Line? {
    guard let version = dossier.version else { return nil }
    let days = max(0, dossier.asOf.seconds - version.created.seconds) / 86_400
    let age = days == 0 ? "new" : days == 1 ? "1 day old" : "\(Format.grouped(days)) days old"
    return Line(
      title: "Age", state: .told,
      words: "made \(version.created.date): \(age) on \(dossier.asOf.date), the newest day that is known of it")
  }
}
