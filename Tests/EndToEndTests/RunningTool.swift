import Foundation
import Testing

/// The tool at work beside the test.
final class RunningTool {
  private let process = Process()
  private let folder: URL

  init(_ arguments: [String], in site: SiteFixture) throws {
    folder = site.root.appendingPathComponent(".told-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    process.executableURL = URL(fileURLWithPath: SiteFixture.tool)
    process.arguments = arguments
    process.currentDirectoryURL = site.root
    process.environment = ProcessInfo.processInfo.environment.filter { $0.key != "NIGHTSHIFT_SITE" }
    process.standardOutput = try file("out")
    process.standardError = try file("err")
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var id: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { kill(id, number) }

  /// What it has printed by now.
  var output: String { read("out") }

  func end() -> SiteFixture.Answer {
    process.waitUntilExit()
    return SiteFixture.Answer(status: process.terminationStatus, output: read("out"), errors: read("err"))
  }

  private func file(_ name: String) throws -> FileHandle {
    let url = folder.appendingPathComponent(name)
    try Data().write(to: url)
    return try FileHandle(forWritingTo: url)
  }

  private func read(_ name: String) -> String {
    (try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)) ?? ""
  }
}

extension SiteFixture {
  /// A run as its record has it.
  struct Run: Decodable {
    struct Step: Decodable {
      var id: String
      var outcome: String
      var reason: String?
      var reusedFrom: String?
    }

    var id: String
    var job: String
    var outcome: String
    var reason: String?
    var attemptCount: Int
    var steps: [Step]

    /// `id:outcome` of each step.
    var outcomes: [String] { steps.map { "\($0.id):\($0.outcome)" } }
  }

  /// Drops a job into the inbox; `steps` are lines of YAML flow mappings.
  func drop(_ name: String, _ steps: [String], _ head: String = "") throws {
    let lines = steps.map { "  - \($0)\n" }.joined()
    let stem = name.split(separator: "@").map(String.init)
    try write(
      "Jobs/inbox/\(stem.joined(separator: "-")).yaml", "version: 1\nname: \(stem[0])\n\(head)\nsteps:\n\(lines)")
  }

  /// All runs that have ended, by name.
  var runs: [Run] {
    files("Store/runs").filter { $0.hasSuffix("/run.json") }.compactMap {
      try? JSONDecoder().decode(Run.self, from: Data(try read("Store/runs/\($0)").utf8))
    }.sorted { $0.id < $1.id }
  }

  func run(ofJob job: String) throws -> Run { try #require(runs.first { $0.job == job }) }

  /// A line of shell that says that it is there, and fails unless `other` comes while it waits.
  func meeting(_ own: String, _ other: String) -> String {
    "touch \(root.path)/at-\(own); n=0; until test -e \(root.path)/at-\(other); do n=$((n+1)); test $n -lt 3600 || exit 1; sleep 0.05; done"
  }

  /// A line of shell that notes when it begins and ends.
  func noting(_ name: String, _ line: String = "sleep 0.2") -> String {
    "echo +\(name) >> \(root.path)/journal; \(line); echo -\(name) >> \(root.path)/journal"
  }

  /// What ``noting(_:_:)`` left.
  var journal: [String] { ((try? read("journal")) ?? "").split(separator: "\n").map(String.init) }

  /// Whether whatever began had ended before the next began.
  var isOneByOne: Bool {
    let lines = journal
    return lines.count.isMultiple(of: 2)
      && stride(from: 0, to: lines.count, by: 2).allSatisfy { lines[$0].dropFirst() == lines[$0 + 1].dropFirst() }
  }

  func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path) }

  func names(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? [])
      .filter { !$0.hasPrefix(".") && $0 != "README.md" }.sorted()
  }

  /// Waits as long as a loaded machine may take.
  func wait(_ sourceLocation: SourceLocation = #_sourceLocation, until condition: () throws -> Bool) throws {
    for _ in 0..<6000 {
      if try condition() { return }
      usleep(10_000)
    }
    Issue.record("it did not come", sourceLocation: sourceLocation)
  }
}
