package import Records
package import Store

/// The ledgers of a site while news are entered: which pages they touch is known by what they change.
///
/// The order in which news come does not matter, as long as no run is older than what its ledgers hold (see ``isTooOld(_:)``):
/// entering all of a site at once gives what entering it night by night gave.
package struct SiteBook: Sendable {
  package private(set) var site: SiteLedger
  var models = Drawer<EntityKey, ModelLedger>(
    path: { "models/\($0.text).json" }, fresh: { ModelLedger(project: $0.project, name: $0.name) })
  var datasets = Drawer<EntityKey, DatasetLedger>(
    path: { "datasets/\($0.text).json" }, fresh: { DatasetLedger(project: $0.project, name: $0.name) })
  var jobs = Drawer<String, JobLedger>(path: { "jobs/\($0).json" }, fresh: { JobLedger(job: $0) })
  var days = Drawer<String, DayLedger>(path: { "days/\($0).json" }, fresh: { DayLedger(date: $0) })
  var looks = Drawer<String, LooksLedger>(path: { "looks/\($0).json" }, fresh: { _ in LooksLedger() })
  var audit = Drawer<String, AuditDay>(path: { "audit/\($0).json" }, fresh: { AuditDay(date: $0) })
  /// Runs whose pages say something else now, though they are no news themselves.
  package private(set) var touchedRuns: Set<String> = []
  /// Versions that the runs among the news made.
  private var published: [PublishedName: PublishedVersion] = [:]
  let shelf: any LedgerShelf
  let evidence: any Evidence
  let siteName: String
  /// Whether there is a record, so that there is a page, of the run of that name.
  let hasPage: @Sendable (String) -> Bool

  package init(
    _ site: SiteLedger, named siteName: String, shelf: any LedgerShelf, evidence: any Evidence,
    hasPage: @escaping @Sendable (String) -> Bool
  ) {
    self.site = site
    self.siteName = siteName
    self.hasPage = hasPage
    self.shelf = shelf
    self.evidence = evidence
  }

  /// All ledgers that changed, to be kept, but for that of the site.
  package func files() throws -> [LedgerFile] {
    try models.files() + datasets.files() + jobs.files() + days.files() + looks.files() + audit.files()
  }

  // MARK: Runs

  /// How many of the newest events of a model are looked at to say what changed in a night.
  static let window = 40

  /// Whether a run that comes late is older than what ledgers hold for certain: then all is to be made anew.
  package mutating func isTooOld(_ news: RunNews) throws -> Bool {
    let reading = news.reading
    let place = reading.summary.place
    let job = try jobs.look(reading.record.job, shelf).runs
    if job.isFull, let last = job.entries.last, place < last.place { return true }
    return try reading.models.contains { key in
      let events = try models.look(key, shelf).events
      return events.isFull && place < events.entries[events.entries.count - Self.window].place
    }
  }

  /// Enters a run, or one anew of which more is known, and gives its pages.
  ///
  /// - Parameter before: the run of the same job before it, where the job's ledger does not reach back to it.
  package mutating func enter(_ news: RunNews, before: RunNews? = nil) throws -> RunPages {
    let known = try enter(news.reading)
    return RunPages(
      reading: news.reading, before: known ?? before?.reading.jobRun, siteName: siteName, hasPage: hasPage,
      evidence: evidence)
  }

  /// The pages of a run that was entered before, as what is known by now has them.
  ///
  /// - Parameter before: as for a run that is entered.
  package mutating func pages(of news: RunNews, before: RunNews? = nil) throws -> RunPages {
    let entries = try jobs.look(news.reading.record.job, shelf).runs.entries
    return RunPages(
      reading: news.reading, before: entries.first { $0.place < news.place } ?? before?.reading.jobRun,
      siteName: siteName, hasPage: hasPage, evidence: evidence)
  }

  /// Whether the ledger of its job knows the run before it, if there is one.
  package mutating func reaches(before news: RunNews) throws -> Bool {
    let runs = try jobs.look(news.reading.record.job, shelf).runs
    return !runs.isFull || runs.entries.contains { $0.place < news.place }
  }

  /// What people wrote of the model is other than it was.
  package mutating func touch(model: EntityKey) throws { try models.change(model, shelf) { _ in } }

  private mutating func enter(_ reading: RunReading) throws -> JobRun? {
    let summary = reading.summary
    noteAwaited(reading)
    for version in reading.documents.published {
      published[PublishedName(kind: version.kind, version: version.label)] = version
    }
    site.recent.add(summary)
    note(differing: summary)
    try days.change(summary.logicalTime.date, shelf) { $0.add(summary) }
    for key in reading.models { try enter(reading.event(of: key), of: key) }
    for (key, period) in reading.periods { try enter(period, of: key) }
    try enterData(reading)
    for look in reading.looks { try enter(look, of: summary.project) }
    touchedRuns.formUnion(site.awaited.removeValue(forKey: summary.id) ?? [])
    return try enter(reading.jobRun)
  }

  private mutating func enter(_ run: JobRun) throws -> JobRun? {
    var before: JobRun?
    var after: JobRun?
    try jobs.change(run.summary.job, shelf) { ledger in
      ledger.runs.add(run)
      let entries = ledger.runs.entries
      guard let index = entries.firstIndex(where: { $0.place == run.place }) else { return }
      before = index + 1 < entries.count ? entries[index + 1] : nil
      after = index > 0 ? entries[index - 1] : nil
    }
    // Its page tells what differs from the run before it.
    if let after { touchedRuns.insert(after.summary.id) }
    return before
  }

  private mutating func enter(_ event: ModelEvent, of key: EntityKey) throws {
    try models.change(key, shelf) { $0.events.add(event) }
    let ledger = models[key]
    // Later nights are compared with earlier ones.
    let times = Set(ledger.events.entries.prefix { $0.place >= event.place }.map(\.run.logicalTime))
    for time in times {
      guard let row = ModelReview(ledger, upTo: time, window: Self.window).row(at: time) else { continue }
      try days.change(time.date, shelf) { $0.add(row) }
    }
  }

  private mutating func enter(_ period: JudgedPeriod, of key: EntityKey) throws {
    try models.change(key, shelf) { ledger in
      // Labels come late, and a report may have been given those of some dates alone: who knows most of a date tells it.
      if let known = ledger.periods[period.place], known.counts(more: period) { return }
      ledger.periods.add(period)
    }
  }

  private mutating func enterData(_ reading: RunReading) throws {
    for (key, use) in reading.uses { try datasets.change(key, shelf) { $0.uses.add(use) } }
    for (key, result) in reading.contracts { try datasets.change(key, shelf) { $0.contracts.add(result) } }
    for (key, result) in reading.profiles { try datasets.change(key, shelf) { $0.profiles.add(result) } }
  }

  private mutating func enter(_ look: Look, of project: String) throws {
    try looks.change(project, shelf) { $0.looks.add(look) }
    // Their pages say how often it was looked at.
    for key in looks[project].modelNames(of: look.data) { try models.change(key, shelf) { _ in } }
  }

  private static let differingLimit = 10

  private mutating func note(differing run: RunSummary) {
    site.differing.removeAll { $0.id == run.id }
    guard run.reproduced == .differs else { return }
    site.differing.append(run)
    site.differing.sort { $0.place > $1.place }
    site.differing = Array(site.differing.prefix(Self.differingLimit))
  }

  /// Notes which runs its page names of which there is no record yet.
  private mutating func noteAwaited(_ reading: RunReading) {
    let named = [reading.record.requestedBy].compactMap { $0 } + reading.record.steps.compactMap(\.reusedFrom)
    for run in Set(named) where !hasPage(run) { site.awaited[run, default: []].insert(reading.record.id) }
  }

  // MARK: The audit log

  /// Notes the digest of the log's newest line, which its page shows.
  package mutating func note(auditEnd digest: Digest) { site.auditEnd = digest }

  /// Enters a line of the log. Lines of runs come after the runs.
  package mutating func enter(_ line: AuditLine) throws {
    try audit.change(line.at.date, shelf) { $0.add(line) }
    site.newestAudit.add(line)
    guard let object = AuditObject(line.object) else { return }
    switch line.action {
    case "publish-model": try publish(object, .model, line)
    case "publish-dataset": try publish(object, .dataset, line)
    case "move-alias", "roll-back-alias": try move(object, line)
    case "expire-model":
      try models.change(object.key, shelf) { $0.expire(object.number, line) }
    case "expire-dataset":
      try datasets.change(object.key, shelf) { $0.expire(object.number, line) }
    default: break
    }
  }

  private mutating func publish(_ object: AuditObject, _ kind: Artifact.Kind, _ line: AuditLine) throws {
    guard let number = object.number, let digest = line.to.flatMap({ Digest($0) }) else { return }
    let label = VersionLabel(project: object.key.project, name: object.key.name, number: number)
    let made = try published[PublishedName(kind: kind, version: label)] ?? version(label, kind, digest, line)
    // A death between the log and the version: another line has the number by now.
    guard made.digest == digest else { return }
    if kind == .model {
      try models.change(object.key, shelf) { $0.versions.add(ModelVersion(made, line)) }
    } else {
      try datasets.change(object.key, shelf) { $0.versions.add(DatasetVersion(made, line)) }
    }
  }

  /// A version that no run of these news made: as its ref says, or where that expired the log alone.
  private func version(_ label: VersionLabel, _ kind: Artifact.Kind, _ digest: Digest, _ line: AuditLine) throws
    -> PublishedVersion
  {
    let origin = try evidence.origin(of: label, kind)
    return try PublishedVersion(
      kind, label, origin ?? VersionOrigin(digest: digest, description: nil, run: line.run, step: nil), evidence)
  }

  private mutating func move(_ object: AuditObject, _ line: AuditLine) throws {
    guard let target = line.to.flatMap({ Int($0.dropFirst()) }) else { return }
    let isRollBack = line.action == "roll-back-alias"
    try models.change(object.key, shelf) { ledger in
      ledger.moves.add(
        AliasMove(
          sequence: line.sequence, alias: object.detail, from: line.from.flatMap { Int($0.dropFirst()) }, to: target,
          at: line.at, by: line.by, why: isRollBack ? "rolled back: \(line.why)" : line.why, run: line.run,
          isRollBack: isRollBack))
      ledger.aliases[object.detail] = ledger.moves.entries.first { $0.alias == object.detail }?.to
    }
  }

  // MARK: The portfolio

  /// Brings the lines of the portfolio in accord with the ledgers that changed.
  package mutating func settle() throws {
    for key in models.changed.sorted() {
      site.models.replace(ModelReview(models[key], upTo: nil, window: Self.window).standing, by: \.key)
    }
    for date in audit.changed.sorted() { site.note(audit[date]) }
    for key in datasets.changed.sorted() { site.datasets.replace(datasets[key].standing, by: \.key) }
    for job in jobs.changed.sorted() {
      guard let standing = jobs[job].standing else { continue }
      site.jobs.replace(standing, by: \.job)
    }
    for date in days.changed {
      site.days.removeAll { $0.date == date }
      site.days.insert(days[date].standing, at: site.days.firstIndex { $0.date < date } ?? site.days.count)
    }
  }

  /// The ledger of a day that the first page tells of.
  mutating func day(_ date: String) throws -> DayLedger { try days.look(date, shelf) }

  /// How often data was looked at by models of the project.
  mutating func looks(in project: String) throws -> LooksLedger { try looks.look(project, shelf) }
}

