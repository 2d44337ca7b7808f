import Foundation
import Records
import Testing

@testable import Reports

/// What holds for every page that is made of one ledger: card, over time, comparisons, datasets.
@Suite struct EntityPagesTests {
  private static let payloads = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "javascript:alert(1)",
    "</style><script>1</script>", "<svg/onload=alert(1)>", "&lt;script&gt;", "</title></svg>\" onload=\"alert(1)",
  ]

  @Test("hostile texts never become markup", arguments: payloads)
  func escapes(payload: String) throws {
    // The same tags as with harmless texts, and no more; what a chart cuts short has its whole text in a title.
    func tags(_ page: Page) -> [Markup.Tag] { Markup(page.bytes).main.tags.filter { $0.name != "title" } }
    let plain = try FixtureSite().pages()
    for (page, reference) in zip(try FixtureSite(text: payload).pages(), plain) {
      #expect(tags(page) == tags(reference), "\(page.path)")
    }
  }

  @Test("every tag is closed in its order, and nothing is loaded from elsewhere")
  func balanced() throws {
    let site = try FixtureSite(count: 14)
    try site.show()
    for page in try site.pages() {
      let main = Markup(page.bytes).main
      #expect(main.unbalanced == nil, "\(page.path)")
      #expect(main.values(of: "onclick").isEmpty && main.values(of: "src").isEmpty)
      #expect(!main.text.contains("http"))
    }
  }

  @Test("links within a page lead to a section of it")
  func anchors() throws {
    for page in try FixtureSite().pages() {
      let markup = Markup(page.bytes)
      let names = Set(markup.values(of: "id"))
      for target in markup.values(of: "href") where target.hasPrefix("#") {
        #expect(names.contains(String(target.dropFirst())), "\(page.path): \(target)")
      }
    }
  }

  @Test("a page that belongs to no site links to nothing")
  func alone() throws {
    let page = try FixtureSite().compareRuns()
    #expect(Markup(page.bytes).main.values(of: "href").allSatisfy { $0.hasPrefix("#") })
  }

  @Test("the same values give the same bytes")
  func deterministic() throws {
    #expect(try FixtureSite().pages() == FixtureSite().pages())
    #expect(try FixtureSite().twins() == FixtureSite().twins())
  }

  @Test("twins are JSON with a format")
  func twins() throws {
    let formats = try FixtureSite().twins().map { bytes -> String? in
      let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
      return object?["format"] as? String
    }
    #expect(
      formats == [
        "nightshift-model-page 1", "nightshift-over-time 1", "nightshift-compare 1", "nightshift-dataset-page 1",
      ])
  }

  @Test("years of versions and long texts make no page that no browser can show")
  func bounded() throws {
    let site = try FixtureSite(count: 70, text: String(repeating: "<&", count: 2000))
    for page in try site.pages() { #expect(page.bytes.count < 1_000_000, "\(page.path)") }
    for twin in try site.twins() { #expect(twin.count < 1_000_000) }
  }
}
