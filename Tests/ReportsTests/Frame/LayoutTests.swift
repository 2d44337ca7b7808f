import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct LayoutTests {
  private static func text(_ page: Page) -> String { String(decoding: page.bytes, as: UTF8.self) }

  private static let layout = Layout(siteName: "s", path: "models/p/m.html", asOf: nil)

  @Test("a page heeds no style and no script but the very bytes that it holds")
  func policy() throws {
    let page = Self.text(Self.layout.page("m", crumbs: [], "<h1>m</h1>"))
    for (tag, name) in [("style", "style-src"), ("script", "script-src")] {
      let start = try #require(page.range(of: "<\(tag)>")?.upperBound)
      let end = try #require(page.range(of: "</\(tag)>")?.lowerBound)
      let digest = Data(Digest(of: Array(page[start..<end].utf8)).rawBytes).base64EncodedString()
      #expect(page.contains("\(name) 'sha256-\(digest)';"))
      #expect(page.components(separatedBy: "<\(tag)").count == 2)
    }
    #expect(page.contains("content=\"default-src 'none'; "))
    #expect(page.contains("; base-uri 'none'; form-action 'none'\">"))
    #expect(!page.contains("unsafe"))
  }

  @Test("a digest is written as W3C's example has it")
  func source() {
    // Content Security Policy Level 3, section 8.3: the digest of `doSubmit()`.
    #expect(ContentPolicy.source("doSubmit()") == "sha256-jzgBGA4UWFFmpOBq0JpdsySukE1FrEN5bUpoK8Z29fY=")
  }

  @Test("a page has a skip link first, then header, navigation, contents and foot")
  func landmarks() throws {
    let page = Self.text(Self.layout.page("m", crumbs: ["p"], "<h1>m</h1>"))
    let parts = [
      "<body>", "<a class=\"skip\" href=\"#main\">", "<header>", "<nav aria-label=\"Site\">", "</header>",
      "<nav class=\"crumbs\" aria-label=\"Breadcrumb\">", "<main id=\"main\" tabindex=\"-1\">", "<h1>", "</main>",
      "<footer>", "<script>", "</body>",
    ]
    let places = parts.map { page.range(of: $0)?.lowerBound }
    #expect(places.allSatisfy { $0 != nil })
    #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
  }

  @Test(
    "the section of a page is marked",
    arguments: [
      ("index.html", "Last night", "page"), ("models/p/m.html", "Models", "true"), ("profiles/a.html", "Data", "true"),
      ("datasets/p/d.html", "Data", "true"), ("runs/r.html", "Runs", "true"),
    ])
  func sections(path: String, title: String, mark: String) {
    let page = Self.text(Layout(siteName: "s", path: path).page("t", crumbs: [], ""))
    #expect(page.contains("aria-current=\"\(mark)\">\(title)</a>"))
    #expect(page.components(separatedBy: "aria-current=\"\(mark)\">\(title)").count == 2)
  }

  @Test("only a page that is given a moment has one, and its foot says what it is given")
  func moment() {
    let now = Timestamp(seconds: 1_364_781_600)
    let first = Self.text(Layout(siteName: "s", path: "index.html", asOf: now).page("t", crumbs: [], ""))
    #expect(first.contains("As of <time datetime=\"2013-04-01T02:00:00Z\">2013-04-01 02:00 UTC</time>."))
    let run = Self.text(Layout(siteName: "s", path: "runs/r.html").page("t", crumbs: [], foot: "Kept.", "<p>r</p>"))
    #expect(run.contains("<footer><p>Kept. The same as <a href=\"../runs/r.json\">JSON</a>."))
  }

  @Test("a page that stands alone links to nothing outside itself")
  func alone() {
    let page = Self.text(Self.layout.lonePage("t", appendix: "<pre>a</pre>\n", "<h1>t</h1>"))
    let links = page.components(separatedBy: "href=\"").dropFirst()
    #expect(links.count == 2 && links.allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("data:,\"") })
    #expect(page.contains("</footer>\n<pre>a</pre>\n<script>"))
  }
}
