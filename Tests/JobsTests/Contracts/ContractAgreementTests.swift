import Disk
import Foundation
import Quality
import Records
import SystemPackage
import Tables
import Testing

@testable import Jobs

/// Rules against what pandas says of the same rows: Fixtures/contract/make-contract.py.
@Suite struct ContractAgreementTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/contract")

  private struct Expectation: Decodable {
    var failing: Int?
    var judged: Int?
    var first: [Int]?
    var observed: Double?
  }

  private func table(_ name: String) -> TableReader {
    let path = FilePath(Self.folder.appendingPathComponent(name).path)
    return TableReader([TableSource(name: name) { FileStream(try Disk().open(path)) }])
  }

  private func document(_ contract: String) throws -> ContractDocument {
    var surroundings = ContractSurroundings(
      now: Double(try #require(Timestamp("2013-04-10")).seconds), disk: Disk(),
      folder: FilePath(FileManager.default.temporaryDirectory.path))
    surroundings.tables["airlines@latest"] = table("airlines.csv")
    surroundings.reference = table("reference.csv")
    let rules = try ContractReader(file: "contract.yaml").read(Array(contract.utf8))
    return try ContractCheck(rules, on: table("data.csv"), surroundings).document()
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
  }

  @Test("counts, first rows and values are those of pandas")
  func agreement() throws {
    let findings = Dictionary(uniqueKeysWithValues: try document(text("contract.yaml")).findings.map { ($0.rule, $0) })
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text("expected.json").utf8)) as? [String: Any])
    for (rule, value) in json {
      guard let finding = findings[rule] else { continue }
      let expected = try JSONDecoder().decode(
        Expectation.self, from: try JSONSerialization.data(withJSONObject: value))
      try check(finding, expected)
    }
    #expect(findings.keys.filter { json[$0] != nil }.count == 25)
    #expect(findings.values.allSatisfy { $0.outcome != .couldNotRun })
  }

  private func check(_ finding: ContractDocument.Finding, _ expected: Expectation) throws {
    if let failing = expected.failing {
      #expect(finding.failingCount == failing, "\(finding.rule)")
      #expect(finding.judgedCount == expected.judged, "\(finding.rule)")
      #expect(finding.places.map(\.row) == expected.first ?? [], "\(finding.rule)")
    }
    if let observed = expected.observed {
      let value = try #require(finding.observed)
      #expect(abs(value - observed) <= 1e-9 * max(1, abs(observed)), "\(finding.rule): \(value), \(observed)")
    }
  }

  @Test("a quantile is within bounds that NumPy's inverted_cdf is within, and no others")
  func quantiles() throws {
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text("expected.json").utf8)) as? [String: Any])
    let values = try #require(json["quantiles"] as? [String: Double])
    let (p90, median) = (try #require(values["p90"]), try #require(values["median"]))
    for (bounds, holds) in [
      ("[\(p90), \(p90)]", true), ("< \(p90)", false), ("> \(p90)", false), ("<= \(p90)", true),
      (">= \(p90 + 0.1)", false),
    ] {
      let finding = try document("version: 1\ncolumns: {delay: {quantiles: {0.9: \"\(bounds)\"}}}\n").findings[1]
      #expect((finding.outcome == .passed) == holds, "\(bounds)")
    }
    let middle = try document("version: 1\ncolumns: {delay: {median: [\(median), \(median)]}}\n").findings[1]
    #expect(middle.outcome == .passed)
  }

  @Test(
    "time increases for each group, text is looked at where the type says so, and a value that does not fit is counted")
  func groupsAndTypes() throws {
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text("expected.json").utf8)) as? [String: Any])
    let expected = try JSONDecoder().decode(
      Expectation.self,
      from: try JSONSerialization.data(withJSONObject: try #require(json["increasing by carrier"])))
    let document = try document(
      """
      version: 1
      columns:
        at: {increasing: {by: [carrier]}, when: carrier is not missing}
        carrier: {type: integer}
        delay: {type: integer, severity: warn}
        left: {pattern: "[0-9]+"}
        gone: {required: false, range: [0, 1]}

      """)
    let findings = Dictionary(uniqueKeysWithValues: document.findings.map { ($0.rule, $0) })
    #expect(findings["at.increasing"]?.failingCount == expected.failing)
    #expect(findings["at.increasing"]?.judgedCount == expected.judged)
    #expect(findings["carrier.type"]?.failingCount == 2991)
    #expect(findings["delay.type"]?.outcome == .failed)
    #expect(findings["left.pattern"]?.outcome == .couldNotRun)
    #expect(findings["gone.range"]?.outcome == .passed)
    #expect(document.stops.map(\.rule) == ["at.increasing", "carrier.type", "left.pattern"])
    #expect(document.samples.count <= 100 && document.samples.contains { $0.rule == "carrier.type" })
  }
}