extension JudgedPeriod {
  /// Whether it knows more labels than the other one, or as many, later.
  fileprivate func counts(more other: JudgedPeriod) -> Bool {
    let (own, others) = (period.labelledCount, other.period.labelledCount)
    return own == others ? told > other.told : own > others
  }
}

private struct PublishedName: Hashable {
  var kind: Artifact.Kind
  var version: VersionLabel
}

extension ModelVersion {
  fileprivate init(_ made: PublishedVersion, _ line: AuditLine) {
    self.init(
      number: made.label.number, digest: made.digest, description: made.description, created: line.at, run: line.run,
      step: made.step, trainer: made.facts.trainer, rowCount: made.facts.rowCount, bestRound: made.facts.bestRound)
  }
}

extension DatasetVersion {
  fileprivate init(_ made: PublishedVersion, _ line: AuditLine) {
    self.init(
      number: made.label.number, digest: made.digest, description: made.description, created: line.at, run: line.run,
      step: made.step, rowCount: made.facts.rowCount, totalBytes: made.facts.totalBytes,
      columnCount: made.facts.columns?.count)
  }
}

/// `flights/flights@v3`, `flights/flights-delay@champion`.
private struct AuditObject {
  var key: EntityKey
  /// Behind the `@`.
  var detail: String
  /// Of a version.
  var number: Int? { detail.hasPrefix("v") ? Int(detail.dropFirst()) : nil }

