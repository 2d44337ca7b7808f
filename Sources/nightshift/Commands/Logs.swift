internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import Store
internal import SystemPackage

struct Logs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print what the steps of a run wrote.",
    discussion: "EXAMPLE:\n  nightshift logs flights-delay-20130401T020000-7f3a model")

  @Argument(help: ArgumentHelp("The run's name.", valueName: "run"))
  var name: String

  @Argument(help: "A step; all of them when there is none.")
  var step: String?

  @OptionGroup var siteOptions: SiteOptions

  func run() throws {
    let site = try siteOptions.open()
    let steps = try RunArchive(site.store).folder(of: name).appending("steps")
    let names = try site.disk.listIfPresent(steps).map(\.name)
    guard !names.isEmpty else {
      throw Refusal(status: .usage, description: "there is no run “\(name.printable)” with logs")
    }
    if let step, !names.contains(step) {
      throw Refusal(
        status: .usage,
        description: "the run has no log of a step “\(step.printable)”: there are \(names.joined(separator: ", "))")
    }
    for id in names where step == nil || step == id {
      if step == nil { Terminal.write("==> \(id) <==") }
      if let bytes = try site.disk.readIfPresent(steps.appending(id).appending("log")) { Terminal.write(bytes) }
    }
  }
}
