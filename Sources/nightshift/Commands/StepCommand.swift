internal import ArgumentParser
internal import Disk
internal import Pipeline
internal import SystemPackage

/// One built-in step, in a process of its own. The runner calls it.
struct StepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Run one step from a request file (for the runner's use).", shouldDisplay: false)

  @Argument var request: String
  @Argument var result: String

  func run() throws {
    try StepProcess.run(request: FilePath(request), result: FilePath(result), disk: Disk())
  }
}
