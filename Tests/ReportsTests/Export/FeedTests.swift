import Foundation
import Records
@testable import Reports
import Testing

@Suite struct FeedTests {
  private static func entry(_ number: Int, _ text: String = "plain") -> FeedEntry {
    FeedEntry(
      id: Feed.name("site", "run", "r-\(number)"), title: text, updated: Timestamp(seconds: 1_364_781_600 + number / 2),
      summary: text, page: "runs/r-\(number).html")
  }

  private static func text(_ feed: Feed) -> String { String(decoding: feed.page.bytes, as: UTF8.self) }

  @Test("a feed is as it was looked at")
  func golden() throws {
    try Golden.check(Self.text(Feed(siteName: "flights", entries: (0..<3).map { Self.entry($0) })), "export/feed.xml")
  }

  @Test("hostile texts are text", arguments: RunFixture.payloads)
  func hostile(payload: String) throws {
    let elements = try Elements(Self.text(Feed(siteName: payload, entries: [Self.entry(1, payload)]))).elements
    let plain = try Elements(Self.text(Feed(siteName: "s", entries: [Self.entry(1)]))).elements
    #expect(elements.map(\.name) == plain.map(\.name))
    let id = try #require(elements.first { $0.name == "id" }).text
    #expect(id.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 } && !id.contains("<"))
  }

  @Test("every entry has what RFC 4287 asks for, and links that are relative")
  func complete() throws {
    let elements = try Elements(Self.text(Feed(siteName: "s", entries: (0..<5).map { Self.entry($0) }))).elements
    for name in ["id", "title", "updated", "link", "summary"] {
      #expect(elements.count { $0.name == name && $0.parent == "entry" } == 5, "\(name)")
    }
    for name in ["id", "title", "updated", "author"] {
      #expect(elements.count { $0.name == name && $0.parent == "feed" } == 1, "\(name)")
    }
    let targets = elements.filter { $0.name == "link" }.compactMap { $0.attributes["href"] }
    #expect(targets.allSatisfy { !$0.contains(":") && !$0.hasPrefix("/") })
    #expect(Set(elements.filter { $0.name == "id" }.map(\.text)).count == 6)
  }

  @Test(
    "the newest hundred are told, in the same order whatever the order they came in", arguments: [1, 2, 3] as [UInt64])
  func newest(seed: UInt64) {
    var state = seed
    let entries = (0..<250).map { Self.entry($0) }
    let shuffled = entries.map { entry -> (UInt64, FeedEntry) in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state, entry)
    }.sorted { $0.0 < $1.0 }.map(\.1)
    let text = Self.text(Feed(siteName: "s", entries: shuffled))
    #expect(text == Self.text(Feed(siteName: "s", entries: entries)))
    #expect(text.components(separatedBy: "<entry>").count == 101)
    #expect(text.contains("r-249.html") && text.contains("r-150.html") && !text.contains("r-149.html"))
    #expect(text.contains("<updated>2013-04-01T02:02:04Z</updated>\n  <author>"))
  }

  @Test("a site without a night has a feed without an entry")
  func empty() throws {
    let elements = try Elements(Self.text(Feed(siteName: "", entries: []))).elements
    #expect(!elements.contains { $0.name == "entry" })
    #expect(elements.first { $0.name == "updated" }?.text == "1970-01-01T00:00:00Z")
  }
}
