import Foundation
import Testing

@Suite(.serialized) struct CollectionTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private func store() -> [String] {
    site.files("Store").filter { !$0.hasPrefix("locks") && !$0.hasPrefix("reports") }
  }

  @Test("versions expire by the rules, their content goes, and who asks for one is told when and why")
  func expires() throws {
    try site.write(
      "nightshift.yaml", "settle: 0s\nretention: {datasets: {last: 2}, pinned: [d@v1], grace: 0s}\n")
    for night in 1...5 {
      try site.write("landing/a.csv", flights(300, seed: UInt64(night)))
      #expect(try site.run("data", "add", "landing", "--as", "d").status == 0)
    }
    let before = store()
    let plan = try site.run("store", "gc", "--plan")
    #expect(plan.output.contains("default/d  v2-v3 ") && plan.output.contains("retention of datasets: last 2"))
    #expect(store() == before)

    let packs = Set(site.files("Store/packs"))
    let done = try site.run("store", "gc")
    #expect(done.status == 0 && done.output.isEmpty, "\(done.output)\(done.errors)")
    #expect(packs.subtracting(site.files("Store/packs")).count == 4)
    let asked = try site.run("data", "show", "d@v2")
    #expect(asked.status == 64)
    #expect(
      asked.errors.contains("default/d@v2 expired on ") && asked.errors.contains("(retention of datasets: last 2)"))
    #expect(try site.run("data", "checkout", "d@v1", "out").status == 0)
    #expect(try site.read("out/a.csv") == flights(300, seed: 1))

    let after = store()
    let again = try site.run("store", "gc", "--json")
    #expect(again.status == 0 && !again.output.contains("\"version\""))
    #expect(store() == after)
    #expect(try site.run("store", "check", "--read-data").status == 0)
    #expect(try site.run("report").status == 0)
    #expect(try site.run("store", "stats").output.contains("  dataset d"))
  }

  @Test("a second collection at the same time is told that the store is busy")
  func busy() throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let lock = site.root.appendingPathComponent("Store/locks/gc").path
    process.arguments = ["flock", lock, SiteFixture.tool, "store", "gc", "--site", site.root.path]
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 75)
    #expect(text.contains("another `nightshift store gc` is at work on "))
  }

  private static let training = """
    version: 1
    name: delays
    project: p
    steps:
      - {id: raw, uses: snapshot, with: {from: "landing/*.csv", dataset: flights}}
      - {id: parts, uses: split, with: {data: raw, by: time, column: time, test: 0.25}}
      - {id: model, uses: train, with: {trainer: xgboost, data: parts.train, target: delay > 25, exclude: [time], params: {rounds: 5}, model: delays}}
    """

  private static let promotion = """
      - {id: scores, uses: evaluate, with: {model: model, data: parts.test}}
      - {id: verdict, uses: gate, with: {challenger: scores, champion: delays@champion, require: [auc >= 0.5]}}
      - {id: release, uses: promote, with: {verdict: verdict, model: model, alias: champion}}

    """

  private func night(_ day: Int, promotes: Bool = false) throws -> [String] {
    try site.write("landing/a.csv", flights(300, seed: UInt64(day)))
    try site.write("delays.yaml", Self.training + "\n" + (promotes ? Self.promotion : ""))
    try #require(try site.run("submit", "delays.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 0, "\(answer.errors)")
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    let runs = try #require(json as? [[String: Any]])
    let run = runs.first { $0["job"] as? String == "delays" }
    return (run?["steps"] as? [[String: Any]] ?? []).compactMap { $0["outcome"] as? String }
  }

  @Test("the champion keeps all that it was made from; what a collection took is made again; reports go on")
  func lineage() throws {
    try site.write(
      "nightshift.yaml",
      "settle: 0s\nretention: {datasets: {last: 1}, models: {last: 1}, runs: {last: 1}, grace: 0s}\n")
    #expect(try night(1, promotes: true) == Array(repeating: "ran", count: 6))
    for day in 2...3 { #expect(try night(day) == Array(repeating: "ran", count: 3)) }
    #expect(site.files("Store/index/steps").count == 12)
    #expect(try expired(try site.run("store", "gc", "--json").output) == ["flights@2", "delays@2"])
    #expect(site.files("Store/index/steps").count == 9)
    #expect(try site.run("store", "check", "--read-data").status == 0)
    #expect(try site.run("data", "checkout", "p/flights@v1", "first").status == 0)
    // The part that the champion was trained on was never published, and stays with it.
    try site.write(
      "watch.yaml",
      "version: 1\nname: watch\nproject: p\nsteps:\n  - {id: drift, uses: monitor, with: {model: delays@champion, data: flights@latest}}\n"
    )
    #expect(try site.run("submit", "watch.yaml", "--now", "2013-02-04T02:00:00Z").status == 0)
    #expect(try site.run("run").status == 0)
    // What was taken is not reused: the steps of the second night run again.
    #expect(try night(2).filter { $0 == "ran" }.count >= 2)
    #expect(try site.run("store", "gc").status == 0)
    let checked = try site.run("store", "check", "--read-data")
    #expect(checked.status == 0, "\(checked.output) \(checked.errors)")
    #expect(try site.run("report").status == 0)
    #expect(try site.run("model", "rollback", "delays", "--to", "v2", "--why", "trial").status == 64)
  }

  private func expired(_ json: String) throws -> [String] {
    let summary = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    let rows = summary?["expired"] as? [[String: Any]] ?? []
    return rows.map { "\($0["name"] as? String ?? "")@\($0["version"] as? Int ?? 0)" }
  }

  @Test("processes that add versions, check them out and collect at once lose nothing")
  func together() throws {
    try site.write("nightshift.yaml", "settle: 0s\nretention: {datasets: {last: 2}, grace: 0s}\n")
    let tool = SiteFixture.tool
    let script = """
      cd "\(site.root.path)" || exit 1
      work() {
        for i in 1 2 3 4; do
          mkdir -p new$1; cp landing/$(( (i * $1) % 4 )).csv new$1/a.csv
          "\(tool)" data add new$1 --as d$1 > /dev/null || echo "add $1 $i"
          "\(tool)" data checkout d$1@latest out$1-$i || echo "checkout $1 $i"
          cmp -s new$1/a.csv out$1-$i/a.csv || echo "differs $1 $i"
        done
      }
      for w in 1 2 3; do work $w & done
      for i in 1 2 3 4 5 6; do "\(tool)" store gc > /dev/null || echo "gc $?"; done
      wait
      "\(tool)" store gc > /dev/null && "\(tool)" store check --read-data > /dev/null || echo damaged
      """
    for file in 0..<4 { try site.write("landing/\(file).csv", flights(500, seed: UInt64(file))) }
    try site.write("work.sh", script)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [site.root.appendingPathComponent("work.sh").path]
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text == "")
  }
}
