import Foundation
import Testing

/// Whether this machine has DuckDB where the tool looks for it.
let hasDuckDB: Bool = {
  let environment = ProcessInfo.processInfo.environment
  let folders = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/duckdb" }
  let places = [environment["NIGHTSHIFT_DUCKDB"], "\(environment["HOME"] ?? "")/.local/share/nightshift/bin/duckdb"]
  return (places.compactMap { $0 } + folders).contains { FileManager.default.isExecutableFile(atPath: $0) }
}()

@Suite struct SQLTests {
  private let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private static let job = """
    version: 1
    name: joined
    params: {least: 500}
    steps:
      - {id: flights, uses: snapshot, with: {from: landing/flights.csv.gz, dataset: flights}}
      - {id: carriers, uses: snapshot, with: {from: landing/carriers.jsonl.xz, dataset: carriers}}
      - id: long
        uses: sql
        with:
          inputs: {flights: flights}
          query: FROM flights WHERE distance >= getvariable('least') ORDER BY time
          params: {least: "${{ params.least }}"}
          format: parquet
          dataset: long
      - {id: looked, uses: profile, with: {data: long}}
      - id: features
        uses: sql
        with: {inputs: {long: long, carriers: carriers}, query: features.sql, dataset: features}
      - {id: model, uses: train, with: {trainer: baseline, data: features, target: delay, exclude: [time], model: delays}}
      - {id: scores, uses: evaluate, with: {model: model, data: features, slices: [name]}}

    """

  private func prepare(_ settings: String = "") throws {
    try site.write("nightshift.yaml", "settle: 0s\n" + settings)
    try site.write("landing/flights.csv", flights(300))
    try site.write(
      "landing/carriers.jsonl",
      "{\"carrier\":\"UA\",\"name\":\"United\"}\n{\"carrier\":\"AA\",\"name\":\"American, or \\\"AA\\\"\",\"old\":{\"since\":1926}}\n{\"carrier\":\"B6\",\"name\":null}\n"
    )
    try site.write(
      "features.sql",
      "SELECT f.*, c.name, c.\"old.since\" AS since\nFROM long f JOIN carriers c USING (carrier)\nORDER BY f.time\n")
    try #require(try site.shell("gzip landing/flights.csv && xz landing/carriers.jsonl").status == 0)
    try site.write("joined.yaml", Self.job)
  }

  private func night(_ day: Int) throws -> [String: String] {
    try #require(try site.run("submit", "joined.yaml", "--now", "2013-02-0\(day)T02:00:00Z").status == 0)
    _ = try site.run("run")
    struct Run: Decodable { var steps: [Step] }
    struct Step: Decodable {
      var id: String
      var outcome: String
      var reason: String?
    }
    let runs = try JSONDecoder().decode([Run].self, from: Data(try site.run("runs", "--json").output.utf8))
    let steps = try #require(runs.first).steps
    return Dictionary(uniqueKeysWithValues: steps.map { ($0.id, $0.outcome + ($0.reason.map { ": \($0)" } ?? "")) })
  }

  @Test(
    "compressed CSV, JSON lines and Parquet are joined, trained on, and found again the next night",
    .enabled(if: hasDuckDB, "there is no duckdb: run Scripts/setup"))
  func joins() throws {
    try prepare()
    let first = try night(1)
    #expect(Set(first.values) == ["ran"], "\(first)")
    try #require(try site.run("data", "checkout", "features@latest", "out").status == 0)
    let rows = try site.read("out/data.csv").split(separator: "\n")
    #expect(rows[0] == "time,\"carrier\",distance,delay,\"name\",since")
    #expect(rows.dropFirst().allSatisfy { $0.hasPrefix("2013-01-") && $0.contains("Z,\"") })
    #expect(rows.contains { $0.contains(",\"AA\",") && $0.hasSuffix(",\"American, or \"\"AA\"\"\",1926") })
    #expect(try site.run("data", "show", "long@latest").output.contains("distance"))
    #expect(Set(try night(2).values) == ["reused"])
  }

  @Test(
    "another DuckDB computes anew", .enabled(if: hasDuckDB, "there is no duckdb: run Scripts/setup"))
  func otherVersion() throws {
    let version = "v9.9.9 (Other) 0123456789"
    try prepare("duckdb: \(site.root.path)/duckdb\n")
    let find = "command -v \"${NIGHTSHIFT_DUCKDB:-duckdb}\" || echo ~/.local/share/nightshift/bin/duckdb"
    let real = try site.shell(find).output.trimmingCharacters(in: .whitespacesAndNewlines)
    try site.write("duckdb", "#!/bin/sh\nexec \(real) \"$@\"\n")
    try #require(try site.shell("chmod +x duckdb").status == 0)
    #expect(Set(try night(1).values) == ["ran"])
    try site.write(
      "duckdb", "#!/bin/sh\n[ \"$1\" = --version ] && echo '\(version)' && exit\nexec \(real) \"$@\"\n")
    try #require(try site.shell("chmod +x duckdb").status == 0)
    let outcomes = try night(2)
    #expect(
      outcomes["flights"] == "reused" && outcomes["long"] == "ran" && outcomes["features"] == "ran", "\(outcomes)")
    // The same Parquet, read by another DuckDB.
    #expect(outcomes["looked"] == "ran")
    // The same rows: what reads them is found again.
    #expect(outcomes["model"] == "reused")
  }

  @Test("a site without DuckDB is told what to do, and the rest of its work is done")
  func missing() throws {
    try prepare("duckdb: /nowhere/duckdb\n")
    let outcomes = try night(1)
    #expect(outcomes["carriers"] == "ran")
    #expect(
      outcomes["long"]?.hasSuffix(
        "`duckdb` in nightshift.yaml names /nowhere/duckdb, which is no program: give the absolute path of duckdb")
        == true, "\(outcomes)")
  }
}
