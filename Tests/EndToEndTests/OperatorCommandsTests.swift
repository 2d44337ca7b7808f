import Foundation
import Testing

/// What the person who runs the machine uses: the manual, completions, units, health, the files that a run leaves.
@Suite(.serialized) struct OperatorCommandsTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static func path(_ name: String) -> String? {
    ["/usr/bin/", "/bin/"].map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private static let good = "version: 1\nname: good\nsteps:\n  - {id: x, run: \"true\"}\n"
  private static let bad = "version: 1\nname: bad\nsteps:\n  - {id: x, run: \"test -e \(NSTemporaryDirectory())/no\"}\n"

  // MARK: The manual

  private func manual() throws -> String {
    let answer = try site.run("manual")
    try #require(answer.status == 0)
    try site.write("nightshift.1", answer.output)
    return answer.output
  }

  @Test("the manual has every verb, every exit status, and is made the same each time")
  func manualPage() throws {
    let page = try manual()
    for verb in ["run", "store gc", "data checkout", "install\\-units", "health"] {
      #expect(page.contains("\n.SS nightshift \(verb)\n"))
    }
    for section in ["NAME", "SYNOPSIS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES"] {
      #expect(page.contains("\n.SH \(section)\n"))
    }
    #expect(page.contains("\\fB78\\fR"))
    #expect(!page.contains("nightshift step"))
    #expect(try manual() == page)
  }

  @Test("groff finds nothing to complain of", .enabled(if: path("groff") != nil, "groff is not installed"))
  func groff() throws {
    _ = try manual()
    let answer = try site.shell("groff -man -ww -Tutf8 nightshift.1")
    #expect(answer.status == 0)
    #expect(answer.errors == "")
    #expect(answer.output.contains("nightshift"))
  }

  @Test("man finds nothing to complain of", .enabled(if: path("man") != nil, "man is not installed"))
  func man() throws {
    _ = try manual()
    #expect(
      try site.shell("LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 ./nightshift.1 2>&1 >/dev/null").output == "")
  }

  @Test("mandoc finds nothing to complain of", .enabled(if: path("mandoc") != nil, "mandoc is not installed"))
  func mandoc() throws {
    _ = try manual()
    #expect(try site.shell("mandoc -Tlint nightshift.1").output == "")
  }

  // MARK: Completions

  @Test("a shell reads its completions", arguments: ["bash", "zsh", "fish"])
  func completions(shell: String) throws {
    let answer = try site.run("completions", shell)
    #expect(answer.status == 0)
    #expect(answer.output.contains("install-units"))
    try site.write("completions", answer.output)
    guard Self.path(shell) != nil else { return }
    let check = try site.shell("\(shell) -n completions")
    #expect(check.status == 0 && check.errors == "")
  }

  @Test("names of runs and versions are completed, and a folder that is no site has none")
  func names() throws {
    try site.write("data.csv", "a\n1\n")
    #expect(try site.run("data", "add", "data.csv", "--as", "things").status == 0)
    try site.write("Jobs/inbox/good.yaml", Self.good)
    #expect(try site.run("run").status == 0)
    let found = try site.run("---completion", "show", "--", "positional@0", "1", "0", "nightshift", "show", "")
    #expect(found.output.contains("things@latest"))
    #expect(found.output.contains("good-2"))
    let none = try site.run(
      "---completion", "show", "--", "positional@0", "1", "0", "nightshift", "show", "--site", "/nowhere", "")
    #expect(none.output.allSatisfy(\.isWhitespace) && none.errors == "")
  }

  // MARK: What a run leaves

  @Test("each run beats, counts and tells; a job that is done again is well again; the store stays clean")
  func aftermath() throws {
    try site.write(
      "nightshift.yaml", "settle: 0s\nexpect: 24h\nnotify: {command: [sh, -c, \"cat >>told; echo >>told\"]}\n")
    #expect(try site.run("health").status == 10)
    #expect(try site.run("run").status == 0)
    let quiet = try site.run("health")
    #expect(quiet.status == 0 && quiet.output.hasSuffix("healthy\n"))
    try site.write("Jobs/inbox/bad.yaml", Self.bad.replacing("/no\"", with: "/no && false\""))
    #expect(try site.run("run").status == 10)
    #expect(try site.run("run").status == 0)
    #expect(try site.run("health").status == 10)
    #expect(try site.read("told").contains("default/bad failed"))
    #expect(try site.read("Store/reports/index.html").contains("The next one is expected by"))
    let metrics = try site.read("Store/metrics/nightshift.prom")
    #expect(metrics.contains("nightshift_job_last_succeeded{job=\"bad\",project=\"default\""))
    try site.write("Jobs/inbox/again.yaml", Self.good.replacing("name: good", with: "name: bad"))
    #expect(try site.run("run").status == 0)
    #expect(try site.run("health", "--json").status == 0)
    #expect(try site.read("told").contains("default/bad is done again"))
    #expect(try site.run("store", "check").status == 0)
    #expect(try site.run("doctor").status == 0)
  }

  @Test("a heartbeat, metrics and alerts that cannot be written are told, and end no run")
  func unwritable() throws {
    try site.write("nightshift.yaml", "settle: 0s\nmetrics: /proc/none/x.prom\nnotify: {outbox: /proc/none}\n")
    try site.write("Jobs/inbox/good.yaml", Self.good)
    let answer = try site.run("run")
    #expect(answer.status == 0)
    #expect(answer.errors.split(separator: "\n").count == 2)
    #expect(site.files("Jobs/done").contains { $0.hasSuffix("good.yaml") })
  }

  @Test("a night that is missing is told, as its age is asked for")
  func missing() throws {
    #expect(try site.run("run").status == 0)
    try site.write(
      "Store/heartbeat.json",
      try site.read("Store/heartbeat.json").replacing(/"20[0-9T:-]+Z"/, with: "\"2013-04-01T02:00:00Z\""))
    let answer = try site.run("health")
    #expect(answer.status == 10)
    #expect(answer.output.contains("✗ no run since 2013-04-01T02:00:00Z"))
    #expect(try site.run("health", "--max-age", "9999d").status == 0)
    #expect(try site.run("health", "--max-age", "soon").status == 64)
  }

  // MARK: Units

  @Test("units are written for the site, and what cannot be is refused")
  func units() throws {
    let answer = try site.run("install-units", "--directory", ".", "--name", "night", "--every", "10min")
    #expect(answer.status == 0 && answer.output.contains("enable --now night.timer night.path"))
    #expect(try site.read("night.service").contains("NIGHTSHIFT_SITE="))
    #expect(try site.read("night.timer").contains("OnUnitInactiveSec=600s"))
    #expect(try site.run("install-units", "--cron", "--every", "15min").output.contains("\n*/15 * * * * '"))
    for arguments in [
      ["--cron", "--every", "7min"], ["--cron", "--calendar", "daily"], ["--name", "a/b"], ["--every", "now"],
      ["--cron", "--user"], ["--calendar", "02:00\nExecStart=x"],
    ] {
      #expect(try site.run(["install-units"] + arguments).status == 64, "\(arguments)")
    }
  }
}
