import Foundation
import Testing

/// What a spec may read: its own folder and the site's roots, wherever links lead.
@Suite struct AllowedFilesTests {
  private let site: SiteFixture
  private let outside: URL

  init() throws {
    site = try SiteFixture()
    outside = site.root.appendingPathComponent("../outside-\(site.root.lastPathComponent)").standardizedFileURL
    try FileManager.default.createDirectory(
      at: outside.appendingPathComponent("deep"), withIntermediateDirectories: true)
    for name in ["x.csv", "deep/x.csv"] {
      try "secret\n1\n".write(to: outside.appendingPathComponent(name), atomically: true, encoding: .utf8)
    }
    try "version: 1\ncolumns: {secret: {}}\n".write(
      to: outside.appendingPathComponent("c.yaml"), atomically: true, encoding: .utf8)
    try site.write("job/own/x.csv", "x\n1\n")
    try site.write("shown/x.csv", "x\n2\n")
    try site.write("nightshift.yaml", "settle: 0s\nroots: [\(site.root.path)/shown]\n")
    for (link, target) in [
      ("job/out", outside), ("shown/out", outside), ("job/shown", site.root.appendingPathComponent("shown")),
    ] {
      try FileManager.default.createSymbolicLink(
        at: site.root.appendingPathComponent(link), withDestinationURL: target)
    }
  }

  /// Whether the plan and the run say that the files are not allowed.
  private func isRefused(_ step: String) throws -> [Bool] {
    defer { try? FileManager.default.removeItem(at: outside) }
    try site.write("job/job.yaml", "version: 1\nname: j\nsteps:\n\(step)\n")
    let plan = try site.run("plan", "job/job.yaml")
    try #require(try site.run("submit", "job/job.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    _ = try site.run("run")
    let runs = try site.run("runs", "--json")
    return [plan.output + plan.errors, runs.output].map { $0.contains("is outside the spec's folder") }
  }

  @Test(
    "a link leads no further than to what is allowed",
    arguments: [
      ("out/x.csv", true), ("out", true), ("out/.", true), ("out/*.csv", true), ("out/deep", true),
      ("o*t/x.csv", false),
      ("ROOT/shown/out/x.csv", true), ("ROOT/shown/out/*.csv", true),
      ("own/x.csv", false), ("shown/x.csv", false), ("ROOT/shown/x.csv", false),
    ])
  func links(pattern: String, isForbidden: Bool) throws {
    let from = pattern.replacing("ROOT", with: site.root.path)
    let refused = try isRefused("  - {id: a, uses: snapshot, with: {from: \"\(from)\", dataset: d}}")
    #expect(refused == [isForbidden, isForbidden])
  }

  @Test("a contract is no way to read other files", arguments: ["out/c.yaml", "out/./c.yaml"])
  func contracts(path: String) throws {
    let refused = try isRefused(
      "  - {id: a, uses: snapshot, with: {from: own/x.csv, dataset: d}}\n  - {id: b, uses: validate, with: {data: a, contract: \(path)}}"
    )
    #expect(refused[1])
  }
}
