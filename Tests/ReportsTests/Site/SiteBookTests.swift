import Records
@testable import Reports
import Store
import Testing

@Suite struct SiteBookTests {
  /// A site on which news come in batches, with its ledgers kept as bytes between them.
  private struct Played {
    var pages: [String: [UInt8]] = [:]
    private var ledger = SiteLedger()
    private var shelf = MemoryShelf()
    private var known: [String] = []
    private var lineCount = 0

    mutating func enter(_ runs: [RunRecord], of site: MemorySite) throws {
      known += runs.map(\.id)
      var book = site.book(known, ledger, shelf)
      for run in runs { try take(try book.enter(try RunNews(run, site.evidence)).pages()) }
      let names = Set(known)
      for line in site.lines[lineCount...].prefix(while: { $0.run.map(names.contains) ?? true }) {
        try book.enter(line)
        lineCount += 1
      }
      for name in book.touchedRuns.subtracting(runs.map(\.id)).sorted() {
        let record = try #require(site.evidence.records[name])
        try take(try book.pages(of: try RunNews(record, site.evidence)).pages())
      }
      try book.settle()
      var made = SitePages(book, site.terms)
      for work in try made.work() { try take(try work()) }
      shelf.keep(try book.files())
      ledger = book.site
    }

    private mutating func take(_ pages: [Page]) throws { for page in pages { self.pages[page.path] = page.bytes } }
  }

  private static func differing(_ left: [String: [UInt8]], _ right: [Page]) -> [String] {
    let other = Dictionary(uniqueKeysWithValues: right.map { ($0.path, $0.bytes) })
    return Set(left.keys).union(other.keys).filter { left[$0] != other[$0] }.sorted()
  }

  @Test("night by night, pages come to be what all nights at once make them", arguments: [1, 2, 3] as [UInt64])
  func nightByNight(seed: UInt64) throws {
    let site = try RandomSite(seed: seed, nights: 12, models: 3).site
    let nights = Dictionary(grouping: site.runs, by: \.logicalTime).sorted { $0.key < $1.key }
    var played = Played()
    for (_, runs) in nights { try played.enter(runs.sorted { $0.id < $1.id }, of: site) }
    let differing = Self.differing(played.pages, try site.pages())
    #expect(differing == [])
  }

  @Test("runs that end late, out of their order, change nothing of that", arguments: [4, 5] as [UInt64])
  func lateRuns(seed: UInt64) throws {
    let site = try RandomSite(seed: seed, nights: 10, models: 2).site
    var random = RandomSite.SplitMix(state: seed)
    var played = Played()
    var rest = site.runs.shuffled(using: &random)
    while !rest.isEmpty {
      let batch = rest.prefix(Int.random(in: 1...4, using: &random)).sorted {
        ($0.logicalTime, $0.id) < ($1.logicalTime, $1.id)
      }
      rest.removeFirst(batch.count)
      try played.enter(batch, of: site)
    }
    let differing = Self.differing(played.pages, try site.pages())
    #expect(differing == [])
  }

  @Test(
    "a report that was given the labels of one date undoes nothing that another knew of the others",
    arguments: [[0, 1], [1, 0]])
  func knowsMost(order: [Int]) throws {
    var site = MemorySite()
    let model = VersionLabel(project: "p", name: "m", number: 1)
    let counts = [[("2013-01-01", 90)], [("2013-01-01", 0), ("2013-02-01", 80)]]
    for (night, labelled) in counts.enumerated() {
      var document = PerformanceDocument(
        predictions: "p/said", labels: Digest(of: []), target: "t", span: "month", take: "first")
      document.modelVersion = model
      document.periods = labelled.map { .init(from: $0.0, predictionCount: 100, labelledCount: $0.1) }
      let told = Artifact(kind: .performance, digest: try site.evidence.add(document))
      let time = Timestamp(seconds: 1_364_781_600 + night * 86_400)
      site.add(
        RunRecord(
          id: "r\(night)", job: "j", project: "p", outcome: .done, logicalTime: time, started: time, finished: time,
          wallSeconds: 1, attemptCount: 1, specName: "s", origin: "/", spec: Digest(of: []), params: [:], host: "h",
          toolVersion: "1",
          steps: [StepRecord(id: "truth", kind: "feedback", outcome: .ran, outputs: [.init(name: "", artifact: told)])])
      )
    }
    var book = site.book(["r0", "r1"], SiteLedger(), EmptyShelf())
    for index in order { _ = try book.enter(try RunNews(site.runs[index], site.evidence)) }
    let periods = book.models[EntityKey(project: "p", name: "m")].performance
    #expect(periods.map(\.labelledCount) == [90, 80])
  }

  @Test("a newer report that knows more has the last word on each date that it speaks of, and older dates stay")
  func latestWord() throws {
    let site = try RandomSite(seed: 6, nights: 9, models: 1).site
    var book = site.book(site.runs.map(\.id), SiteLedger(), EmptyShelf())
    for run in site.runs { _ = try book.enter(try RunNews(run, site.evidence)) }
    let periods = book.models[EntityKey(project: "p", name: "model-0")].performance
    #expect(periods.map(\.from) == periods.map(\.from).sorted() && periods.count > 4)
    // A report of night n speaks of the four days up to it, and has n labelled rows in each.
    for (older, newer) in zip(periods, periods.dropFirst()) { #expect(older.labelledCount <= newer.labelledCount) }
  }

  @Test("a run that another page names before it has one of its own is linked from there when it has")
  func awaited() throws {
    var site = MemorySite()
    let time = Timestamp(seconds: 1_364_781_600)
    func run(_ id: String, requestedBy: String?) -> RunRecord {
      RunRecord(
        id: id, job: "j", project: "p", outcome: .done, logicalTime: time, started: time, finished: time,
        wallSeconds: 1, attemptCount: 1, specName: "s", origin: "/", spec: Digest(of: []), params: [:],
        requestedBy: requestedBy, host: "h", toolVersion: "1", steps: [])
    }
    let (first, second) = ("j-20130401T020000-0001", "j-20130401T020000-0002")
    for run in [run(first, requestedBy: nil), run(second, requestedBy: first)] { site.add(run) }
    var played = Played()
    let path = "runs/\(second).html"
    try played.enter([site.runs[1]], of: site)
    #expect(!String(decoding: played.pages[path] ?? [], as: UTF8.self).contains("href=\"../runs/\(first).html\""))
    try played.enter([site.runs[0]], of: site)
    #expect(String(decoding: played.pages[path] ?? [], as: UTF8.self).contains("href=\"../runs/\(first).html\""))
  }
}
