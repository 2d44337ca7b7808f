import Disk
import Foundation
import Jobs
@testable import Pipeline
import Records
import SystemPackage
import Testing

/// A site in a folder of a test's own, whose commands are executed without a runner.
final class ExecutorFixture: Sendable {
  let root: FilePath
  let site: Site
  let stepFolder: FilePath

  init(settings: String = "") throws {
    root = FilePath(NSTemporaryDirectory() + "/nightshift-executor-" + UUID().uuidString)
    try Disk().makeDirectory(root)
    // Short, so that those who will not end do not take the tests' time.
    let text = "grace: 0.2s\n" + settings.replacing("ROOT", with: root.string)
    try Disk().replace(root.appending("nightshift.yaml"), with: Array(text.utf8))
    site = try Site.create(at: root, disk: Disk())
    stepFolder = root.appending("step")
    try Disk().makeDirectory(stepFolder)
  }

  deinit { try? Disk().removeTree(root) }

  /// A step that runs `script` in the shell; `more` are keys of it, in flow style.
  func step(_ script: String, _ more: String = "") throws -> Step { try SpecText.step(SpecText.quoted(script), more) }

  /// A step that runs what `run` says in flow style.
  func step(run: String, _ more: String = "") throws -> Step { try SpecText.step(run, more) }

  func execute(_ step: Step, isForeign: Bool = false, keepsWork: Bool = false) async throws -> StepExecutor.Execution {
    var request = StepRequest(
      id: step.id, action: step.action, inputs: [], sources: [:], project: "default", run: "job-run", job: "job",
      logicalTime: Timestamp(seconds: 1_364_781_600), threads: 1, site: root.string, stepFolder: stepFolder.string,
      params: ["depth": "6"])
    request.isForeign = isForeign
    return try await StepExecutor(site: site, tool: "/bin/false", keepsWork: keepsWork).execute(step, request) { _ in }
  }

  var log: String { get throws { String(decoding: try Disk().read(stepFolder.appending("log")), as: UTF8.self) } }

  /// What is left in the store's `tmp/`, and of processes: nothing, if all is well.
  var leftOvers: [String] {
    get throws {
      let tree = ProcessTree(disk: Disk())
      let processes = tree.all().filter { process in
        let environment = (try? Disk().open(FilePath("/proc/\(process)/environ")).read(count: 1 << 16, at: 0)) ?? []
        return String(decoding: environment, as: UTF8.self).contains(root.string) && !tree.hasEnded(process)
      }
      return try Disk().list(root.appending("Store/tmp")).map(\.name) + processes.map { "process \($0)" }
    }
  }
}

/// Steps out of the job language.
enum SpecText {
  static func step(_ run: String, _ more: String = "") throws -> Step {
    let spec = "version: 1\nname: job\nsteps:\n  - {id: own, run: \(run)\(more.isEmpty ? "" : ", \(more)")}\n"
    let context = RunContext(id: "job-run", logicalTime: Timestamp(seconds: 1_364_781_600))
    return try SpecReader(file: "job.yaml", defaultProject: "default", run: context).read(Array(spec.utf8)).steps[0]
  }

  static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
