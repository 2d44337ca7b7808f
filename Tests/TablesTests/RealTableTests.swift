import Foundation
@testable import Tables
import Testing

/// Schemas of files that come with Python packages: Fixtures/real/SOURCES.md.
@Suite struct RealTableTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures/real")

  @Test(
    "types of real tables are what pandas and a look at them say",
    arguments: [
      "airports", "co2", "gapminder", "grunfeld", "penguins", "penguins-raw", "seattle-weather",
      "statecrime",
    ])
  func schema(name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent("\(name).csv"), encoding: .utf8)
    let golden = try String(contentsOf: Self.folder.appendingPathComponent("\(name).schema"), encoding: .utf8)
    for blockBytes in [1000, 1 << 19] {
      let schema = try reader(text, blockBytes: blockBytes).inferredSchema()
      #expect(schema.columns.map { "\($0.name)\t\($0.type.rawValue)\n" }.joined() == golden)
    }
  }
}
