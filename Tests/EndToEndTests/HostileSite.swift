import Foundation
import Testing

/// A site in which whatever may be chosen freely was chosen by somebody who means harm: names of the site, columns, files,
/// parameters, metrics and checks, cell values, what commands print and why something was done.
struct HostileSite {
  /// What is planted, of the known classes of injection; `alert` and `__xss` are what runs where one works.
  struct Payload: Decodable {
    var payload: String
  }

  let site: SiteFixture
  let payloads: [String]

  static let list = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/xss-payloads.json")

  private static let rowCount = 300
  private static let seed: UInt64 = 4
  /// ext4 has names of 255 bytes.
  private static let longestFileName = 240
  private static let longestCheckName = 200

  init() throws {
    payloads = try JSONDecoder().decode([Payload].self, from: Data(contentsOf: Self.list)).map(\.payload)
    site = try SiteFixture(named: "<img src=x onerror=__xss=1>")
    try site.write("nightshift.yaml", "settle: 0s\n")
    try site.write("payloads.json", String(contentsOf: Self.list, encoding: .utf8))
  }

  /// NUL bytes are refused in tables and file names, so they come in parameters, metrics and logs alone.
  var columns: [String] { payloads.filter { !$0.contains("\0") } }

  /// Plays two nights of it, and rolls its model back.
  func play() throws {
    try site.write("landing/wide.csv", table())
    try writeFiles()
    try write("wide.contract.yaml", contract())
    try site.write("say.py", Self.saying)
    try night("2013-02-01T02:00:00Z", rounds: 4)
    try night("2013-02-02T02:00:00Z", rounds: 5)
    let why = try #require(payloads.first)
    let back = try site.run("model", "rollback", "p/hostile", "--to", "v1", "--why", why)
    try #require(back.status == 0, "\(back.errors)")
    let again = try site.run("retrain", "p/hostile", "--because", why, "--now", "2013-02-03T02:00:00Z")
    try #require(again.status == 0, "\(again.errors)")
    try work()
  }

  private func night(_ time: String, rounds: Int) throws {
    try write("hostile.json", job(rounds: rounds))
    let submitted = try site.run("submit", "hostile.json", "--now", time)
    try #require(submitted.status == 0, "\(submitted.errors)")
    try work()
  }

  /// In each run one step fails, with the last words that it was given.
  private func work() throws {
    let answer = try site.run("run")
    try #require(answer.status == 10, "\(answer.errors)")
    let run = try #require(site.runs.last)
    try #require(run.steps.filter { $0.outcome == "failed" }.map(\.id) == ["broken"], "\(run.outcomes)")
  }

  private func write(_ path: String, _ value: [String: Any]) throws {
    let bytes = try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    // What is no ASCII is written out: to YAML, U+2028 and its kin end a line.
    let units = String(decoding: bytes, as: UTF8.self).utf16.map { unit in
      (0x20..<0x7F).contains(unit)
        ? String(decoding: [unit], as: UTF16.self) : "\\u" + String(0x10000 + Int(unit), radix: 16).dropFirst()
    }
    try site.write(path, units.joined() + "\n")
  }

  /// Each payload heads a column and stands in many cells; the target follows the first column.
  private func table() -> String {
    var state = Self.seed
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }
    let names = columns
    var lines = [(["time", "late"] + names).map(quoted).joined(separator: ",")]
    for row in 0..<Self.rowCount {
      let cells = names.indices.map { column in
        // Columns of few values, which are categories, in turn with columns of many.
        let value = column.isMultiple(of: 2) ? column + next(3) : row * 7 + column * 3
        return names[value % names.count]
      }
      let time = "2013-01-0\(1 + row / 100)T0\(row / 60 % 10):\(10 + row % 50):00Z"
      let late = next(10) < (cells[0].count.isMultiple(of: 2) ? 7 : 3) ? "yes" : "no"
      lines.append(([time, late] + cells).map(quoted).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func writeFiles() throws {
    let folder = site.root.appendingPathComponent("files").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for name in columns where !name.contains("/") && name.utf8.count <= Self.longestFileName {
      try #require(FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(name.utf8)), "\(name)")
    }
  }

  private func contract() -> [String: Any] {
    let rules = columns.prefix(40).map { ($0, ["in": [columns[0], columns[1]], "severity": "warn"] as [String: Any]) }
    let checks = columns.dropFirst(40).map {
      ["name": String($0.prefix(Self.longestCheckName)), "rule": "late == \"maybe\"", "severity": "warn"]
    }
    return ["version": 1, "columns": Dictionary(uniqueKeysWithValues: rules), "checks": checks]
  }

  private func job(rounds: Int) -> [String: Any] {
    let features = Array(columns.prefix(12))
    let slices = Array(columns.dropFirst(12).filter { !$0.contains(",") }.prefix(2))
    let steps: [[String: Any]] = [
      step("raw", "snapshot", ["from": "landing/*.csv", "dataset": "wide"]),
      step("files", "snapshot", ["from": "files", "dataset": "files", "format": "files"]),
      step("shape", "profile", ["data": "raw", "target": "late"]),
      step("checked", "validate", ["data": "raw", "contract": "wide.contract.yaml"]),
      step("parts", "split", ["data": "raw", "by": "random", "test": 0.4, "seed": 1]),
      step(
        "model", "train",
        [
          "trainer": "xgboost", "data": "parts.train", "target": "late", "features": features,
          "params": ["rounds": rounds], "model": "hostile",
        ]),
      step(
        "scores", "evaluate",
        [
          "model": "model", "data": "parts.test", "slices": slices, "fairness": ["columns": [columns[1]]],
          "resamples": 50, "minimum-rows": 5,
        ]),
      step("verdict", "gate", ["challenger": "scores", "champion": "hostile@champion", "require": ["auc >= 0.01"]]),
      step("release", "promote", ["verdict": "verdict", "model": "model", "alias": "champion"]),
      step("why", "explain", ["model": "model", "data": "parts.test"]),
      step("given", "predict", ["model": "model", "data": "raw", "dataset": "scored", "keys": ["time"], "reasons": 3]),
      step("drift", "monitor", ["model": "model", "data": "parts.test"]),
      ["id": "say", "run": ["python3", "say.py"], "code": ["say.py", "payloads.json"]],
      ["id": "broken", "run": ["python3", "say.py", "3"], "code": ["say.py", "payloads.json"]],
    ]
    let params = Dictionary(uniqueKeysWithValues: payloads.enumerated().map { ("\($1) \($0)", $1) })
    return ["version": 1, "name": "hostile", "project": "p", "params": params, "steps": steps]
  }

  private func step(_ id: String, _ uses: String, _ with: [String: Any]) -> [String: Any] {
    ["id": id, "uses": uses, "with": with]
  }

  /// A command that prints, measures and ends by what it is given.
  private static let saying = """
    import json, sys

    payloads = [each["payload"] for each in json.load(open("payloads.json"))]
    json.dump({payload: 0.5 for payload in payloads}, open("metrics.json", "w"))
    with open("metrics.ndjson", "w") as curves:
        for step in range(3):
            for payload in payloads[:20]:
                curves.write(json.dumps({"step": step, "metric": payload, "value": step / 10}) + "\\n")
    for payload in payloads:
        print(payload)
    print(payloads[0], file=sys.stderr)
    sys.exit(int(sys.argv[1]) if sys.argv[1:] else 0)

    """
}
