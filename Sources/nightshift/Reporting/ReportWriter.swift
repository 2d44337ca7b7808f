internal import Disk
internal import Jobs
internal import Pipeline
internal import Records
internal import Reports
internal import Store
internal import SystemPackage

/// Writes the pages of a site below `Store/reports`: those that something new touches, or all.
struct ReportWriter {
  private let site: Site

  init(_ site: Site) { self.site = site }

  private var root: FilePath { site.store.root.appending("reports") }
  private var ledgers: LedgerFolder { LedgerFolder(below: root, site.disk) }
  /// Of another program, or under another name, all pages are others.
  private var maker: String { "\(SitePages.generation) \(Nightshift.version) \(site.name)" }

  /// Writes what changed. Of two writers the later one waits, and writes what it reads then.
  func write(now: Timestamp) throws {
    let lock = try lock()
    defer { lock.keep() }
    if let state = try ledgers.state(), state.maker == maker {
      do { return try update(state, now) } catch is ReportPass.Surprise {
        // Something is other than the ledgers say: the records count.
      } catch is LedgerDamage {
        // A power cut tore one.
      } catch StoreError.damagedRecord(_, reason: _) {
        // The audit log is another one than it was; where it is damaged indeed, making all anew says so.
      }
    }
    try rebuild(now)
  }

  /// Makes all pages anew from the records alone.
  func writeAll(now: Timestamp) throws {
    let lock = try lock()
    defer { lock.keep() }
    try rebuild(now)
  }

  /// Writes the pages of a past moment into a folder of its own.
  func write(asOf moment: Timestamp, to folder: FilePath) throws {
    let sink = PageSink(folder, site.disk)
    var pass = ReportPass(site, ReportState(maker: maker), sink, now: moment)
    try pass.enterAll(knownAt: moment)
  }

  private func update(_ state: ReportState, _ now: Timestamp) throws {
    var pass = ReportPass(site, state, PageSink(root, site.disk), now: now)
    try pass.enterNews(ledgers)
    try ledgers.keep(try pass.files(), pass.runs, pass.state)
  }

  private func rebuild(_ now: Timestamp) throws {
    try ledgers.forget()
    let sink = PageSink(root, site.disk)
    var pass = ReportPass(site, ReportState(maker: maker), sink, now: now)
    try pass.enterAll(knownAt: nil)
    try sink.removeOthers()
    try ledgers.keep(try pass.files(), pass.runs, pass.state)
  }

  private func lock() throws -> FileLock {
    try site.disk.lock(site.store.root.appending("locks").appending("reports"))
  }

  /// Whether the pages should be written though nothing happened: they tell when the next run is expected, and a reader
  /// must not take a quiet site for a dead one.
  func isStale(at now: Timestamp) throws -> Bool {
    guard let expected = site.settings.expectSeconds else { return false }
    guard let status = try site.disk.statusIfPresent(of: root.appending("index.html")) else { return false }
    return Double(now.seconds) - Double(status.modified) / 1e9 > expected / 2
  }
}
