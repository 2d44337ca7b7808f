import Foundation
import Testing

@Suite(.serialized) struct NightlyLoopTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let training = """
    version: 1
    name: delays
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: parts, uses: split, with: {data: raw, by: time, column: time, test: 0.25, validation: 0.15}}
      - id: model
        uses: train
        with: {trainer: xgboost, data: parts.train, validation: parts.validation, target: delay > 25, exclude: [time],
               params: {max_depth: 3, rounds: 30, early_stopping: 5}, seed: 7, model: delays}
      - {id: scores, uses: evaluate, with: {model: model, data: parts.test, slices: carrier}}
      - {id: verdict, uses: gate, with: {challenger: scores, champion: delays@champion, require: [auc >= 0.6, auc >= champion.auc - 0.01]}}
      - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}

    """

  private static let night = """
    version: 1
    name: night
    project: p
    steps:
      - {id: arrived, uses: snapshot, with: {from: "new/*.csv", dataset: arrived}}
      - {id: scored, uses: predict, with: {model: delays@champion, data: arrived, dataset: predictions, keys: [time]}}
      - {id: drift, uses: monitor, with: {model: delays@champion, data: arrived}}
      - {id: all, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: again, uses: retrain, with: {model: delays@champion, data: all, when: [drift, new-rows >= 100]}}

    """

  private func submit(_ name: String, _ spec: String, at time: String, expect status: Int32 = 0) throws
    -> SiteFixture.Answer
  {
    try site.write(name, spec)
    try #require(try site.run("submit", name, "--now", time).status == 0)
    let answer = try site.run("run")
    #expect(answer.status == status, "\(answer.errors)")
    return answer
  }

  private func runs() throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    return try #require(json as? [[String: Any]])
  }

  private func outcomes(_ run: [String: Any]) -> [String] {
    (run["steps"] as? [[String: Any]] ?? []).compactMap { $0["outcome"] as? String }
  }

  @Test("a model is trained and promoted in silence; an unchanged job reuses every step; new data retrains by itself")
  func loop() throws {
    try site.write("landing/1.csv", flights(900))
    let first = try submit("delays.yaml", Self.training, at: "2013-02-01T02:00:00Z")
    #expect(first.output.isEmpty && first.errors.isEmpty)
    #expect(outcomes(try runs()[0]) == Array(repeating: "ran", count: 6))

    _ = try submit("delays.yaml", Self.training, at: "2013-02-02T02:00:00Z")
    #expect(outcomes(try runs()[0]) == Array(repeating: "reused", count: 6))

    try site.write("landing/2.csv", flights(900, seed: 2, start: 900))
    try site.write("new/2.csv", flights(900, seed: 2, start: 900))
    _ = try submit("night.yaml", Self.night, at: "2013-02-03T02:00:00Z")
    let names = try runs().compactMap { $0["job"] as? String }
    #expect(names.sorted() == ["delays", "delays", "delays", "night"])
    let retrained = try #require(try runs().first { $0["requestedBy"] != nil })
    #expect(retrained["outcome"] as? String == "done")
    // The recipe begins with the newer data itself: the step that made the old is left out.
    #expect(outcomes(retrained) == Array(repeating: "ran", count: 5))

    #expect(try site.run("store", "check", "--read-data").status == 0)
    #expect(try site.run("data", "checkout", "p/predictions@latest", "out").status == 0)
    let rows = try site.read("out/predictions.csv").split(separator: "\n")
    #expect(rows[0] == "time,score")
    #expect(rows.count == 901)
    let page = try site.read("Store/reports/index.html")
    #expect(page.contains("All went well in the night of 2013-02-03"))
    #expect(try site.read("Store/reports/models/p/delays.json").contains("champion"))
    #expect(try site.run("model", "export", "delays@v1", "delays.zip").status == 0)
    #expect(try site.run("model", "diff", "delays@v1", "delays@champion").output.contains("bytes new"))
    // From the predictions back to the raw files.
    let lineage = try site.read("Store/reports/datasets/p/predictions.html")
    #expect(lineage.contains("landing/*.csv") && lineage.contains("raw files"))
  }

  @Test("a worse challenger is refused, which is a result and no failure")
  func refused() throws {
    try site.write("landing/1.csv", flights(900))
    _ = try submit("delays.yaml", Self.training, at: "2013-02-01T02:00:00Z")
    let worse = Self.training.replacingOccurrences(of: "exclude: [time]", with: "features: [distance]")
    _ = try submit("delays.yaml", worse, at: "2013-02-02T02:00:00Z")
    #expect(try site.run("model", "show", "delays@champion").output.contains("p/delays@v1"))
    #expect(try site.run("nights").output.contains("v2 refused"))
    // Nor is there a way round the verdict.
    let rollback = try site.run("model", "rollback", "delays", "--to", "v2", "--why", "trial")
    #expect(rollback.status == 64)
    #expect(rollback.errors.contains("delays@v2 never was champion: no verdict has promoted it"))
    #expect(try site.run("model", "show", "delays@champion").output.contains("p/delays@v1"))
  }

  @Test("a command is a step: its inputs, parameters, outputs and log", arguments: ["shell", "arguments"])
  func command(form: String) throws {
    try site.write("landing/1.csv", flights(10))
    try site.write(
      "lib/count.sh",
      "echo counting; wc -l < inputs/rows/1.csv > outputs/count; cat params.json >> outputs/count; echo '{\"rows\": 11}' > metrics.json\n"
    )
    let run = form == "shell" ? "sh lib/count.sh" : "[sh, lib/count.sh]"
    _ = try submit(
      "own.yaml",
      """
      version: 1
      name: own
      params: {depth: 3}
      steps:
        - {id: raw, uses: snapshot, with: {from: landing, dataset: flights}}
        - id: count
          run: \(run)
          inputs: {rows: raw}
          outputs: {count: {kind: files}}
          code: lib/
        - {id: skipped, run: [ls], if: steps.count.outcome == failed}

      """, at: "2013-02-01T02:00:00Z")
    let run0 = try runs()[0]
    #expect(outcomes(run0) == ["ran", "ran", "skipped"])
    let id = try #require(run0["id"] as? String)
    #expect(try site.run("logs", id, "count").output == "counting\n")
    #expect(try site.run("show", id).output.contains("rows 11.0000"))
  }

  @Test("a command that asks for another attempt gets it")
  func retries() throws {
    let mark = site.root.appendingPathComponent("mark").path
    let spec = """
      version: 1
      name: own
      steps:
        - {id: again, run: "test -e \(mark) || { touch \(mark); exit 75; }", retry: {attempts: 2, backoff: 0s}}

      """
    _ = try submit("own.yaml", spec, at: "2013-02-01T02:00:00Z")
    #expect(outcomes(try runs()[0]) == ["ran"])
  }

  @Test("a spec with mistakes is rejected with all of them, and nothing runs")
  func rejected() throws {
    try site.write(
      "bad.yaml",
      "version: 1\nname: bad\nsteps:\n  - {id: a, uses: snapshott}\n  - {id: b, run: [touch, /tmp/never], nedds: a}\n")
    let check = try site.run("check", "bad.yaml")
    #expect(check.status == 65)
    #expect(
      check.errors
        == "bad.yaml:4:19: there is no built-in step “snapshott”: did you mean `snapshot`?\nbad.yaml:5:39: step “b” has no key `nedds`: did you mean `needs`?\n"
    )
    try site.write("Jobs/inbox/bad.yaml", try site.read("bad.yaml"))
    #expect(try site.run("run").status == 65)
    let day = try #require(
      try FileManager.default.contentsOfDirectory(atPath: site.root.appendingPathComponent("Jobs/rejected").path).first)
    #expect(site.files("Jobs/rejected/\(day)") == ["bad.result.json", "bad.yaml"])
    #expect(try site.read("Jobs/rejected/\(day)/bad.result.json").contains("bad.yaml:4:19"))
    #expect(try runs().isEmpty)
  }

  @Test(
    "what is wrong with the data fails the step with its place, and what does not depend on it goes on",
    arguments: [
      (
        "a,b\n1,2\n3\n", "{id: s, uses: snapshot, with: {from: f.csv, dataset: d}}",
        "f.csv: row 2 (line 3): it has 1 values, the header has 2"
      ),
      (
        "a,b\n1,2\n", "{id: s, uses: snapshot, with: {from: missing.csv, dataset: d}}",
        "missing.csv: cannot look at: no such file or folder"
      ),
      (
        "a,b\n1,2\n1,3\n",
        "{id: s, uses: snapshot, with: {from: f.csv, dataset: d}}\n  - {id: m, uses: train, with: {trainer: xgboost, data: s, target: a > 0, model: m}}",
        "the target “a > 0” is “true” in all 2 rows"
      ),
      (
        "alpha,b\n1,2\n1,3\n",
        "{id: s, uses: snapshot, with: {from: f.csv, dataset: d}}\n  - {id: m, uses: train, with: {trainer: xgboost, data: s, target: alpa, model: m}}",
        "the target column “alpa” is not in the data: did you mean “alpha”?"
      ),
      ("a,b\n1,2\n", "{id: s, uses: import, with: {archive: f.csv, dataset: d}}", "cannot be read as an archive"),
      (
        "a,b\n1,2\n", "{id: s, uses: predict, with: {model: none@champion, data: none@latest, dataset: d}}",
        "“none@champion” cannot be resolved: there is no such version yet"
      ),
      ("a,b\n1,2\n", "{id: s, run: \"echo last words; exit 3\"}", "it ended with exit status 3"),
      ("a,b\n1,2\n", "{id: s, run: [sleep, 60], timeout: 1s}", "it took longer than its timeout of 1 s"),
      (
        "a,b\n1,2\n", "{id: s, uses: snapshot, with: {from: /etc/hostname, dataset: d}}", "is outside the spec's folder"
      ),
    ])
  func failures(csv: String, steps: String, reason: String) throws {
    try site.write("f.csv", csv)
    let answer = try submit(
      "job.yaml",
      "version: 1\nname: job\nsteps:\n  - \(steps)\n  - {id: after, uses: split, with: {data: d@latest, by: random, test: 0.5}, needs: [s]}\n  - {id: apart, run: [\"true\"]}\n",
      at: "2013-02-01T02:00:00Z", expect: 10)
    #expect(answer.errors.contains(reason), "\(answer.errors)")
    #expect(answer.output.isEmpty)
    #expect(site.files("Jobs/failed/2013-02-01").count == 3)
    #expect(outcomes(try runs()[0]).last == "ran")
    #expect(try site.run("store", "check", "--read-data").status == 0)
  }

  @Test("an archive that would leave its folder is refused by name")
  func hostileArchive() throws {
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = [
      "python3", "-c",
      "import tarfile,io,sys\nwith tarfile.open(sys.argv[1],'w') as t:\n i=tarfile.TarInfo('../evil.csv'); i.size=4; t.addfile(i,io.BytesIO(b'a\\n1\\n'))",
      site.root.appendingPathComponent("evil.tar").path,
    ]
    try tar.run()
    tar.waitUntilExit()
    let answer = try submit(
      "job.yaml", "version: 1\nname: job\nsteps:\n  - {id: s, uses: import, with: {archive: evil.tar, dataset: d}}\n",
      at: "2013-02-01T02:00:00Z", expect: 10)
    #expect(answer.errors.contains("the entry “../evil.csv” is refused: it leaves its folder by `..`"))
  }

  @Test(
    "a runner killed in the middle is taken over, and its run ends as if nothing had happened",
    arguments: [50, 150, 300, 600] as [UInt32])
  func killed(milliseconds: UInt32) throws {
    try site.write("landing/1.csv", flights(900))
    try site.write("delays.yaml", Self.training)
    try #require(try site.run("submit", "delays.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    let runner = Process()
    runner.executableURL = URL(fileURLWithPath: SiteFixture.tool)
    runner.arguments = ["run", "--site", site.root.path]
    try runner.run()
    usleep(milliseconds * 1000)
    kill(runner.processIdentifier, SIGKILL)
    runner.waitUntilExit()
    #expect(try site.run("run").status == 0)
    #expect(try runs().count == 1)
    #expect(outcomes(try runs()[0]) == Array(repeating: "ran", count: 6))
    #expect(try site.run("model", "show", "delays@champion").output.contains("p/delays@v1"))
    #expect(try site.run("store", "check", "--read-data").status == 0)
    // Killed at the birth of its claim: runs leave that alone while it is so young that another one could be making it.
    let born = site.names("Jobs/active")
    for name in born {
      let files = site.names("Jobs/active/\(name)")
      #expect(files.allSatisfy { $0 == "lock" || $0.hasPrefix(".tmp-") }, "\(files)")
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -10)],
        ofItemAtPath: site.root.appendingPathComponent("Jobs/active/\(name)").path)
    }
    if !born.isEmpty { #expect(try site.run("run").status == 0) }
    #expect(site.files("Jobs/active").isEmpty)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: site.root.appendingPathComponent("Store/tmp").path).isEmpty)
  }

  @Test("content that comes back is the latest version again, within a second too")
  func comesBack() throws {
    for content in ["a\n1\n", "a\n2\n", "a\n1\n"] {
      try site.write("landing/a.csv", content)
      #expect(try site.run("data", "add", "landing", "--as", "d").status == 0)
    }
    #expect(try site.run("data", "show", "d@latest").output.contains("default/d@v3"))
  }

  @Test("a plan says what would run and changes nothing")
  func plan() throws {
    try site.write("landing/1.csv", flights(300))
    try site.write("delays.yaml", Self.training)
    let before = site.files("Store").filter { !$0.hasPrefix("locks") }
    #expect(try site.run("plan", "delays.yaml").output.contains("raw      snapshot  run"))
    #expect(site.files("Store").filter { !$0.hasPrefix("locks") } == before)
    _ = try submit("delays.yaml", Self.training, at: "2013-02-01T02:00:00Z")
    #expect(!(try site.run("plan", "delays.yaml").output.contains(" run ")))
  }

  @Test(
    "the exit status says what is wrong",
    arguments: [
      (["frobnicate"], 64), (["show", "nothing@latest"], 64), (["runs", "--site", "/nowhere"], 78),
      (["check", "/nowhere.yaml"], 74),
      (["data", "add", "none/*.csv", "--as", "d"], 74), (["data", "add", ".", "--as", "NO"], 64),
    ] as [([String], Int32)])
  func exitStatus(arguments: [String], status: Int32) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: SiteFixture.tool)
    process.arguments = arguments
    process.currentDirectoryURL = site.root
    (process.standardOutput, process.standardError) = (Pipe(), Pipe())
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == status)
  }

  @Test(
    "every verb has help with an example",
    arguments: [
      ["init"], ["check"], ["plan"], ["submit"], ["run"], ["status"], ["schedule"], ["runs"], ["nights"], ["show"],
      ["logs"],
      ["data", "add"], ["data", "list"],
      ["data", "show"], ["data", "checkout"], ["data", "export"], ["data", "diff"], ["model", "list"],
      ["model", "show"], ["model", "export"], ["model", "diff"], ["model", "rollback"],
      ["store", "check"], ["store", "gc"], ["store", "stats"], ["report"], ["health"], ["doctor"], ["install-units"],
      ["retrain"],
      ["completions"], ["manual"],
    ])
  func help(verb: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: SiteFixture.tool)
    process.arguments = verb + ["--help"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(text.contains("EXAMPLE:\n  nightshift \(verb.joined(separator: " "))"))
  }
}
