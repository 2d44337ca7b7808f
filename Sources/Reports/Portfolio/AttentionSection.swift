internal import Records

/// What somebody should look at; nothing when there is nothing.
struct AttentionSection {
  let site: SiteLedger
  let terms: SiteTerms

  private static let limit = 60

  func html(_ layout: Layout) -> HTML {
    let items = alerts.map { item($0, layout) } + rejected
    guard !items.isEmpty else { return "" }
    let more: HTML =
      items.count > Self.limit ? "<li>\(Format.grouped(items.count - Self.limit)) more are in the JSON.</li>" : ""
    return "<h2 id=\"attention\">Needs a look</h2><ul class=\"plain\">\(Array(items.prefix(Self.limit)))\(more)</ul>"
  }

  /// The open alerts: of jobs that fail, of models, of contracts, of runs that gave something else when they were done
  /// again.
  var alerts: [OpenAlert] {
    let failing = site.jobs.compactMap { job -> OpenAlert? in
      guard let since = job.failingSince else { return nil }
      let reason = job.newest.reason ?? "a step failed"
      return OpenAlert(
        Alert(kind: .failed, subject: job.job, since: since, text: reason), page: Paths.run(job.newest.id))
    }
    let late = site.jobs.compactMap { job -> OpenAlert? in
      guard let due = terms.due[job.job], due < terms.now else { return nil }
      return OpenAlert(
        Alert(kind: .late, subject: job.job, since: due, text: "was due and has not run"), page: Paths.job(job.job))
    }
    let models = site.models.flatMap { model in
      model.alerts.map { OpenAlert($0, page: Paths.model(model.project, model.name)) }
    }
    let contracts = site.datasets.filter(\.contractStops).map { data in
      OpenAlert(
        Alert(
          kind: .contract, subject: data.key.text, since: data.created ?? terms.now,
          text: data.contract ?? "a rule is broken"), page: Paths.dataset(data.project, data.name))
    }
    let differing = site.differing.map { run in
      OpenAlert(
        Alert(kind: .differs, subject: run.id, since: run.finished, text: "done again, it gave something else"),
        page: Paths.run(run.id))
    }
    return failing + late + contracts + differing + models
  }

  private func item(_ open: OpenAlert, _ layout: Layout) -> HTML {
    let alert = open.alert
    let mark: HTML = alert.kind.isBad ? "bad" : "warn"
    return
      "<li><span class=\"\(mark)\">\(alert.kind.title)</span> <a href=\"\(layout.to(open.page))\">\(alert.subject)</a>: \(alert.text) <span class=\"soft\">since \(alert.since.date)</span></li>"
  }

  private var rejected: [HTML] {
    guard terms.rejectedCount > 0 else { return [] }
    let words = terms.rejectedCount == 1 ? "1 spec had" : "\(Format.grouped(terms.rejectedCount)) specs had"
    return [
      "<li><span class=\"warn\">Rejected</span> \(words) mistakes since yesterday: see <code>Jobs/rejected</code></li>"
    ]
  }
}

/// An alert and the page that tells more.
struct OpenAlert: Hashable, Sendable {
  var alert: Alert
  var page: String

  init(_ alert: Alert, page: String) {
    self.alert = alert
    self.page = page
  }
}

extension Alert.Kind {
  var title: String {
    switch self {
    case .failed: "Failed"
    case .refused: "Refused"
    case .held: "Held back"
    case .drift: "Drift"
    case .retraining: "Retraining"
    case .contract: "Contract"
    case .differs: "Not reproduced"
    case .late: "Late"
    }
  }

  /// Something is broken, where others ask for a judgement.
  var isBad: Bool { [.failed, .contract, .differs, .late].contains(self) }
}
