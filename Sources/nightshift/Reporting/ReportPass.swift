internal import Disk
internal import Foundation
internal import Jobs
internal import Pipeline
internal import Records
internal import Reports
internal import Spool
internal import Store

/// One round of entering what is new into the ledgers and writing the pages that it touches.
struct ReportPass {
  /// The ledgers do not fit what is there: all is to be made anew.
  struct Surprise: Error {}

  private let site: Site
  private let evidence: StoredEvidence
  private let sink: PageSink
  private let now: Timestamp
  private(set) var state: ReportState
  /// The folders of runs that have ended, earliest first.
  private(set) var runs: [(run: String, modified: Int64)] = []
  private var book: SiteBook?

  init(_ site: Site, _ state: ReportState, _ sink: PageSink, now: Timestamp) {
    self.site = site
    self.state = state
    self.sink = sink
    self.now = now
    evidence = StoredEvidence(site)
  }

  /// The ledgers that changed.
  func files() throws -> [LedgerFile] { try book?.files() ?? [] }

  // MARK: Passes

  /// Enters what happened since the ledgers were kept.
  mutating func enterNews(_ shelf: LedgerFolder) throws {
    let known = try shelf.runs()
    let archive = RunArchive(site.store)
    var news: [String] = []
    for folder in try archive.folders() {
      if known[folder.run] != folder.modified {
        guard try known[folder.run] != nil || archive.hasRecord(of: folder.run) else { continue }
        news.append(folder.run)
      }
      runs.append((folder.run, folder.modified))
    }
    // Somebody took runs away.
    guard runs.count == known.count + news.count(where: { known[$0] == nil }) else { throw Surprise() }
    try enter(news, shelf, isKnown: { known[$0] != nil })
  }

  /// Enters everything.
  ///
  /// - Parameter moment: what was not known then is left out; nil: nothing is.
  mutating func enterAll(knownAt moment: Timestamp?) throws {
    let archive = RunArchive(site.store)
    let ended = try archive.folders().filter { try archive.hasRecord(of: $0.run) }
    if let moment {
      let wasKnown = try Parallel.map(ended) { try archive.record(of: $0.run).map { $0.knownSince <= moment } ?? false }
      runs = zip(ended, wasKnown).filter(\.1).map { ($0.0.run, $0.0.modified) }
    } else {
      runs = ended.map { ($0.run, $0.modified) }
    }
    try enter(runs.map(\.run), EmptyShelf(), isKnown: { _ in false })
  }

  private mutating func enter(_ news: [String], _ shelf: any LedgerShelf, isKnown: (String) -> Bool) throws {
    let named = Set(runs.map(\.run))
    var book = SiteBook(
      state.site, named: site.name, shelf: shelf, evidence: evidence, hasPage: { named.contains($0) })
    try enterRuns(news, &book, isKnown)
    try enterAudit(named, &book)
    try enterCards(&book)
    try rewrite(book.touchedRuns.subtracting(news).intersection(named).sorted(), &book)
    try book.settle()
    try writeOthers(book)
    state.site = book.site
    self.book = book
  }

  // MARK: Runs

  /// As many runs are in memory at once.
  private static let batchCount = 128

  private mutating func enterRuns(_ news: [String], _ book: inout SiteBook, _ isKnown: (String) -> Bool) throws {
    for start in stride(from: 0, to: news.count, by: Self.batchCount) {
      let batch = Array(news[start..<min(start + Self.batchCount, news.count)])
      var pages: [RunPages] = []
      for (name, news) in zip(batch, try read(batch)) {
        guard let news else { continue }
        if try !isKnown(name) && book.isTooOld(news) { throw Surprise() }
        pages.append(try book.enter(news, before: try earlier(news, &book)))
      }
      try write(pages)
    }
  }

  private func read(_ names: [String]) throws -> [RunNews?] {
    let evidence = evidence
    return try Parallel.map(names) { name -> RunNews? in
      try evidence.record(of: name).map { try RunNews($0, evidence) }
    }
  }

