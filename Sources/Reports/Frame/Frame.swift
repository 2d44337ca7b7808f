/// The markup around a page's contents: one document that needs nothing but itself.
struct Frame {
  var title: String
  var siteName: String
  var outline: Outline
  var showsContents = false
  /// Of the head, beside what every page has.
  var links: HTML = ""
  var header: HTML = ""
  /// What stands above the contents: the way back.
  var before: HTML = ""
  /// Sentences at the end; empty ones are left out.
  var foot: [HTML] = []
  /// What follows the foot: data for machines.
  var appendix: HTML = ""

  init(title: String, siteName: String, outline: Outline) {
    self.title = title
    self.siteName = siteName
    self.outline = outline
  }

  /// The page; the same parts give the same bytes.
  var bytes: [UInt8] {
    let kind: HTML = showsContents ? " class=\"long\"" : ""
    let body = showsContents ? outline.bodyWithContents : outline.body
    let sentences = (foot + ["Made by Nightshift; this page loads nothing from elsewhere."]).filter { $0 != .empty }
    let script = HTML(raw: Script.text)
    let markup: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      \(head)</head>
      <body\(kind)>
      <a class="skip" href="#main">Skip to the contents</a>
      <header>\(header)</header>
      \(before)<main id="main" tabindex="-1">
      \(body)
      </main>
      <footer><p>\(HTML(joining: sentences, by: " "))</p></footer>
      \(appendix)<script>\(script)</script>
      </body>
      </html>

      """
    return Array(markup.text.utf8)
  }

  /// An icon of nothing: browsers would ask a web server for one.
  private var head: HTML {
    let style = HTML(raw: Style.css)
    let policy = HTML(raw: ContentPolicy.text)
    return """
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title) · \(siteName)</title>
      <link rel="icon" href="data:,">
      \(links)<style>\(style)</style>

      """
  }
}
