import Foundation
@testable import Jobs
import Records
import Store
import Testing

@Suite struct SpecReaderTests {
  private static let context = RunContext(
    id: "job-20130401T020000-7f3a", logicalTime: Timestamp(seconds: 1_364_781_600))

  @Test("every mistake is told, each at its place")
  func toldAtTheirPlace() throws { try expectMistakes("mistakes") }

  @Test(
    "what is no spec at all is one mistake",
    arguments: [
      ("", "job.yaml:1:1: the last line has no line break, so the file may have been cut short: end it with one"),
      ("\n", "job.yaml:1:1: the file is empty: a job needs at least `version`, `name` and `steps`"),
      ("version: 1\nversion: 1\n", "job.yaml:1:1: the key `version` stands here twice"),
      ("a: 1\n---\nb: 1\n", "job.yaml:3:1: a file holds one job: remove what follows the second `---`"),
      (
        "version: 1\nname: a",
        "job.yaml:2:8: the last line has no line break, so the file may have been cut short: end it with one"
      ),
      ("- 1\n", "job.yaml:1:1: a job must be a mapping of keys, not a list"),
    ])
  func notASpec(text: String, line: String) { #expect(mistakes(text).first == line) }

  private static func stairs(lineBreak: String) -> String {
    (0..<1400).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: lineBreak) + "\n"
  }

