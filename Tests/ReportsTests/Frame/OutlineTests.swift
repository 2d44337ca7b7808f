@testable import Reports
import Testing

@Suite struct OutlineTests {
  @Test("headings get names of their words, each once, and keep those that they have")
  func names() {
    let outline = Outline(
      "<h1>T</h1><h2>Steps</h2><h2 id=\"own\">Own &amp; <span class=\"soft\">more</span></h2><h2>Steps</h2><h2>日本</h2><h2>main</h2>"
    )
    #expect(outline.sections.map(\.id) == ["steps", "own", "steps-2", "section", "main-2"])
    #expect(outline.sections[1].title == "Own &amp; more")
    #expect(outline.body.text.contains("<h2 id=\"steps-2\">Steps</h2>"))
    #expect(outline.body.text.contains("<h2 id=\"own\">Own &amp; <span class=\"soft\">more</span></h2>"))
  }

  @Test("contents stand before the first section and link to every one")
  func contents() {
    let outline = Outline("<h1>T</h1><p>a</p><h2>One</h2><h2>Two</h2><h2>Three</h2><h2>Four</h2>")
    #expect(outline.isLong)
    let text = outline.bodyWithContents.text
    #expect(
      text.hasPrefix(
        "<h1>T</h1><p>a</p><nav class=\"contents\" aria-label=\"On this page\"><ul><li><a href=\"#one\">One</a>"))
    #expect(text.hasSuffix("</nav>\n" + outline.body.text.dropFirst("<h1>T</h1><p>a</p>".count)))
    #expect(!Outline("<h2>One</h2><h2>Two</h2>").isLong)
  }

  @Test("contents of very many sections say how many are left out")
  func manySections() {
    let outline = Outline(HTML(joining: (0..<500).map { "<h2>Section \($0)</h2>" }))
    #expect(outline.bodyWithContents.text.contains("<li>and 460 more</li>"))
    #expect(Set(outline.sections.map(\.id)).count == 500)
  }

  @Test("boxes that scroll are reached by keyboard under names that differ")
  func boxes() {
    let outline = Outline(
      "<div class=\"scroll\">a</div><h2>Data</h2><div class=\"scroll tall\">b</div><div class=\"scroll\">c</div><h3>Rows</h3><div class=\"scroll\">d</div><pre>e</pre>"
    )
    let labels = outline.body.text.split(separator: "aria-label=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
    #expect(labels == ["Table", "Data", "Data, part 2", "Rows", "Rows, part 2"])
    #expect(
      outline.body.text.contains("<div class=\"scroll tall\" tabindex=\"0\" role=\"region\" aria-label=\"Data\">b"))
  }

  @Test(
    "all else stays as it is, whatever it is",
    arguments: [
      "", "a < b", "<", "<h", "<h2", "<h2>", "<h2>x", "<div class=\"scroll", "<h3>", "<p>é\u{301}</p>", "<<h3>>",
    ])
  func passes(markup: String) {
    let body = Outline(HTML(raw: markup)).body.text
    #expect(body.filter { $0 != " " }.hasPrefix(markup.prefix(3).filter { $0 != " " }))
    #expect(body.utf8.count >= markup.utf8.count)
  }
}
