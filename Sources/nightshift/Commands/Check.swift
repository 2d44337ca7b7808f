internal import ArgumentParser
internal import Disk
internal import Jobs
internal import Pipeline
internal import Records
internal import Spool
internal import SystemPackage

struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check specs: every mistake with its line and column.",
    discussion: """
      Exit status 65 when a spec has a mistake. A spec in a folder `recurring` is read as such, and its next three times \
      are shown.

      EXAMPLE:
        nightshift check Jobs/examples/flights/*.yaml
      """)

  @Argument(help: "Specs.")
  var specs: [String]

  @Option(name: .customLong("param"), help: "Override a parameter: NAME=VALUE.")
  var params: [String] = []

  func run() throws {
    var hasMistakes = false
    for name in specs {
      do {
        let file = try SpecFile(name, params: params)
        let job = try file.job(use: file.isRecurring ? .recurring : .once)
        try file.checkRecipes(of: job)
        if let timetable = job.triggers?.timetable { Terminal.write(Self.next(timetable)) }
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

extension Check {
  /// The next three times, a line each.
  private static func next(_ timetable: Timetable) -> String {
    let times = timetable.occurrences(after: Runner.now(), upTo: Timestamp(seconds: .max), limit: 3)
    return times.isEmpty ? "never" : times.map { "\($0.text)  \(timetable.clock(at: $0))" }.joined(separator: "\n")
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

  /// Whether it lies in a folder `recurring`, or in a folder of its own there.
  var isRecurring: Bool {
    let folders = path.removingLastComponent().components.suffix(2).map(\.string)
    return folders.last == "recurring" || folders.first == "recurring" && path.stem == "job"
  }

  /// The job, as it would run now.
  func job(project: String = "default", use: SpecReader.Use = .once) throws -> Job {
    let now = Runner.now()
    let reader = SpecReader(
      file: name, defaultProject: project, overrides: params, run: RunContext(id: "run", logicalTime: now), use: use)
    return try reader.read(bytes)
  }
}
