import Records
@testable import Reports
import Store

/// A site in memory, whose pages are made as those of one on a disk are.
struct MemorySite {
  var name = "site"
  var now = Timestamp(seconds: 1_364_881_600)
  var evidence = MemoryEvidence()
  /// In any order.
  var runs: [RunRecord] = []
  var lines: [AuditLine] = []
  var expectedSeconds: Int?

  var terms: SiteTerms { SiteTerms(siteName: name, now: now, expectedSeconds: expectedSeconds) }

  /// Keeps a document under a digest that is not its own, so that tests can name it.
  mutating func keep(_ document: some Encodable, as digest: Digest) throws {
    evidence.blobs[digest] = try CanonicalJSON.encode(document)
  }

  mutating func add(_ run: RunRecord) {
    runs.append(run)
    evidence.add(run)
  }

  /// A line of the audit log, the next one.
  mutating func note(_ action: String, _ object: String, from: String? = nil, to: String, why: String, run: String?) {
    lines.append(
      AuditLine(
        sequence: lines.count, previous: Digest(of: []), at: Timestamp(seconds: 1_364_781_600), by: "nightshift",
        action: action, object: object, from: from, to: to, why: why, run: run))
  }

  /// All pages, entered at once.
  func pages() throws -> [Page] {
    var book = book(runs.map(\.id), SiteLedger(), EmptyShelf())
    var pages: [Page] = []
    for run in runs.sorted(by: { ($0.logicalTime, $0.id) < ($1.logicalTime, $1.id) }) {
      pages += try book.enter(try RunNews(run, evidence)).pages()
    }
    for line in lines { try book.enter(line) }
    try book.settle()
    var site = SitePages(book, terms)
    for work in try site.work() { pages += try work() }
    return pages
  }

  func book(_ known: [String], _ ledger: SiteLedger, _ shelf: any LedgerShelf) -> SiteBook {
    let names = Set(known)
    return SiteBook(ledger, named: name, shelf: shelf, evidence: evidence, hasPage: { names.contains($0) })
  }

  /// The page at a path, as text; nil where there is none.
  func text(_ path: String) throws -> String? {
    try pages().first { $0.path == path }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}
