internal import Records

/// What every page has: head, policy, way through the site, way back, contents, foot.
struct Layout {
  let siteName: String
  /// The page's own path, from which links are relative.
  let path: String
  /// The moment the page stands for, said at its foot; nil where the page is the same whenever it is written.
  var asOf: Timestamp?

  init(siteName: String, path: String, asOf: Timestamp? = nil) {
    self.siteName = siteName
    self.path = path
    self.asOf = asOf
  }

  private var depth: Int { path.split(separator: "/").count - 1 }

  /// A link's target, relative to this page.
  func to(_ target: String) -> String { String(repeating: "../", count: depth) + target }

  /// A page of the site with a JSON twin beside it.
  /// - Parameters:
  ///   - crumbs: the way from the first page to this one, both left out.
  ///   - foot: sentences of the page's own at its end.
  func page(_ title: String, crumbs: [HTML], foot: HTML = "", _ body: HTML) -> Page {
    let twin = to(String(path.dropLast("html".count)) + "json")
    var frame = Frame(title: title, siteName: siteName, outline: Outline(body))
    frame.showsContents = path != Paths.index && frame.outline.isLong
    frame.links = """
      <link rel="alternate" type="application/json" href="\(twin)">
      <link rel="alternate" type="application/atom+xml" title="Runs and alerts" href="\(to(Feed.path))">

      """
    frame.header = siteNavigation
    frame.before = wayBack(crumbs, title)
    let feed: HTML = path == Paths.index ? ", the news as <a href=\"\(to(Feed.path))\">Atom feed</a>" : ""
    frame.foot = [moment, foot, "The same as <a href=\"\(twin)\">JSON</a>\(feed)."]
    return Page(path: path, bytes: frame.bytes)
  }

  /// A page that belongs to no site and links to nothing outside itself.
  /// - Parameter appendix: what follows the foot: data for machines.
  func lonePage(_ title: String, foot: HTML = "", appendix: HTML = "", _ body: HTML) -> Page {
    var frame = Frame(title: title, siteName: siteName, outline: Outline(body))
    frame.showsContents = frame.outline.isLong
    frame.header = "<div class=\"bar\"><span class=\"brand\">\(siteName)</span></div>"
    frame.foot = [moment, foot]
    frame.appendix = appendix
    return Page(path: path, bytes: frame.bytes)
  }

  private var moment: HTML { asOf.map { "As of \(Moment.html($0))." } ?? "" }

  /// The site's name and its sections; the one that the page belongs to is marked.
  private var siteNavigation: HTML {
    let current = Section(path: path)
    let items = Section.allCases.map { section -> HTML in
      let mark: HTML = section == current ? " aria-current=\"\(section.target == path ? "page" : "true")\"" : ""
      return "<li><a href=\"\(to(section.target))\"\(mark)>\(section.title)</a></li>"
    }
    return """
      <div class="bar"><a class="brand" href="\(to(Paths.index))">\(siteName)</a>
      <nav aria-label="Site"><ul>\(items)</ul></nav></div>
      """
  }

  private func wayBack(_ crumbs: [HTML], _ title: String) -> HTML {
    guard path != Paths.index else { return "" }
    let way: [HTML] = ["<a href=\"\(to(Paths.index))\">\(siteName)</a>"] + crumbs
    let items = way.map { crumb -> HTML in "<li>\(crumb)</li>" }
    return """
      <nav class="crumbs" aria-label="Breadcrumb"><ol>\(items)<li><span aria-current="page">\(title)</span></li></ol></nav>

      """
  }

  /// A version as a link to its entity's page; its digest where it has no name.
  func link(_ artifact: Artifact) -> HTML {
    guard let version = artifact.version else {
      return "<span class=\"mono\" title=\"\(artifact.digestText)\">\(artifact.shortDigest)</span>"
    }
    let target =
      artifact.kind == .model
      ? Paths.model(version.project, version.name) : Paths.dataset(version.project, version.name)
    return "<a href=\"\(to(target))\">\(version.text)</a>"
  }
}
