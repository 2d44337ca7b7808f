internal import Pipeline
internal import Records
internal import Reports
internal import Store

/// Reports that leave the site: in one file, or as other programs read them.
struct ReportSending {
  private let site: Site
  private let archive: RunArchive
  private let evidence: StoredEvidence

  struct File {
    /// What it is called where nobody says.
    var name: String
    var bytes: [UInt8]
  }

  init(_ site: Site) {
    self.site = site
    archive = RunArchive(site.store)
    evidence = StoredEvidence(site)
  }

  func single(_ text: String) throws -> File {
    let news = try news(text)
    let earlier = try archive.names().first { name in
      guard name.hasPrefix(news.record.job + "-"), try archive.hasRecord(of: name) else { return false }
      return try archive.record(of: name).map {
        $0.job == news.record.job && ($0.logicalTime, $0.id) < (news.record.logicalTime, news.record.id)
      } ?? false
    }
    let before = try earlier.flatMap { try archive.record(of: $0) }.map { try RunNews($0, evidence) }
    let pages = RunPages(news, before: before, siteName: site.name, evidence: evidence)
    return File(name: "\(news.record.id).html", bytes: try SingleReport(pages).bytes)
  }

  /// Of runs, or of versions of models.
  func comparison(of names: [String]) throws -> File {
    let areVersions = names.filter { $0.contains("@") }
    guard areVersions.isEmpty || areVersions.count == names.count else {
      throw Refusal(status: .usage, description: "compare runs with runs, and versions of models with such versions")
    }
    let page: ComparePage
    let asOf: Timestamp
    if areVersions.isEmpty {
      let runs = try names.map { try record($0) }
      page = try ComparePage(runs, evidence)
      asOf = runs.map(\.logicalTime).max() ?? Runner.now()
    } else {
      page = try ComparePage(try names.map { try version($0) }, evidence)
      asOf = Runner.now()
    }
    return File(
      name: "compare.html", bytes: page.lonePage(siteName: site.name, path: "compare.html", asOf: asOf).bytes)
  }

  func markdown(_ text: String) throws -> String { RunMarkdown(RunFacts(try news(text))).text }

  func junit(_ text: String) throws -> String { RunJUnit(RunFacts(try news(text))).text }

  private func version(_ text: String) throws -> VersionLabel {
    let found = try VersionLookup(site).find(text, [.model])
    guard let version = found.version else {
      throw Refusal(status: .usage, description: "“\(text)” is no published version of a model")
    }
    return version
  }

  private func news(_ text: String) throws -> RunNews { try RunNews(try record(text), evidence) }

  private func record(_ text: String) throws -> RunRecord {
    let name = try archive.run(meantBy: text)
    guard let record = try archive.record(of: name) else {
      throw Refusal(
        status: .usage,
        description: "there is no record of “\(text)”: it has not ended, or never was; `nightshift runs` lists them")
    }
    return record
  }
}
