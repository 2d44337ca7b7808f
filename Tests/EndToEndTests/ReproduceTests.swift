import Foundation
import Testing

/// `nightshift reproduce` and `verify`.
@Suite struct ReproduceTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("rows.csv", flights(300))
    try site.write("double.sh", "sed 's/UA/ZZ/' inputs/rows/*.csv > outputs/doubled.csv\n")
  }

  @discardableResult
  private func run(_ script: String = "sh double.sh", cpus: Int = 1, day: Int = 1) throws -> String {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: night
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: rows.csv, dataset: rows}}
        - {id: parts, uses: split, with: {data: raw, by: hash, column: time, test: 0.3}}
        - id: model
          uses: train
          resources: {cpus: \(cpus)}
          with: {trainer: xgboost, data: parts.train, target: delay > 20, exclude: [time], params: {rounds: 8}, model: m}
        - {id: scores, uses: evaluate, with: {model: model, data: parts.test}}
        - {id: verdict, uses: gate, with: {challenger: scores, require: [auc >= 0.5]}}
        - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}
        - {id: scored, uses: predict, with: {model: model, data: parts.test, dataset: predictions}}
        - id: own
          run: "\(script)"
          inputs: {rows: raw}
          outputs: {doubled: {path: doubled.csv, kind: dataset}}
          code: double.sh

      """)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    return try #require(
      try site.run("runs").output.split(separator: "\n").first { $0.hasPrefix("night-2013020\(day)") }?.split(
        separator: " "
      ).first.map(String.init))
  }

  @Test("a run comes out bit-identical from its records alone, and moves nothing")
  func identical() throws {
    let run = try run()
    // Today's files are no part of it.
    for name in ["rows.csv", "double.sh", "job.yaml"] { try site.write(name, "gone\n") }
    let refs = try site.files("Store/refs").map { try site.read("Store/refs/\($0)") }
    let record = try site.read(try #require(site.files(".").first { $0.hasSuffix("\(run)/run.json") }))
    let answer = try site.run("reproduce", run)
    #expect(answer.status == 0, "\(answer.output)\(answer.errors)")
    #expect(answer.output.hasPrefix("\(run): bit-identical"))
    #expect(answer.output.contains("it moves an alias, which a reproduction never does"))
    #expect(try site.files("Store/refs").map { try site.read("Store/refs/\($0)") } == refs)
    #expect(try site.read(try #require(site.files(".").first { $0.hasSuffix("\(run)/run.json") })) == record)
    #expect(site.files("Store/tmp").isEmpty)
    #expect(site.files("Jobs/inbox").isEmpty)
    #expect(try site.run("show", run).output.contains("bit-identical"))
    #expect(try site.read("Store/reports/runs/\(run).html").contains("Done again"))
    #expect(try site.read("Store/reports/runs/index.json").contains("bit-identical"))
  }

  @Test("a step that gives something else each time differs, and the night's verification says so")
  func differing() throws {
    let run = try run("date +a,b%n%N,1 > outputs/doubled.csv")
    let answer = try site.run("reproduce", run, "--json")
    #expect(answer.status == 10)
    #expect(answer.output.contains("\"label\" : \"differs\""))
    #expect(answer.output.contains("“doubled”: row 1 of the column “a” differs"))
    let verified = try site.run("verify", "--sample", "1")
    #expect(verified.status == 10)
    #expect(verified.output.contains("differs"))
    #expect(try site.read("Store/reports/index.html").contains("Not reproduced"))
  }

  @Test("numbers within the tolerance are equal, and the label says within what")
  func close() throws {
    let run = try run("date +a%n1.0000000%N > outputs/doubled.csv")
    let answer = try site.run("reproduce", run, "--tolerance", "1e-6")
    #expect(answer.status == 0, "\(answer.output)")
    #expect(answer.output.hasPrefix("\(run): equal within ± 1e-06"))
  }

  @Test("what is not kept any more makes a run unverified, not different")
  func unverified() throws {
    let run = try run()
    let record = try #require(site.files(".").first { $0.hasSuffix("\(run)/run.json") })
    // As if the code had been collected: its manifest is named otherwise.
    let text = try site.read(record)
    let code = try #require(
      try JSONDecoder().decode(Record.self, from: Data(text.utf8)).steps.last?.inputs.first { $0.name == "code" }?
        .artifact.digest)
    #expect(
      try site.shell(
        "chmod u+w \"$1\" && sed -i \"s/$2/$3/\" \"$1\"", record, code, "sha256:" + String(repeating: "0", count: 64)
      )
      .status == 0)
    let answer = try site.run("reproduce", run)
    #expect(answer.status == 10)
    #expect(answer.output.hasPrefix("\(run): unverified"))
    #expect(answer.output.contains("what it read is not there any more"))
  }

  private struct Record: Decodable {
    struct Step: Decodable { var inputs: [Input] }
    struct Input: Decodable {
      var name: String
      var artifact: Artifact
    }
    struct Artifact: Decodable { var digest: String }
    var steps: [Step]
  }

  @Test("whole numbers are equal or not, whatever the tolerance, and words in the place of numbers are a difference")
  func whole() throws {
    for (day, script) in [
      (1, "date +a%n12345678%N"), (2, "if [ -e DONE ]; then echo a; echo n/b; else echo a; echo 1; fi"),
    ] {
      try? FileManager.default.removeItem(at: site.root.appendingPathComponent("DONE"))
      let path = site.root.appendingPathComponent("DONE").path
      let run = try run("(\(script.replacingOccurrences(of: "DONE", with: path))) > outputs/doubled.csv", day: day)
      try site.write("DONE", "")
      let answer = try site.run("reproduce", run, "--tolerance", "0.5")
      #expect(answer.status == 10, "\(answer.output)")
      #expect(answer.output.contains("row 1 of the column “a” differs"), "\(answer.output)")
    }
  }

  @Test("a run whose spec cannot be read any more is unverified, and hinders no other night")
  func unreadable() throws {
    let run = try run()
    let spec = try #require(site.files(".").first { $0.hasSuffix("\(run)/spec.yaml") })
    try #require(try site.shell("chmod u+w \"$1\" && echo 'version: 1' > \"$1\"", spec).status == 0)
    #expect(try site.run("verify", "--sample", "1").status == 0)
    #expect(try site.run("show", run).output.contains("unverified"))
  }

  @Test("verify takes the runs that were never verified first, and is silent when all is well")
  func verification() throws {
    let first = try run()
    let second = try run(day: 2)
    for _ in 0..<2 {
      let answer = try site.run("verify", "--sample", "1", "--now", "2013-03-01T00:00:00Z")
      #expect(answer.status == 0)
      #expect(answer.output.isEmpty)
    }
    for run in [first, second] { #expect(try site.run("show", run).output.contains("bit-identical")) }
  }

  @Test("training on one core and on two gives the same model")
  func threads() throws {
    // Each on a site of its own: a step does not know on how many cores it was done, and would be reused. The recipe
    // names the spec, which says so: all else must be the same.
    let trees = try [1, 2].map { cpus in
      let tests = try ReproduceTests()
      try tests.run(cpus: cpus)
      return try tests.package()
    }
    #expect(trees[0].count > 1000)
    #expect(trees[0] == trees[1])
  }

  /// All files of the model but its recipe.
  private func package() throws -> String {
    try #require(try site.run("model", "export", "p/m@v1", "model.tar").status == 0)
    try #require(try site.shell("mkdir out && tar xf model.tar -C out").status == 0)
    return try site.files("out").filter { !$0.hasSuffix("recipe.json") }.map {
      "\($0) \(try site.read("out/\($0)"))"
    }.joined()
  }
}
