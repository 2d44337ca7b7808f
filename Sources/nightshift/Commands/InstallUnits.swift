internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Jobs
internal import Pipeline
internal import Spool
internal import Store
internal import SystemPackage

struct InstallUnits: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install-units",
    abstract: "Print what starts the runs: systemd units, or lines of a crontab.",
    discussion: """
      A service, a timer and a path unit, which starts a run as soon as a job is dropped. Nothing is installed or started: \
      with --directory the files are written, and how to start them is said.

      EXAMPLE:
        nightshift install-units --every 5min --directory /etc/systemd/system
        nightshift install-units --cron --calendar "0 2 * * *"
      """)

  @Flag(help: "Print lines of a crontab instead of units.")
  var cron = false

  @Flag(help: "For your own systemd manager: no root is needed, and less is closed off.")
  var user = false

  @Option(help: "The time between two runs: 5min, 1h. Default: 5min.")
  var every: String?

  @Option(help: "When to run instead: a calendar expression of systemd, or the five fields of cron.")
  var calendar: String?

  @Option(help: "Write the units to this folder.")
  var directory: String?

  @Option(help: "The stem of the units' names. Default: nightshift- and the name of the site's folder.")
  var name: String?

  @Option(help: "The path of the tool. Default: this one.")
  var tool: String?

  @OptionGroup var siteOptions: SiteOptions

  func validate() throws {
    if every != nil, calendar != nil { throw ValidationError("--every and --calendar exclude each other") }
    if cron, user || directory != nil { throw ValidationError("--cron goes with neither --user nor --directory") }
  }

  func run() throws {
    let site = try siteOptions.open()
    let tool = try tool.map { absolute($0) } ?? FilePath(try toolPath())
    if cron {
      let lines = CrontabLines(tool: tool, site: site.root, schedule: try schedule())
      return Terminal.write(Array(try lines.text().utf8))
    }
    let units = try units(site, tool)
    let files = try units.files()
    guard let directory else {
      return Terminal.write(Array(files.map { "# \($0.name)\n\($0.text)" }.joined(separator: "\n").utf8))
    }
    try write(files, to: absolute(directory))
    Terminal.write("Written: \(files.map(\.name).joined(separator: ", ")). To start them:\n  \(units.howTo)")
  }

  private func write(_ files: [ServiceUnits.File], to folder: FilePath) throws {
    let disk = Disk(modes: Disk.Modes(file: 0o644, folder: 0o755))
    for file in files { try disk.replace(folder.appending(file.name), with: Array(file.text.utf8), mode: 0o644) }
  }

  private func units(_ site: Site, _ tool: FilePath) throws -> ServiceUnits {
    var writable = [site.root]
    let others =
      [site.settings.jobs, site.settings.store]
      + [site.settings.metrics, site.settings.notify?.outbox].compactMap(\.self)
    for path in others.map(site.path) {
      // Of a file it is the folder that is written.
      let folder = path == site.settings.metrics.map(site.path) ? path.removingLastComponent() : path
      if !writable.contains(where: { folder.starts(with: $0) }) { writable.append(folder) }
    }
    return ServiceUnits(
      name: try stem(site), tool: tool, site: site.root, inbox: site.spool.folder(.inbox), writable: writable,
      user: user ? nil : try owner(of: site), timing: try timing())
  }

  /// Letters, digits, `-`, `_` and `.`: what a unit's name may hold without escaping.
  private func stem(_ site: Site) throws -> String {
    func isPlain(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
    }
    if let name {
      guard !name.isEmpty, name.count <= 100, name.allSatisfy(isPlain) else {
        throw Refusal(
          status: .usage,
          description: "“\(name.printable)” cannot name a unit: use at most 100 letters, digits, `-`, `_` and `.`")
      }
      return name
    }
    let folder = site.root.lastComponent?.string ?? "site"
    return "nightshift-" + String(folder.prefix(100).map { isPlain($0) ? $0 : "_" })
  }

  /// The service runs as who owns the store: another could not write it, or would leave files that its owner cannot.
  private func owner(of site: Site) throws -> String {
    let id = try site.disk.status(of: site.store.root).ownerID
    return UserName.known(id) ?? "\(id)"
  }

  private func timing() throws -> ServiceUnits.Timing {
    guard let calendar else { return .every(try seconds()) }
    guard !calendar.isEmpty, calendar.count < 200, calendar.printable == calendar, !calendar.hasSuffix("\\") else {
      throw Refusal(
        status: .usage,
        description: "“\(calendar.printable)” is no calendar expression: `systemd-analyze calendar` explains them")
    }
    return .calendar(calendar)
  }

  private func schedule() throws -> String {
    if let calendar {
      guard CrontabLines.isSchedule(calendar) else {
        throw Refusal(
          status: .usage, description: "“\(calendar.printable)” is not what cron takes: write five fields, as 0 2 * * *"
        )
      }
      return calendar
    }
    guard let schedule = CrontabLines.schedule(every: try seconds()) else {
      throw Refusal(
        status: .usage,
        description: "cron cannot run every \((every ?? "").printable): write 5min, 15min, 1h, 6h or 24h")
    }
    return schedule
  }

  private func seconds() throws -> Int {
    let text = every ?? "5min"
    let short = text.hasSuffix("min") ? String(text.dropLast(2)) : text
    guard let seconds = Quantity.seconds(short), (1...31_536_000).contains(seconds) else {
      throw Refusal(
        status: .usage, description: "“\(text.printable)” is no time between runs: write 30s, 5min, 1h or 1d")
    }
    return Int(seconds)
  }
}
