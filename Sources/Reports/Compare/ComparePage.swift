package import Records

/// A ``Comparison`` as a page: of a model's versions, of a job's runs, or of whatever somebody asked for.
package struct ComparePage {
  private let comparison: Comparison
  private let title: String

  package init(_ comparison: Comparison, title: String) {
    self.comparison = comparison
    self.title = title
  }

  /// The versions of a model.
  package init(_ ledger: ModelLedger, _ evidence: any Evidence) throws {
    let candidates = try ModelCandidate.newest(of: ledger, evidence)
    var comparison = Comparison(candidates)
    comparison.leftOutCount = ledger.versions.entries.count - candidates.count
    self.comparison = comparison
    title = "\(ledger.name): versions side by side"
  }

  /// The newest runs of a job, with the newest of them.
  package init(_ job: JobLedger) {
    comparison = Comparison(job.runs.entries)
    title = "\(job.job): runs side by side"
  }

  /// Any runs, with the first of them.
  package init(_ runs: [RunRecord], _ evidence: any Evidence) throws {
    comparison = Comparison(try runs.map { try RunReading($0, RunDocuments(of: $0, evidence)).jobRun })
    title = "Runs side by side"
  }

  /// Any versions of models, with the first of them.
  package init(_ models: [VersionLabel], _ evidence: any Evidence) throws {
    comparison = Comparison(try models.map { try ModelCandidate($0, evidence) })
    title = "Models side by side"
  }

  /// Of a site.
  ///
  /// - Parameter crumbs: the way from the site's first page to this one.
  func page(_ layout: Layout, crumbs: [HTML]) -> Page { layout.page(title, crumbs: crumbs, body(layout)) }

  /// That belongs to no site: it links to nothing.
  package func lonePage(siteName: String, path: String, asOf: Timestamp) -> Page {
    var alone = comparison
    for index in alone.subjects.indices { alone.subjects[index].page = nil }
    let layout = Layout(siteName: siteName, path: path, asOf: asOf)
    return layout.lonePage(title, ComparePage(alone, title: title).body(layout))
  }

  private func body(_ layout: Layout) -> HTML {
    guard !comparison.subjects.isEmpty else {
      return "<h1>\(title)</h1><p class=\"lead\">There is nothing to compare yet.</p>"
    }
    return "<h1>\(title)</h1><p class=\"lead\">\(lead)</p>\(ComparisonSection.html(comparison, layout))"
  }

  private var lead: HTML {
    let names = comparison.parameters.filter(\.differs)
    let differing = names.filter { $0.group == "Parameters" }.count
    let given: HTML =
      names.isEmpty
      ? "were given the same"
      : "differ in \(differing == 0 ? "no parameter" : differing == 1 ? "1 parameter" : "\(differing) parameters") and \(names.count - differing) other \(names.count - differing == 1 ? "thing" : "things")"
    let count = comparison.subjects.count
    return count == 1
      ? "\(comparison.subjects[0].name) is the only one." : "\(count) \(comparison.noun) side by side: they \(given)."
  }

  /// The same for machines.
  package var twin: CompareTwin { CompareTwin(title: title, comparison: comparison) }
}

/// `compare.json`.
package struct CompareTwin: Encodable, Sendable {
  var format = "nightshift-compare 1"
  var title: String
  var comparison: Comparison

  fileprivate init(title: String, comparison: Comparison) {
    self.title = title
    self.comparison = comparison
  }
}
