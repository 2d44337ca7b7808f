import Foundation
import Records
@testable import Reports
import Testing

@Suite struct SingleReportTests {
  private static func site(_ text: String, samples: [ContractDocument.Sample] = []) throws -> MemorySite {
    let facts = RunFixture.facts(text)
    var site = MemorySite(name: text)
    site.add(facts.run)
    if let document = facts.verdicts["verdict"] { try site.keep(document, as: RunFixture.digest("verdict")) }
    if var document = facts.contracts["checked"] {
      document.samples = samples
      try site.keep(document, as: RunFixture.digest("contract"))
    }
    if let document = facts.metrics["scores"] { try site.keep(document, as: RunFixture.digest("metrics")) }
    if let document = facts.drifts["drift"] { try site.keep(document, as: RunFixture.digest("drift")) }
    site.evidence.logTails[.init(step: "own", run: facts.run.id)] = text
    return site
  }

  private static func pages(_ site: MemorySite) throws -> RunPages {
    var book = site.book([site.runs[0].id], SiteLedger(), EmptyShelf())
    return try book.enter(try RunNews(site.runs[0], site.evidence))
  }

  private static func text(_ pages: RunPages) throws -> String {
    String(decoding: try SingleReport(pages).bytes, as: UTF8.self)
  }

  @Test("a report to send links to nothing outside itself and holds its record", arguments: RunFixture.payloads)
  func alone(payload: String) throws {
    let pages = try Self.pages(try Self.site(payload))
    let text = try Self.text(pages)
    let links = text.components(separatedBy: "href=").dropFirst()
    #expect(!links.isEmpty && links.allSatisfy { $0.hasPrefix("\"#") || $0.hasPrefix("\"data:,\"") })
    let record = text.components(separatedBy: "<script type=\"application/json\" id=\"record\">")
    #expect(record.count == 2)
    let json = try #require(record.last?.components(separatedBy: "</script>").first)
    #expect(!json.contains("<"))
    let twin = try RunTwin(pages.reading).bytes()
    let found = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? NSDictionary
    #expect(found == (try JSONSerialization.jsonObject(with: Data(twin)) as? NSDictionary))
    #expect(text.components(separatedBy: "<script").count == 3)
  }

  @Test("documents of many bytes stay on the site, and the page says so")
  func bounded() throws {
    let sample = ContractDocument.Sample(
      rule: "a", place: .init(file: "f", row: 1), cells: [String(repeating: "x", count: 12_000)])
    let text = try Self.text(
      try Self.pages(try Self.site("plain", samples: Array(repeating: sample, count: 100))))
    #expect(text.utf8.count < 1 << 20)
    #expect(text.contains("its documents, which are many, are on the site"))
    let json = text.components(separatedBy: "id=\"record\">")[1].components(separatedBy: "</script>")[0]
    #expect(try JSONDecoder().decode(RunRecord.self, from: Data(json.utf8)) == RunFixture.facts("plain").run)
  }

  @Test(
    "links to other pages become text, those within the page stay",
    arguments: [
      ("<a href=\"../a.html\">A</a>", "<a >A</a>"), ("<a href=\"#b\">B</a>", "<a href=\"#b\">B</a>"),
      ("<a class=\"w\" href=\"c.html\" title=\"t\">C</a>", "<a class=\"w\"  title=\"t\">C</a>"),
      ("<p>&lt;a href=&quot;d&quot;</p>", "<p>&lt;a href=&quot;d&quot;</p>"), ("<a ", "<a "), ("", ""),
    ])
  func links(markup: String, expected: String) { #expect(HTML(raw: markup).withoutLinks.text == expected) }
}