  init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1)
    guard parts.count == 2, let slash = parts[0].firstIndex(of: "/") else { return nil }
    key = EntityKey(project: String(parts[0][..<slash]), name: String(parts[0][parts[0].index(after: slash)...]))
    detail = String(parts[1])
  }
}

extension Array {
  /// Puts the element where its key stands in the order, in the place of one with the same key.
  fileprivate mutating func replace<Key: Comparable>(_ element: Element, by key: (Element) -> Key) {
    let own = key(element)
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if key(self[middle]) < own { low = middle + 1 } else { high = middle }
    }
    if low < count, key(self[low]) == own { self[low] = element } else { insert(element, at: low) }
  }
}

extension ModelLedger {
  fileprivate mutating func expire(_ number: Int?, _ line: AuditLine) {
    guard let number, var version = versions[number] else { return }
    version.expired = line.why
    versions.add(version)
  }
}

extension DatasetLedger {
  fileprivate mutating func expire(_ number: Int?, _ line: AuditLine) {
    guard let number, var version = versions[number] else { return }
    version.expired = line.why
    versions.add(version)
  }

  fileprivate var standing: DatasetStanding {
    let newest = versions.entries.first
    let contract = contracts.entries.first
    return DatasetStanding(
      project: project, name: name, version: newest?.number, created: newest?.created, rowCount: newest?.rowCount,
      totalBytes: newest?.totalBytes, contract: contract?.headline, contractStops: contract?.stops ?? false)
  }
}

extension JobLedger {
  fileprivate var standing: JobStanding? {
    guard let newest = runs.entries.first?.summary else { return nil }
    let failing = runs.entries.prefix { $0.summary.outcome == .failed }
    return JobStanding(
      job: job, project: newest.project, newest: newest, failingSince: failing.last?.summary.logicalTime)
  }
}
