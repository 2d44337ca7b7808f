import Foundation
import Testing

/// What is left of a runner that was killed, and what the next one makes of it.
@Suite struct DeadRunnerTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  /// Processes of this machine whose environment names the site's folder.
  private var processes: [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { process in
      guard let environment = FileManager.default.contents(atPath: "/proc/\(process)/environ"),
        let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      else { return false }
      let mark = "NIGHTSHIFT_ATTEMPT=" + site.root.resolvingSymlinksInPath().path
      return String(decoding: environment, as: UTF8.self).contains(mark) && !state.contains(") Z ")
    }
  }

  @Test(
    "a killed runner's step ends, and the next run finishes the job and leaves nothing", .timeLimit(.minutes(30)),
    arguments: ["sleep 300", "setsid sleep 300 & sleep 300", "chmod 000 inputs .; sleep 300 & sleep 300"])
  func killed(script: String) throws {
    // The second attempt finds what the first one left, and ends well.
    try site.write(
      "Jobs/inbox/job.yaml",
      """
      version: 1
      name: job
      steps:
        - {id: own, run: "test -e \(site.root.path)/begun && exit 0; touch \(site.root.path)/begun; \(script)"}

      """)
    let runner = Process()
    runner.executableURL = URL(fileURLWithPath: SiteFixture.tool)
    runner.arguments = ["run", "--site", site.root.path]
    try runner.run()
    try site.wait { FileManager.default.fileExists(atPath: site.root.path + "/begun") }
    kill(runner.processIdentifier, SIGKILL)
    runner.waitUntilExit()
    let answer = try site.run("run")
    #expect(answer.status == 0)
    #expect(answer.errors == "")
    #expect(processes == [])
    #expect(try FileManager.default.contentsOfDirectory(atPath: site.root.path + "/Store/tmp") == [])
    #expect(site.files("Jobs/done").count == 2)
    #expect(try site.run("store", "check").status == 0)
  }
}
