import Foundation
import Records
@testable import Reports
import Testing

/// The published schemas of JSON twins, by `Scripts/check-schemas`.
@Suite struct SchemaTests {
  private static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let folder = root.appendingPathComponent("Store/schemas")

  /// Runs the script on the files.
  private static func check(_ files: [String: [UInt8]]) throws -> (status: Int32, text: String) {
    let site = FileManager.default.temporaryDirectory.appendingPathComponent("nightshift-schemas-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: site) }
    for (path, bytes) in files {
      let file = site.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(bytes).write(to: file)
    }
    let process = Process()
    process.executableURL = root.appendingPathComponent("Scripts/check-schemas")
    process.arguments = [site.path]
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test(
    "every twin of a site is of its published schema, which names all of its fields")
  func twins() throws {
    let twins = try RandomSite(seed: 1, nights: 6, models: 2).site.pages().filter { $0.path.hasSuffix(".json") }
    let answer = try Self.check(Dictionary(uniqueKeysWithValues: twins.map { ($0.path, $0.bytes) }))
    #expect(answer.status == 0, "\(answer.text)")
    #expect(answer.text.hasPrefix("0 findings: \(twins.count) files"))
  }

  @Test("documents are of their published schemas")
  func documents() throws {
    let facts = RunFixture.facts()
    var files: [String: [UInt8]] = ["run.json": try CanonicalJSON.encode(facts.run)]
    for (name, document) in facts.metrics { files["metrics/\(name).json"] = try CanonicalJSON.encode(document) }
    for (name, document) in facts.verdicts { files["verdicts/\(name).json"] = try CanonicalJSON.encode(document) }
    for (name, document) in facts.promotions { files["promotions/\(name).json"] = try CanonicalJSON.encode(document) }
    for (name, document) in facts.contracts { files["contracts/\(name).json"] = try CanonicalJSON.encode(document) }
    for (name, document) in facts.drifts { files["drifts/\(name).json"] = try CanonicalJSON.encode(document) }
    let answer = try Self.check(files)
    #expect(answer.text == "0 findings: 6 files, 6 of \(try Self.names().count - 1) formats\n")
  }

  private static func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".schema.json") }
  }

  /// What stands in a verdict, what takes its place, and what is found then.
  private static let faults = [
    ("\"decision\"", "\"verdict\"", "'decision' is a required property"),
    ("\"decision\"", "\"verdict\"", "/verdict: no schema names this field"),
    ("\"rowCount\":1000", "\"rowCount\":\"1000\"", "/rowCount: '1000' is not of type 'integer'"),
    ("\"reject\"", "\"maybe\"", "/decision: 'maybe' is not one of"),
    (",\"rule\":\"plain\"", "", "/findings/0: 'rule' is a required property"),
    ("nightshift-verdict 1", "nightshift-verdict 9", "there is no schema of “nightshift-verdict 9”"),
    ("}", "", "is no JSON"),
  ]

  @Test("a renamed, a missing, a strange and a mistyped field are found")
  func faults() throws {
    let verdict = try #require(RunFixture.facts().verdicts["verdict"])
    let text = String(decoding: try CanonicalJSON.encode(verdict), as: UTF8.self)
    var files: [String: [UInt8]] = [:]
    for (number, fault) in Self.faults.enumerated() {
      files["\(number).json"] = Array(text.replacingOccurrences(of: fault.0, with: fault.1).utf8)
    }
    let answer = try Self.check(files)
    let lines = answer.text.split(separator: "\n")
    let missed = Self.faults.enumerated().filter { number, fault in
      !lines.contains { $0.hasPrefix("\(number).json ") && $0.contains(fault.2) }
    }
    #expect(answer.status == 1 && missed.isEmpty, "\(missed): \(answer.text)")
  }

  @Test("every format that the reports and records write has its schema")
  func complete() throws {
    let names = Set(try Self.names())
    for module in ["Records", "Reports"] {
      let sources = Self.root.appendingPathComponent("Sources/\(module)")
      let files = FileManager.default.enumerator(atPath: sources.path)?.compactMap { $0 as? String } ?? []
      for file in files where file.hasSuffix(".swift") {
        let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
        for part in text.components(separatedBy: "var format = \"").dropFirst() {
          let format = part.prefix { $0 != "\"" }
          #expect(names.contains(format.replacing(" ", with: "-") + ".schema.json"), "\(file): \(format)")
        }
      }
    }
  }
}
