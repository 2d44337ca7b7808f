internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import Spool
internal import SystemPackage

struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Make a site: nightshift.yaml, a spool and a store.",
    discussion: "What is there already stays as it is.\n\nEXAMPLE:\n  nightshift init ~/nightly")

  @Argument(help: "The folder.")
  var folder = "."

  func run() throws {
    let disk = Disk()
    let site = try Site.create(at: absolute(folder), disk: disk)
    let schema = site.spool.root.appending("nightshift-job.schema.json")
    if !disk.exists(schema) { try disk.replace(schema, with: Array(SpecSchema.text.utf8)) }
    let contracts = site.spool.root.appending("nightshift-contract.schema.json")
    if !disk.exists(contracts) { try disk.replace(contracts, with: Array(ContractSchema.text.utf8)) }
    if Terminal.isInteractive {
      Terminal.write("\(site.root) is a site now. Drop specs into \(site.spool.folder(.inbox)), then: nightshift run")
    }
  }
}
