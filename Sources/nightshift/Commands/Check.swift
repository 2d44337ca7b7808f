internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import SystemPackage

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check specs: every mistake with its line and column.",
    discussion: "Exit status 65 when a spec has a mistake.\n\nEXAMPLE:\n  nightshift check Jobs/examples/flights/*.yaml"
  )

  @Argument(help: "Specs.")
  var specs: [String]

  @Option(name: .customLong("param"), help: "Override a parameter: NAME=VALUE.")
  var params: [String] = []

  func run() throws {
    var hasMistakes = false
    for name in specs {
      do {
        _ = try SpecFile(name, params: params).job()
      } catch let error as SpecError {
        Terminal.complain(error)
        hasMistakes = true
      }
    }
    if hasMistakes { throw ExitCode(ExitStatus.invalidSpec.rawValue) }
    if Terminal.isInteractive {
      Terminal.write(specs.count == 1 ? "\(specs[0]) is right" : "\(specs.count) specs are right")
    }
  }
}

/// A spec named on the command line.
struct SpecFile {
  let name: String
  let path: FilePath
  let bytes: [UInt8]
  let params: [Job.Param]

  init(_ name: String, params: [String]) throws {
    self.name = name
    path = absolute(name)
    bytes = try Disk().read(path, limitBytes: 2 << 20)
    self.params = try params.map { param in
      let parts = param.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw Refusal(status: .usage, description: "“\(param)” is no parameter: write NAME=VALUE")
      }
      return Job.Param(name: parts[0], json: parts[1])
    }
  }

  /// The job, as it would run now.
  func job(project: String = "default") throws -> Job {
    let now = Runner.now()
    let reader = SpecReader(
      file: name, defaultProject: project, overrides: params, run: RunContext(id: "run", logicalTime: now))
    return try reader.read(bytes)
  }
}
