internal import ArgumentParser
internal import Jobs
internal import Pipeline
internal import Records
internal import SystemPackage

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Show what a spec would do: which steps would run, which would be reused.",
    discussion: "Nothing is changed.\n\nEXAMPLE:\n  nightshift plan Jobs/examples/flights/flights-delay.yaml")

  @Argument(help: "The spec.")
  var spec: String

  @Option(name: .customLong("param"), help: "Override a parameter: NAME=VALUE.")
  var params: [String] = []

  @OptionGroup var siteOptions: SiteOptions
  @OptionGroup var output: JSONOption

  func run() throws {
    let site = try siteOptions.open()
    let file = try SpecFile(spec, params: params)
    let job = try file.job(project: site.settings.project)
    let plan = try Planner(
      site: site, job: job, origin: file.path.removingLastComponent(), logicalTime: Runner.now()
    ).plan()
    if output.json { return try Terminal.writeJSON(plan) }
    var table = TextTable(["STEP", "KIND", "", "WHY"])
    for step in plan.steps { table.add([step.id, step.kind, step.action.rawValue, step.why.printable]) }
    Terminal.write(table.text)
  }
}
