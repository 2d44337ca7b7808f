package import Records

/// Something that a feed tells of.
package struct FeedEntry: Hashable, Sendable {
  /// Names it for ever; one of ``Feed/name(_:_:)``.
  package var id: String
  package var title: String
  package var updated: Timestamp
  package var summary: String
  /// Its page, below the site's root.
  package var page: String

  package init(id: String, title: String, updated: Timestamp, summary: String, page: String) {
    self.id = id
    self.title = title
    self.updated = updated
    self.summary = summary
    self.page = page
  }
}

/// The newest runs and alerts of a site as an Atom feed (RFC 4287): `feed.xml` beside the first page.
///
/// Nobody knows under which address a site lies, so that links are relative to where the feed was read, as RFC 3986
/// (5.1.3) has it; the feed says so to readers that cannot.
package struct Feed: Sendable {
  package static let path = "feed.xml"
  /// How many entries it has at most: the newest.
  package static let limit = 100

  private let siteName: String
  private let entries: [FeedEntry]

  /// - Parameter entries: in any order, each id once.
  package init(siteName: String, entries: [FeedEntry]) {
    self.siteName = siteName
    self.entries = Array(entries.sorted { ($1.updated, $0.id) < ($0.updated, $1.id) }.prefix(Self.limit))
  }

  /// `urn:nightshift:flights:run:flights-night-20130401T020000-7f3a`: the same thing has the same name in every feed.
  package static func name(_ siteName: String, _ parts: String...) -> String {
    (["urn", "nightshift"] + ([siteName] + parts).map(encoded)).joined(separator: ":")
  }

  /// What stands for itself in a URN (RFC 8141), and all else by its bytes.
  private static func encoded(_ text: String) -> String {
    var name = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return name.isEmpty ? "-" : name
  }

  /// The file; the same entries give the same bytes.
  package var page: Page {
    let updated = entries.first?.updated ?? Timestamp(seconds: 0)
    let document: XML = """
      <?xml version="1.0" encoding="UTF-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
        <id>\(Self.name(siteName))</id>
        <title>\(siteName): runs and alerts</title>
        <subtitle>Made by Nightshift. Links are relative to where this file lies.</subtitle>
        <updated>\(updated.text)</updated>
        <author><name>Nightshift</name></author>
        <generator>Nightshift</generator>
        <link rel="self" type="application/atom+xml" href="\(Self.path)"/>
        <link rel="alternate" type="text/html" href="\(Paths.index)"/>
      \(entries.map(Self.markup))</feed>

      """
    return Page(path: Self.path, bytes: Array(document.text.utf8))
  }

  private static func markup(_ entry: FeedEntry) -> XML {
    """
      <entry>
        <id>\(entry.id)</id>
        <title>\(entry.title)</title>
        <updated>\(entry.updated.text)</updated>
        <link rel="alternate" type="text/html" href="\(entry.page)"/>
        <summary type="text">\(entry.summary)</summary>
      </entry>

    """
  }
}

extension Feed {
  /// Of the newest runs and the open alerts.
  init(_ site: SiteLedger, _ terms: SiteTerms) {
    let runs = site.recent.entries.map { FeedEntry($0, siteName: terms.siteName) }
    let alerts = AttentionSection(site: site, terms: terms).alerts.map { FeedEntry($0, siteName: terms.siteName) }
    self.init(siteName: terms.siteName, entries: runs + alerts)
  }
}

extension FeedEntry {
  init(_ run: RunSummary, siteName: String) {
    let steps = "\(Format.count(run.stepCount, "step")), \(Format.grouped(run.reusedCount)) reused"
    let result = [run.reason ?? run.headline, "\(steps), in \(Format.seconds(run.wallSeconds))"].compactMap { $0 }
    self.init(
      id: Feed.name(siteName, "run", run.id), title: "\(run.job): \(run.outcome.rawValue)", updated: run.finished,
      summary: result.joined(separator: ". ") + ".", page: Paths.run(run.id))
  }

  init(_ open: OpenAlert, siteName: String) {
    let alert = open.alert
    self.init(
      id: Feed.name(siteName, "alert", alert.kind.rawValue, alert.subject, alert.since.text),
      title: "\(alert.kind.title): \(alert.subject)", updated: alert.since, summary: alert.text, page: open.page)
  }
}
