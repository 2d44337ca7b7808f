internal import Disk
internal import Jobs
package import Records
internal import Store
internal import SystemPackage

/// The Prometheus file of a site, for the textfile collector of the node exporter: replaced in one instant after each
/// pass, readable by everybody.
package struct MetricsFile {
  private let site: Site

  /// Packs are measured no more often than this: a store of many packs would make each idle pass dear.
  private static let measureSeconds = 3600

  package init(_ site: Site) { self.site = site }

  var path: FilePath {
    site.settings.metrics.map(site.path) ?? site.store.root.appending("metrics").appending("nightshift.prom")
  }

  /// Rewrites the file after a pass; whoever else rewrites it waits.
  package func write(after pass: Pass, lastSuccess: Timestamp?, queue: QueueState, version: String) throws {
    let disk = site.disk.with(modes: Disk.Modes(file: 0o644, folder: 0o755))
    if site.settings.metrics == nil { try disk.makeDirectory(path.removingLastComponent()) }
    let earlier = try disk.readIfPresent(path, limitBytes: 16 << 20).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let metrics = SiteMetrics(site: site.name, earlier: earlier)
    let text = metrics.text(
      after: pass, lastSuccess: lastSuccess, queue: queue, size: try size(metrics.earlierSize, now: pass.ended),
      freeBytes: FileSystem(of: site.store.root)?.freeBytes, version: version)
    try disk.replace(path, with: Array(text.utf8), durability: .cached, mode: 0o644)
  }

  private func size(_ earlier: SiteMetrics.StoreSize?, now: Timestamp) throws -> SiteMetrics.StoreSize {
    if let earlier, (0..<Self.measureSeconds).contains(now.seconds - earlier.measured.seconds) { return earlier }
    let packs = try site.disk.listIfPresent(site.store.root.appending("packs")).filter { $0.name.hasSuffix(".pack") }
    return SiteMetrics.StoreSize(
      packs: packs.count, bytes: packs.reduce(0) { $0 + $1.status.sizeBytes }, measured: now)
  }
}