  private func write(_ pages: [RunPages]) throws {
    let sink = sink
    try Parallel.forEach(pages.count) { try sink.write(try pages[$0].pages()) }
  }

  /// The run of the same job before this one, where the job's ledger does not reach back to it.
  private func earlier(_ news: RunNews, _ book: inout SiteBook) throws -> RunNews? {
    guard try !book.reaches(before: news), let place = runs.firstIndex(where: { $0.run == news.record.id }) else {
      return nil
    }
    for (name, _) in runs[..<place].reversed() where name.hasPrefix(news.record.job + "-") {
      if let record = try evidence.record(of: name), record.job == news.record.job {
        return try RunNews(record, evidence)
      }
    }
    return nil
  }

  /// Pages of runs that are no news, but say something else now.
  private func rewrite(_ names: [String], _ book: inout SiteBook) throws {
    for start in stride(from: 0, to: names.count, by: Self.batchCount) {
      let batch = Array(names[start..<min(start + Self.batchCount, names.count)])
      try write(
        try read(batch).compactMap { news in
          try news.map { try book.pages(of: $0, before: try earlier($0, &book)) }
        })
    }
  }

  // MARK: The audit log

  private mutating func enterAudit(_ named: Set<String>, _ book: inout SiteBook) throws {
    let (lines, end) = try site.store.audit.lines(after: state.audit)
    let all = state.openLines + lines.compactMap(AuditLine.init)
    // What a run did counts when the run has ended; what somebody did by hand, at once.
    let isKnown = all.map { $0.run.map(named.contains) ?? ($0.at <= now) }
    for (line, isKnown) in zip(all, isKnown) where isKnown { try book.enter(line) }
    if let newest = book.site.newestAudit.entries.first?.sequence {
      let next = all.first { $0.sequence == newest + 1 }
      if let digest = newest == end.lineCount - 1 ? end.last : next?.previous { book.note(auditEnd: digest) }
    }
    state.audit = end
    state.openLines = zip(all, isKnown).filter { !$0.1 }.map(\.0)
  }

  // MARK: Everything else

  private mutating func enterCards(_ book: inout SiteBook) throws {
    for key in book.site.models.map(\.key) {
      let change = try evidence.cardChange(of: key.name, in: key.project)
      guard state.cards[key.text] != change else { continue }
      state.cards[key.text] = change
      try book.touch(model: key)
    }
  }

  private func writeOthers(_ book: SiteBook) throws {
    var pages = SitePages(book, try terms(book.site))
    let work = try pages.work()
    let sink = sink
    try Parallel.forEach(work.count) { try sink.write(try work[$0]()) }
  }

  private func terms(_ ledger: SiteLedger) throws -> SiteTerms {
    let newest = Dictionary(
      ledger.jobs.map { ($0.job, $0.newest.logicalTime) }, uniquingKeysWith: { first, _ in first })
    return SiteTerms(
      siteName: site.name, now: now, expectedSeconds: site.settings.expectSeconds.map { Int($0) },
      due: try NextDue.times(site, now: now, newest: newest), rejectedCount: try rejectedCount())
  }

  /// Specs that were rejected on the day that the pages stand for, or the day before.
  private func rejectedCount() throws -> Int {
    let days = [now.date, Timestamp(seconds: now.seconds - 86_400).date]
    return try days.reduce(0) { try $0 + site.spool.count(.rejected, on: $1) }
  }
}

extension AuditLine {
  /// Nil for a line whose time nobody can read.
  fileprivate init?(_ line: AuditLog.Line) {
    guard let at = Timestamp(line.entry.at) else { return nil }
    self.init(
      sequence: line.sequence, previous: line.previous, at: at, by: line.entry.by, action: line.entry.action,
      object: line.entry.object, from: line.entry.from, to: line.entry.to, why: line.entry.why, run: line.entry.run)
  }
}
