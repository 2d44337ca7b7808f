package import Disk
package import Jobs
package import Spool
package import Store
package import SystemPackage

/// A site: the folder with `nightshift.yaml`, its spool and its store.
package struct Site: Sendable {
  package static let settingsName = "nightshift.yaml"

  package let root: FilePath
  package let settings: SiteSettings
  package let disk: Disk
  package let spool: Spool
  package let store: Store

  /// Opens the site at `root`, which must be absolute.
  package init(at root: FilePath, disk: Disk) throws {
    let file = root.appending(Self.settingsName)
    guard let bytes = try disk.readIfPresent(file, limitBytes: 1 << 20) else { throw PipelineError.noSite(root) }
    self.root = root
    self.disk = disk
    settings = try SiteSettings(bytes, file: file.string)
    spool = try Spool(at: Self.folder(settings.jobs, in: root), disk: disk)
    store = try Store(at: Self.folder(settings.store, in: root), disk: disk)
  }

  /// The nearest folder with a `nightshift.yaml`, from `folder` upwards.
  package static func find(from folder: FilePath, disk: Disk) throws -> FilePath {
    var candidate = folder
    while true {
      if disk.exists(candidate.appending(settingsName)) { return candidate }
      let parent = candidate.removingLastComponent()
      guard !candidate.isEmpty, parent != candidate else { throw PipelineError.noSite(folder) }
      candidate = parent
    }
  }

  /// Makes a site at `root`, or completes one: what is there stays.
  package static func create(at root: FilePath, disk: Disk) throws -> Site {
    try disk.makeDirectory(root)
    let file = root.appending(settingsName)
    if !disk.exists(file) { try disk.replace(file, with: Array(initialSettings.utf8)) }
    let settings = try SiteSettings(try disk.read(file, limitBytes: 1 << 20), file: file.string)
    try Store.create(at: folder(settings.store, in: root), disk: disk)
    let site = try Site(at: root, disk: disk)
    try disk.makeDirectory(site.spool.recurringFolder)
    return site
  }

  /// The site's name on the reports.
  package var name: String { settings.name ?? root.lastComponent?.string ?? "nightshift" }

  /// A path that the settings name: relative to the site, unless it is absolute.
  package func path(_ name: String) -> FilePath { Self.folder(name, in: root) }

  private static func folder(_ name: String, in root: FilePath) -> FilePath {
    name.hasPrefix("/") ? FilePath(name) : root.appending(name)
  }

  private static let initialSettings = """
    # Settings of this Nightshift site; every key is optional.
    #
    # name: our-team               # on the reports; default: the folder's name
    # project: default             # the project of jobs that name none
    # roots: [/data/landing]       # folders from which specs may read by absolute paths
    # settle: 2s                   # how long a file in the inbox must have been left alone
    # limits:                      # default: the machine; who is over a limit waits, what can never fit fails with the number
    #   jobs: 4                    # jobs that one runner works on at once; also cpus, memory
    #   project: {jobs: 2, queued: 500, store: 200GiB}   # each project's; projects: {NAME: …} for some
    #   user: {jobs: 2, cpus: 8, memory: 32GiB}          # each user's; users: {NAME: …} for some
    # retention:                   # what `nightshift store gc` keeps; default: everything
    #   datasets: {last: 30, daily: 30, weekly: 26}
    # duckdb: /opt/bin/duckdb      # the program that reads Parquet and computes `sql`; default: the one on PATH
    # expect: 24h                  # how often a run is expected: `nightshift health` tells a missing night
    # notify:                      # alert files in Store/outbox, and a command that gets each as JSON
    #   command: [/usr/local/bin/tell-the-team]

    """
}
