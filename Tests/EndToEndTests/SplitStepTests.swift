import Foundation
import Testing

/// Splits in whole jobs.
@Suite(.serialized) struct SplitStepTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    let rows = (0..<400).map { row in
      "2013-01-\(row / 24 + 10)T\(row % 24 < 10 ? "0" : "")\(row % 24):00:00Z,\(row % 40),\(row % 8 == 0 ? "late" : "punctual")\n"
    }
    try site.write("data.csv", "time,user_id,kind\n" + rows.joined() + rows[0])
  }

  /// The run's record after a job with one `split`.
  private func run(_ with: String, night: Int = 1, expect status: Int32 = 0) throws -> [String: Any] {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: job
      project: p
      steps:
        - {id: raw, uses: snapshot, with: {from: data.csv, dataset: rows}}
        - {id: parts, uses: split, with: {data: raw, \(with)}}

      """)
    try #require(try site.run("submit", "job.yaml", "--now", "2013-02-0\(night)T02:00:00Z").status == 0)
    #expect(try site.run("run").status == status)
    let json = try JSONSerialization.jsonObject(with: Data(try site.run("runs", "--json").output.utf8))
    let run = try #require((json as? [[String: Any]])?.first)
    return try #require((run["steps"] as? [[String: Any]])?.last)
  }

  @Test("folds by group are outputs of their own, and nothing is suspected of them")
  func folds() throws {
    let step = try run("by: group, column: user_id, folds: 4, test: 0.2, stratify: kind")
    let outputs = (step["outputs"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    #expect(outputs == ["test", "fold1", "fold2", "fold3", "fold4"])
    // Users come back in time: that alone is said.
    #expect((step["notes"] as? [String] ?? []).allSatisfy { $0.contains("test rows are earlier") })
  }

  @Test("a random split says what may leak: equal rows, entities, times")
  func suspects() throws {
    let notes = try #require(try run("by: random, test: 0.3, seed: 3")["notes"] as? [String])
    #expect(notes.contains { $0.contains("“user_id” looks like an entity: of about 40 values") }, "\(notes)")
    #expect(notes.contains { $0.contains("test rows are earlier in “time” than the last training row") }, "\(notes)")
  }

  @Test("a key in two parts fails the step, and says what to do")
  func overlap() throws {
    let step = try run("by: random, test: 0.3, key: [user_id]", expect: 10)
    let reason = try #require(step["reason"] as? String)
    #expect(reason.hasPrefix("40 keys (user_id) are in more than one part: “0” in train and test"))
    #expect(reason.hasSuffix("split `by: group` with `columns: [user_id]`, or remove the repeated rows"))
  }

  @Test("rows without a key overlap with none, and stay together in a group: both are said")
  func missingKeys() throws {
    let rows = (0..<40).map { "\($0 % 4 == 0 ? "" : "u\($0)"),\($0)\n" }
    try site.write("data.csv", "user,n\n" + rows.joined())
    let keyed = try run("by: random, test: 0.5, key: [user]")
    #expect(
      (keyed["notes"] as? [String])?.first
        == "10 rows have no key (user), so that nobody knows whether it is in another part")
    let grouped = try run("by: group, column: user, test: 0.5", night: 2)
    #expect(
      (grouped["notes"] as? [String])?.first
        == "10 rows have a missing value in (user), which counts as a value of its own: rows alike in it stay together")
  }

  @Test("rows in a gap are in no part, and counted")
  func gap() throws {
    let step = try run("by: time, column: time, test: 0.2, gap: 12h")
    #expect(step["notes"] as? [String] == ["11 rows are in a gap and in no part"])
  }

  @Test("what does not go together is told at its place")
  func mistakes() throws {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: job
      steps:
        - {id: raw, uses: snapshot, with: {from: data.csv, dataset: rows}}
        - {id: a, uses: split, with: {data: raw, by: hash, column: k, test: 0.2, stratify: kind}}
        - {id: b, uses: split, with: {data: raw, by: group, folds: 3, validation: 0.1, gap: 1d}}
        - {id: c, uses: split, with: {data: raw, by: time, columns: [a, b]}}
        - {id: d, uses: split, with: {data: raw, by: time, column: a, folds: ~}}

      """)
    let answer = try site.run("check", "job.yaml")
    #expect(
      answer.errors.split(separator: "\n").map(String.init) == [
        "job.yaml:5:86: `stratify` does not go with `hash`, which puts a key where its hash says: split by `group`",
        "job.yaml:6:32: `split` by group needs `column`",
        "job.yaml:6:77: `validation` does not go with `folds`: each fold is validated on another",
        "job.yaml:6:87: `gap` is for a split by time, not by group",
        "job.yaml:7:32: `split` needs `test`, the share of the rows for the test part, or `folds`",
        "job.yaml:7:63: `split` by time takes one `column`",
        "job.yaml:8:32: `split` needs `test`, the share of the rows for the test part, or `folds`",
      ])
  }
}
