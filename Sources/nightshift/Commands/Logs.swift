internal import ArgumentParser
internal import Disk
internal import Glibc
internal import Pipeline
internal import Records
internal import Store
internal import SystemPackage

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Print what the steps of a run wrote.",
    discussion: "EXAMPLE:\n  nightshift logs -f flights-delay-20130401T020000-7f3a model")

  @Argument(help: ArgumentHelp("The run's name.", valueName: "run"), completion: SiteNames.runs)
  var name: String

  @Argument(help: "A step; all of them when there is none.")
  var step: String?

  @Flag(name: [.short, .long], help: "Go on printing what is added until the run ends.")
  var follow = false

  @OptionGroup var siteOptions: SiteOptions

  /// How often a log that is followed is looked at.
  private static let lookMicroseconds: UInt32 = 200_000

  func run() throws {
    let site = try siteOptions.open()
    let archive = RunArchive(site.store)
    let steps = try archive.folder(of: name).appending("steps")
    let names = try site.disk.listIfPresent(steps).map(\.name)
    let isActive = try archive.record(of: name) == nil && site.disk.exists(steps.removingLastComponent())
    guard !names.isEmpty || (follow && isActive) else {
      throw Refusal(status: .usage, description: "there is no run “\(name.printable)” with logs")
    }
    if let step, !names.contains(step), !(follow && isActive) {
      throw Refusal(
        status: .usage,
        description: "the run has no log of a step “\(step.printable)”: there are \(names.joined(separator: ", "))")
    }
    let order = try archive.record(of: name)?.steps.map(\.id) ?? []
    var printer = LogPrinter(disk: site.disk, steps: steps, only: step, order: order)
    try printer.printNew()
    while follow {
      // Asked before the last look: what was written before the run ended is printed.
      let hasEnded = try archive.record(of: name) != nil
      try printer.printNew()
      if hasEnded || Terminal.isClosed { return }
      usleep(Self.lookMicroseconds)
    }
  }
}

/// Prints the logs of a run's steps, each part once, under a line that names the step where there are several.
private struct LogPrinter {
  private static let blockBytes = 1 << 16

  let disk: Disk
  let steps: FilePath
  /// The one step whose log is wanted; nil: all.
  let only: String?
  /// The steps as they are printed: those of a run that has ended as in its spec, else as they came.
  private var order: [String]
  private var printed: [String: Int] = [:]
  private var last: String?

  init(disk: Disk, steps: FilePath, only: String?, order: [String]) {
    self.disk = disk
    self.steps = steps
    self.only = only
    self.order = order
  }

  mutating func printNew() throws {
    let names = try disk.listIfPresent(steps).map(\.name).filter { only == nil || only == $0 }
    order += names.filter { !order.contains($0) }
    for name in order where names.contains(name) {
      let path = steps.appending(name).appending("log")
      guard disk.exists(path) else { continue }
      try printNew(name, try disk.open(path))
    }
  }

  private mutating func printNew(_ step: String, _ file: OpenFile) throws {
    if only == nil, printed[step] == nil {
      Terminal.write("==> \(step) <==")
      last = step
      printed[step] = 0
    }
    var start = printed[step] ?? 0
    while true {
      let bytes = try file.read(count: Self.blockBytes, at: start)
      if bytes.isEmpty { break }
      if only == nil, last != step {
        Terminal.write("==> \(step) <==")
        last = step
      }
      Terminal.write(bytes)
      start += bytes.count
    }
    printed[step] = start
  }
}
