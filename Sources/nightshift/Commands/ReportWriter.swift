internal import Disk
internal import Jobs
internal import Pipeline
internal import Records
internal import Reports
internal import Store
internal import SystemPackage

/// Writes the pages of a site below `Store/reports`, each in one instant, and removes those that are no more.
struct ReportWriter {
  private let site: Site

  init(_ site: Site) { self.site = site }

  /// Writes what changed. Of two writers the later one waits, and writes what it reads then.
  func write(now: Timestamp) throws {
    let disk = site.disk
    let root = site.store.root.appending("reports")
    let lock = try disk.lock(site.store.root.appending("locks").appending("reports"))
    defer { lock.keep() }
    var paths: Set<String> = []
    try SitePages(try SiteRecordsReader(site).read(now: now)).forEach { page in
      paths.insert(page.path)
      let path = root.appending(page.path)
      if try disk.readIfPresent(path) == page.bytes { return }
      try disk.makeDirectory(path.removingLastComponent())
      try disk.replace(path, with: page.bytes, durability: .cached, mode: 0o644)
    }
    try removeOthers(below: root, prefix: "", keep: paths)
  }

  /// Whether the pages should be written though nothing happened: they tell when the next run is expected, and a reader
  /// must not take a quiet site for a dead one.
  func isStale(at now: Timestamp) throws -> Bool {
    guard let expected = site.settings.expectSeconds else { return false }
    let index = site.store.root.appending("reports").appending("index.html")
    guard let status = try site.disk.statusIfPresent(of: index) else { return false }
    return Double(now.seconds) - Double(status.modified) / 1e9 > expected / 2
  }

  private func removeOthers(below folder: FilePath, prefix: String, keep: Set<String>) throws {
    for entry in try site.disk.listIfPresent(folder) {
      let path = prefix + entry.name
      if entry.status.kind == .directory {
        try removeOthers(below: folder.appending(entry.name), prefix: path + "/", keep: keep)
      } else if !keep.contains(path) {
        try site.disk.remove(folder.appending(entry.name))
      }
    }
  }
}
