internal import Records
internal import Store

/// What is known of the version that a card is about, and what is not: a card is as good as the evidence behind it.
struct ModelEvidence: Hashable, Sendable {
  enum State: String, Codable, Hashable, Sendable {
    case present, missing
    /// Nothing of the kind can be made for models of its task.
    case notApplicable = "not-applicable"
  }

  struct Item: Hashable, Sendable {
    var title: String
    var state: State
    /// What it says, or what would make it.
    var words: String
    /// The section of the page that shows it.
    var section: String?
  }

  let items: [Item]

  var missing: [Item] { items.filter { $0.state == .missing } }

  init(_ dossier: ModelDossier) {
    items = Self.ofMetrics(dossier) + Self.ofData(dossier) + Self.ofUse(dossier)
  }

  private static func item(_ title: String, _ found: String?, or hint: String, in section: String? = nil) -> Item {
    Item(title: title, state: found == nil ? .missing : .present, words: found ?? hint, section: section)
  }

  /// Of what is made for two classes alone.
  private static func binary(_ title: String, _ metrics: MetricsDocument?, _ found: String?, or hint: String) -> Item {
    guard let metrics, metrics.task != "binary", found == nil else {
      return item(title, found, or: hint, in: "metrics")
    }
    return Item(title: title, state: .notApplicable, words: "made for two classes alone", section: nil)
  }

  private static func ofMetrics(_ dossier: ModelDossier) -> [Item] {
    let metrics = dossier.metrics
    func many(_ count: Int?, _ one: String, _ more: String) -> String? {
      guard let count, count > 0 else { return nil }
      return count == 1 ? "1 \(one)" : "\(Format.grouped(count)) \(more)"
    }
    return [
      item(
        "Metrics", metrics.map { "\($0.metrics.count) on \(Format.grouped($0.rowCount)) rows" },
        or: "an `evaluate` step in the job that makes it would measure it", in: "metrics"),
      item(
        "Intervals", metrics?.intervals.flatMap { many($0.count, "metric has one", "metrics have one") },
        or: metrics?.resampling?.reason ?? "`resamples` of `evaluate` makes them", in: "metrics"),
      item(
        "Simpler models beside it", many(metrics?.baselines?.count, "baseline", "baselines"),
        or: "`evaluate` sets some beside it where it can", in: "metrics"),
      item(
        "Slices", many(metrics?.slices.count, "slice", "slices"), or: "`slices` of `evaluate` names them", in: "metrics"
      ),
      item(
        "Search for its weak spots",
        metrics?.worstSlices.map { "\(Format.grouped($0.triedCount)) slices tried" },
        or: "`worst-slices` of `evaluate` searches",
        in: "metrics"),
      binary(
        "Fairness", metrics, many(metrics?.fairness?.count, "comparison of groups", "comparisons of groups"),
        or: "`fairness` of `evaluate` compares groups"),
      binary("Calibration", metrics, many(metrics?.calibration?.count, "bin", "bins"), or: "`evaluate` tells it"),
      binary(
        "Cost of decisions", metrics, metrics?.costs.map { "at the threshold \(Format.metric($0.threshold))" },
        or: "`costs` of `evaluate` says what errors cost"),
      item(
        "Explanation",
        dossier.explanation.map { "\($0.features.count) features on \(Format.grouped($0.sampleCount)) rows" },
        or: "an `explain` step makes one", in: "explanation"),
    ]
  }

  private static func ofData(_ dossier: ModelDossier) -> [Item] {
    [
      item(
        "Contract of its data", dossier.contract.map { "\($0.contract): \($0.headline)" },
        or: "a `validate` step holds data against one"),
      item(
        "Way back to the raw files",
        dossier.lineage.flatMap { graph in
          graph.boxes.count > 1 && graph.endsAtRawFiles ? "every one of its sources" : nil
        },
        or: dossier.lineage.map { $0.boxes.count > 1 ? "some of it is not recorded" : "it is not recorded" }
          ?? "it is not recorded",
        in: "lineage"),
      item(
        "Done again", dossier.reproduction.map { "\($0.label.rawValue), \($0.at.date)" },
        or: "`nightshift reproduce \(dossier.version?.run ?? "RUN")` does it again", in: "recipe"),
    ]
  }

  private static func words(_ decision: VerdictDocument.Decision) -> String {
    switch decision {
    case .promote: "passed"
    case .hold: "on hold"
    case .reject: "refused"
    }
  }

  private static func ofUse(_ dossier: ModelDossier) -> [Item] {
    let drift = dossier.nights.first { $0.drift != nil }
    let truth = dossier.nights.first { $0.performance != nil }
    let number = dossier.version?.number
    let own = dossier.ledger.events.entries.lazy.compactMap(\.verdict).first {
      $0.challenger == number && number != nil
    }
    let fields = HumanCardSection.fields(dossier.card)
    let written = fields.filter { $0.text != nil }.count
    return [
      item(
        "Verdict on it", own.map { "\(words($0.decision)) by \($0.ruleCount) rule\($0.ruleCount == 1 ? "" : "s")" },
        or: "a `gate` step judges it before it is used", in: "verdict"),
      item("Drift watch", drift.map { "last \($0.date)" }, or: "a `monitor` step watches what it reads", in: "well"),
      item(
        "How predictions came true", truth.map { "last \($0.date)" },
        or: "a `feedback` step brings labels to its predictions", in: "well"),
      item(
        "What people say of it",
        written == fields.count ? "all \(fields.count) parts" : nil,
        or: "\(written) of \(fields.count) parts are written", in: "purpose"),
    ]
  }
}

extension ModelEvidence {
  private var counted: Int { items.count { $0.state != .notApplicable } }

  /// In a sentence at the top.
  var summary: HTML {
    guard !missing.isEmpty else { return "<a href=\"#evidence\">All \(counted) kinds of evidence</a> are there." }
    let names = missing.map { $0.title.prefix(1).lowercased() + $0.title.dropFirst() }.joined(separator: ", ")
    return
      "<a href=\"#evidence\">\(counted - missing.count) of \(counted) kinds of evidence</a> are there; missing: \(names)."
  }

  var table: HTML {
    let order: [State] = [.missing, .present, .notApplicable]
    let rows = order.flatMap { state in items.filter { $0.state == state } }.map { item -> [HTML] in
      let words = ProfileText.clipped(item.words, 240)
      switch item.state {
      case .present:
        let title: HTML = item.section.map { "<a href=\"#\($0)\">\(item.title)</a>" } ?? "\(item.title)"
        return [title, "<span class=\"good\">✓ there:</span> \(Self.code(words))"]
      case .missing:
        return ["\(item.title)", "<span class=\"warn\">✗ missing:</span> \(Self.code(words))"]
      case .notApplicable:
        return ["\(item.title)", "<span class=\"soft\">– not for its task:</span> \(Self.code(words))"]
      }
    }
    return "<h2 id=\"evidence\">Evidence</h2>" + Table.table(["Kind", "What is known"], rows)
  }

  /// What stands between two backticks is what a spec or a shell says.
  private static func code(_ words: String) -> HTML {
    let parts = words.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    // An odd one is a sign of somebody's own.
    guard parts.count % 2 == 1 else { return "\(words)" }
    return HTML(
      joining: parts.enumerated().map { place, part -> HTML in
        place % 2 == 1 ? "<code>\(part)</code>" : "\(part)"
      })
  }
}