  /// A key that is a tree of 2^40 leaves, and is compared with others.
  private static let aliasesAsKey =
    "a0: &a0 [x, x]\n" + (1..<40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined() + "? *a39\n: 1\n"

  @Test(
    "depth and aliases cannot hurt the reader", .timeLimit(.minutes(5)),
    arguments: [
      String(repeating: "[", count: 100_000) + "\n", String(repeating: "- ", count: 50_000) + "\n",
      (0..<5000).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
      String(repeating: "[\"]\",", count: 100_000) + "\n",
      stairs(lineBreak: "\r\n"), stairs(lineBreak: "\r"), stairs(lineBreak: "\u{2028}"), aliasesAsKey,
      "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n",
    ])
  func hostile(text: String) { #expect(!mistakes(text).isEmpty) }

  private static let head = "version: 1\nname: job\nparams: {seed: 7, word: \"it's\", list: [a.csv, b.csv]}\nsteps:\n"

  @Test("an expression that is a whole value keeps its type, in flow style too")
  func typedExpressions() throws {
    let job = try readSpec(
      Self.head + "  - id: data\n    uses: import\n    with: {archive: a.tar, select: ${{ params.list }}, dataset: d}\n"
        + "  - {id: parts, uses: split, with: {data: data, by: random, test: 0.5, seed: ${{ params.seed }}}}\n")
    guard case .import(let options) = job.steps[0].action, case .split(let split) = job.steps[1].action else {
      Issue.record("other steps than written")
      return
    }
    #expect(options.select == ["a.csv", "b.csv"])
    #expect(split.seed == 7)
  }

  @Test("a parameter in a shell line is one word, whatever it holds")
  func shellQuoting() throws {
    let job = try readSpec(Self.head + "  - id: own\n    run: echo ${{ params.word }} ${{ run.date }}\n")
    guard case .run(let options) = job.steps[0].action else { return }
    #expect(options.command == .shell("echo 'it'\\''s' '2013-04-01'"))
  }

  @Test("an override takes the parameter's place, and an unknown one is a mistake")
  func overrides() throws {
    let text = Self.head + "  - {id: d, uses: import, with: {archive: a, dataset: d, select: \"${{ params.seed }}\"}}\n"
    #expect(try readSpec(text, [Job.Param(name: "seed", json: "11")]).params.first?.json == "11")
    #expect(throws: SpecError.self) { try readSpec(text, [Job.Param(name: "sed", json: "11")]) }
  }

  @Test("JSON is a spec too, and `no` is a word")
  func json() throws {
    let job = try readSpec(
      #"{"version":1,"name":"job","steps":[{"id":"no","uses":"snapshot","with":{"from":"x","dataset":"d"}}]}"# + "\n")
    #expect(job.steps[0].id == "no")
  }

  @Test(
    "references are read as what they name",
    arguments: [
      ("flights@latest", Reference.entity(EntityReference(project: nil, name: "flights", selector: .latest))),
      ("p/flights@v12", .entity(EntityReference(project: "p", name: "flights", selector: .version(12)))),
      ("flights@2013-04-01", .entity(EntityReference(project: nil, name: "flights", selector: .date("2013-04-01")))),
      ("m@champion", .entity(EntityReference(project: nil, name: "m", selector: .alias("champion")))),
    ])
  func references(text: String, reference: Reference) { #expect(ReferenceParser.stored(text) == reference) }

  @Test(
    "rules are read, and half rules are not",
    arguments: [
      ("auc >= 0.65", true), ("auc >= champion.auc - 0.005", true), ("auc>=champion.auc+1e-3", true),
      ("slice(origin).auc > 0.6", true),
      ("drift.sched dep.psi < 0.2", true), ("drift.psi < 0.2", false), ("auc >=", false), ("auc => 3", false),
      ("champion.auc > 1", false),
      ("auc > > 3", false), ("drift.a.psi < champion.psi", false), ("auc == 1", true),
      ("auc >= champion.auc * 2", false), ("auc >= champion - 0.01", true), ("auc > baseline.auc + 0.1", true),
      ("auc >= champion.auc with confidence 0.95", true), ("auc >= 0.6 with confidence x", false),
      ("auc >= champion.auc with confidence", false), ("slice(a, b).auc >= champion", true),
      ("slice(a,).auc > 0.6", false), ("fairness(sex).demographic_parity_difference <= 0.1", true),
      ("fairness(sex) <= 0.1", false), ("fairness(sex).x <= baseline.x", false), ("cost.ms_per_1000 <= 5", true),
      ("cost.ms <= champion", false), ("contract.errors == 0", true), ("contract.colour == 0", false),
      ("auc > rival.auc", false), ("auc > championauc", false),
    ])
  func rules(text: String, isRule: Bool) { #expect((RuleParser.gateRule(text) != nil) == isRule) }

  @Test(
    "conditions are read, and half conditions are not",
    arguments: [
      ("steps.v.verdict == promote", true), ("steps.a.outcome != 'failed' && steps.b.outcome == ran || a == a", true),
      ("steps.v == promote", true), ("steps.v.colour == red", false), ("promote", false), ("a == ", false),
      ("a = b", false),
    ])
  func conditions(text: String, isCondition: Bool) { #expect((RuleParser.condition(text) != nil) == isCondition) }

  @Test(
    "durations and sizes",
    arguments: [
      ("90s", 90.0), ("1.5h", 5400), ("30d", 2_592_000), ("99999999999999d", nil), ("10", nil), ("-1s", nil),
      ("h", nil),
    ] as [(String, Double?)])
  func durations(text: String, seconds: Double?) { #expect(Quantity.seconds(text) == seconds) }

  @Test("a recipe is replayed on newer data: what made the data is left out, what read it reads the new version")
  func replay() throws {
    let spec =
      Self.head + """
          - {id: raw, uses: import, with: {archive: a.tar, dataset: flights}}
          - {id: parts, uses: split, needs: raw, with: {data: raw, by: random, test: 0.5}}
          - {id: other, uses: split, with: {data: flights@latest, by: random, test: 0.5}}

        """
    let replayed = try #require(
      try SpecReplay.spec(
        Array(spec.utf8), replacing: "flights", of: "default", with: "default/flights@v4", file: "job.yaml"))
    let job = try SpecReader(file: "job.json", defaultProject: "default", run: .oneNight).read(replayed)
    #expect(job.steps.map(\.id) == ["parts", "other"])
    let newer = Reference.entity(EntityReference(project: "default", name: "flights", selector: .version(4)))
    for step in job.steps { #expect(step.action.inputs.map(\.reference) == [newer]) }
    #expect(
      try SpecReplay.spec(Array(spec.utf8), replacing: "weather", of: "default", with: "x@v1", file: "job.yaml") == nil)
  }

  @Test("a step's key depends on what it reads and not on how that was written")
  func keys() throws {
    func key(_ data: String, digest: String, test: String = "0.5") throws -> String {
      let job = try readSpec(
        Self.head
          + "  - {id: raw, uses: snapshot, with: {from: x, dataset: d}}\n  - {id: parts, uses: split, with: {data: \(data), by: random, test: \(test)}}\n"
      )
      let ingredients = StepKey.Ingredients(
        implementation: 1, inputs: ["data": .init(of: Array(digest.utf8))], sources: [:], environment: [:], context: [:]
      )
      return try StepKey.key(job.steps[1].action, ingredients).hex
    }
    #expect(try key("raw", digest: "a") == key("d@latest", digest: "a"))
    #expect(try key("raw", digest: "a") != key("raw", digest: "b"))
    #expect(try key("raw", digest: "a") != key("raw", digest: "a", test: "0.4"))
  }

  @Test("the shipped schema is the one that the vocabulary makes")
  func schema() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appendingPathComponent("Jobs/nightshift-job.schema.json")
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try SpecSchema.text.write(to: path, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: path, encoding: .utf8) == SpecSchema.text)
  }

  @Test("the demo never learns from what is known only after departure")
  func demoFeatures() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let spec = try Data(contentsOf: root.appendingPathComponent("Jobs/examples/flights/flights-delay.yaml"))
    let job = try SpecReader(file: "flights-delay.yaml", defaultProject: "default", run: .oneNight).read(Array(spec))
    let training = job.steps.compactMap { step in if case .train(let options) = step.action { options } else { nil } }
    #expect(training.count == 1)
    // Columns of a timetable, and of the weather hours before: all others are measured when the flight is under way or over.
    let timetable: Set = [
      "temp", "humid", "precip", "pressure", "visib", "wind_speed",
      "time_hour", "carrier", "flight", "tailnum", "origin", "dest", "distance", "sched_dep_time", "sched_arr_time",
    ]
    for options in training { #expect(timetable.isSuperset(of: try #require(options.features))) }
  }

  @Test(
    "every shipped example is a right spec",
    arguments: ["flights-delay.yaml", "flights-night.yaml", "flights-weather.yaml"])
  func examples(name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let spec = try Data(contentsOf: root.appendingPathComponent("Jobs/examples/flights/\(name)"))
    #expect(!(try readSpec(String(decoding: spec, as: UTF8.self)).steps.isEmpty))
  }

  @Test("every shipped recurring example is a right spec", arguments: ["landing-night.yaml", "answer-drift.yaml"])
  func recurringExamples(name: String) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let spec = try Data(contentsOf: root.appendingPathComponent("Jobs/examples/recurring/\(name)"))
    let reader = SpecReader(file: name, defaultProject: "default", run: .oneNight, use: .recurring)
    #expect(try reader.read(Array(spec)).triggers != nil)
  }

  @Test("settings are read, an empty file is a valid site, and mistakes have their place")
  func settings() throws {
    #expect(try SiteSettings([], file: "nightshift.yaml") == SiteSettings())
    #expect(try SiteSettings(Array("# nothing\n".utf8), file: "nightshift.yaml") == SiteSettings())
    #expect(try SiteSettings(Array("project: p\nsettle: 5s\nroots: [/data]\n".utf8), file: "n").settleSeconds == 5)
    let error = #expect(throws: SpecError.self) { try SiteSettings(Array("projct: p\n".utf8), file: "nightshift.yaml") }
    #expect(error?.lines == ["nightshift.yaml:1:1: nightshift.yaml has no key `projct`: did you mean `project`?"])
  }

  @Test("limits and isolation of a job hold for its steps, unless they say otherwise")
  func isolation() throws {
    let job = try readSpec(
      """
      version: 1
      name: job
      sandbox: strict
      network: true
      keep-work: on-failure
      resources: {memory: 1GiB, files: 64, file-size: 2GiB, output: 1MiB}
      steps:
        - {id: one, run: "true"}
        - {id: two, run: "true", sandbox: off, network: false, binds: /opt/venv, keep-work: never, resources: {files: 32}}

      """)
    #expect(job.steps[0].isolation == Isolation(sandbox: .strict, hasNetwork: true))
    #expect(job.steps[0].keepsWork == .onFailure)
    #expect(
      job.steps[0].resources
        == Step.Resources(memoryBytes: 1 << 30, openFiles: 64, fileBytes: 2 << 30, outputBytes: 1 << 20))
    #expect(job.steps[1].isolation == Isolation(sandbox: .off, binds: ["/opt/venv"]))
    #expect(job.steps[1].keepsWork == .never)
    #expect(job.steps[1].resources.openFiles == 32)
  }

  @Test("what a sandbox cannot be is told")
  func isolationMistakes() {
    let spec =
      "version: 1\nname: job\nsandbox: strct\nnetwork: maybe\nsteps:\n"
      + "  - {id: one, run: \"true\", binds: [../x, /a/../b]}\n"
      + "  - {id: two, uses: snapshot, network: true, with: {from: x, dataset: x}}\n"
    #expect(
      mistakes(spec) == [
        "job.yaml:3:10: `sandbox` cannot be “strct”: did you mean `strict`?",
        "job.yaml:4:10: `network` must be `true` or `false`, not “maybe”",
        "job.yaml:6:36: “../x” is not an absolute path without `..`",
        "job.yaml:6:42: “/a/../b” is not an absolute path without `..`",
        "job.yaml:7:40: `network` belongs to `run`; a built-in step takes `with`",
      ])
  }
}
