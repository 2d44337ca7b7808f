import Foundation
@testable import Reports
import Testing

/// What the content policy would stop is in no page: it would be lost there.
@Suite struct StrictMarkupTests {
  private static func pages() throws -> [(path: String, text: String)] {
    var site = try RandomSite(seed: 5, nights: 4, models: 2).site
    let facts = RunFixture.facts("an <b onclick='x()' style='color:red'>odd</b> text")
    site.add(facts.run)
    try site.keep(try #require(facts.verdicts["verdict"]), as: RunFixture.digest("verdict"))
    try site.keep(try #require(facts.contracts["checked"]), as: RunFixture.digest("contract"))
    try site.keep(try #require(facts.metrics["scores"]), as: RunFixture.digest("metrics"))
    try site.keep(try #require(facts.drifts["drift"]), as: RunFixture.digest("drift"))
    let fixture = try FixtureSite().pages()
    return (try site.pages() + fixture).filter { $0.path.hasSuffix(".html") }.map {
      ($0.path, String(decoding: $0.bytes, as: UTF8.self))
    }
  }

  /// The names of the attributes of every tag before the script.
  private static func attributes(_ text: String) -> Set<String> {
    var names: Set<String> = []
    let markup = text.components(separatedBy: "<script>")[0].components(separatedBy: "</style>").last ?? ""
    for tag in markup.components(separatedBy: "<").dropFirst() {
      // Values hold no quote: it would be escaped.
      let parts = tag.prefix { $0 != ">" }.components(separatedBy: "\"")
      for part in stride(from: 0, to: parts.count - 1, by: 2).map({ parts[$0] }) {
        if let name = part.split(whereSeparator: { $0 == " " || $0 == "\n" }).last, name.hasSuffix("=") {
          names.insert(String(name.dropLast()))
        }
      }
    }
    return names
  }

  @Test("no page has a style or a handler of its own, and each has the policy, one style and one script")
  func strict() throws {
    let pages = try Self.pages()
    #expect(pages.count > 20)
    for (path, text) in pages {
      let names = Self.attributes(text)
      #expect(names.contains("class") && names.contains("href"), "\(path)")
      #expect(!names.contains("style"), "\(path)")
      #expect(names.filter { $0.hasPrefix("on") } == [], "\(path)")
      #expect(text.contains("content=\"\(ContentPolicy.text)\""), "\(path)")
      #expect(text.components(separatedBy: "<style").count == 2, "\(path)")
      #expect(text.components(separatedBy: "<script").count == 2, "\(path)")
      #expect(!text.contains("javascript:") && !text.contains("unsafe-inline"), "\(path)")
    }
  }
}
