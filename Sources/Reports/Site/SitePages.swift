internal import Records
internal import Store

/// The pages of a site, made from its ledgers: the same ledgers give the same bytes.
package struct SitePages {
  private var book: SiteBook
  private let terms: SiteTerms

  /// Raised when pages come to say other things of the same records: then all are made anew.
  package static let generation = 1

  /// - Parameter book: with all news entered, and settled.
  package init(_ book: SiteBook, _ terms: SiteTerms) {
    self.book = book
    self.terms = terms
  }

  /// A piece of work that gives pages, on any thread.
  package typealias Work = @Sendable () throws -> [Page]

  /// The pages that what was entered touches, but for those of runs.
  package mutating func work() throws -> [Work] {
    try entities() + audit() + portfolio()
  }

  private mutating func entities() throws -> [Work] {
    let terms = terms
    var work: [Work] = []
    for date in book.days.changed.sorted() {
      let day = book.days[date]
      work.append {
        let page = NightPage(day: day, terms: terms)
        return [page.page(), try Page(twinOf: page.path, NightTwin(night: day))]
      }
    }
    for job in book.jobs.changed.sorted() {
      let ledger = book.jobs[job]
      work.append {
        let page = JobPage(ledger: ledger, terms: terms)
        let compare = ComparePage(ledger)
        let layout = Layout(siteName: terms.siteName, path: Paths.compareRuns(job))
        let way: [HTML] = [
          "<a href=\"\(layout.to(Paths.jobs))\">jobs</a>", "<a href=\"\(layout.to(page.path))\">\(job)</a>",
        ]
        return [
          page.page(), try Page(twinOf: page.path, JobTwin(job: ledger)), compare.page(layout, crumbs: way),
          try Page(twinOf: layout.path, compare.twin),
        ]
      }
    }
    return try work + modelPages() + datasetPages()
  }

  private mutating func modelPages() throws -> [Work] {
    let (siteName, evidence, hasPage) = (terms.siteName, book.evidence, book.hasPage)
    return try book.models.changed.sorted().map { key in
      let ledger = book.models[key]
      let looks = try book.looks(in: key.project)
      return {
        var card = try ModelCardPage(ledger, evidence, siteName: siteName, hasPage: hasPage)
        card.looks = looks
        let overTime = try OverTimePage(ledger, evidence, siteName: siteName)
        let compare = try ComparePage(ledger, evidence)
        let layout = Layout(siteName: siteName, path: Paths.compare(key.project, key.name), asOf: ledger.asOf)
        let way: HTML = "<a href=\"\(layout.to(Paths.model(key.project, key.name)))\">\(key.name)</a>"
        return [
          card.page(), try Page(twinOf: card.path, card.twin), overTime.page(),
          try Page(twinOf: overTime.path, overTime.twin), compare.page(layout, crumbs: [way]),
          try Page(twinOf: layout.path, compare.twin),
        ]
      }
    }
  }

  private func datasetPages() -> [Work] {
    let (siteName, evidence, hasPage) = (terms.siteName, book.evidence, book.hasPage)
    return book.datasets.changed.sorted().map { key in
      let ledger = book.datasets[key]
      return {
        let page = try DatasetOverviewPage(ledger, evidence, siteName: siteName, hasPage: hasPage)
        return [page.page(), try Page(twinOf: page.path, page.twin)]
      }
    }
  }

  /// The days that have new lines, and the newest of all.
  private func audit() -> [Work] {
    let (site, terms) = (book.site, terms)
    let links = AuditLinks(
      models: Set(site.models.map(\.key)), datasets: Set(site.datasets.map(\.key)), hasRun: book.hasPage)
    let days = book.audit.changed.sorted().map { date -> Work in
      let day = book.audit[date]
      return {
        let page = AuditDayPage(day: day, terms: terms, links: links)
        return [page.page(), try Page(twinOf: page.path, AuditDayTwin(date: day.date, lines: day.lines))]
      }
    }
    return days + [
      {
        let twin = AuditTwin(end: site.auditEnd, days: site.auditDays, newest: site.newestAudit.entries)
        return [AuditPage(site: site, terms: terms, links: links).page(), try Page(twinOf: AuditPage.path, twin)]
      }
    ]
  }

  private mutating func portfolio() throws -> [Work] {
    let (site, terms) = (book.site, terms)
    let last = try site.days.first.map { try book.day($0.date) }
    return [
      {
        [
          IndexPage(site: site, last: last, terms: terms).page(),
          try Page(twinOf: Paths.index, IndexTwin(site, last, terms)), Feed(site, terms).page,
        ]
      },
      {
        [
          NightListPage(days: site.days, terms: terms).page(),
          try Page(twinOf: Paths.nights, NightListTwin(nights: site.days)),
          RunListPage(runs: site.recent.entries, terms: terms).page(),
          try Page(twinOf: Paths.runs, RunListTwin(runs: site.recent.entries)),
        ]
      },
      {
        [
          JobListPage(jobs: site.jobs, terms: terms).page(),
          try Page(twinOf: Paths.jobs, JobListTwin(jobs: site.jobs)),
          DatasetListPage(datasets: site.datasets, terms: terms).page(),
          try Page(twinOf: Paths.datasets, DatasetListTwin(datasets: site.datasets)),
        ]
      },
    ]
  }
}
