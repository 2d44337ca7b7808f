import Foundation
import Records
@testable import Reports
import Store
import Testing

@Suite struct AuditPageTests {
  private static let terms = SiteTerms(siteName: "s", now: Timestamp(seconds: 1_364_781_600))
  private static let model = EntityKey(project: "p", name: "model")
  private static let links = AuditLinks(
    models: [model], datasets: [EntityKey(project: "p", name: "data")], hasRun: { $0.hasPrefix("known") })

  private static func line(_ sequence: Int, _ action: String, _ object: String, _ text: String = "plain") -> AuditLine {
    AuditLine(
      sequence: sequence, previous: Digest(of: [UInt8(truncatingIfNeeded: sequence)]),
      at: Timestamp(seconds: 1_364_781_600 + sequence * 3600), by: text, action: action, object: object, from: text,
      to: "sha256:" + Digest(of: []).hex, why: text, run: nil)
  }

  private static func site(_ lines: [AuditLine]) -> SiteLedger {
    var site = SiteLedger()
    for line in lines { site.newestAudit.add(line) }
    for (date, lines) in Dictionary(grouping: lines, by: { $0.at.date }) {
      var day = AuditDay(date: date)
      for line in lines { day.add(line) }
      site.note(day)
    }
    return site
  }

  private static func text(_ site: SiteLedger) -> String {
    String(decoding: AuditPage(site: site, terms: terms, links: links).page().bytes, as: UTF8.self)
  }

  @Test("lines link to the pages that there are, and to no others")
  func linked() {
    var run = Self.line(4, "move-alias", "p/model@champion")
    run.run = "known-1"
    run.by = "nightshift"
    var gone = Self.line(5, "publish-dataset", "p/gone@v1")
    gone.run = "unknown-1"
    let text = Self.text(
      Self.site([
        Self.line(1, "publish-model", "p/model@v1"), Self.line(2, "publish-dataset", "p/data@v1"),
        Self.line(3, "publish-model", "p/data@v1"), run, gone, Self.line(6, "retrain", "p/model"),
        Self.line(7, "strange", "no slash"),
      ]))
    #expect(text.components(separatedBy: "href=\"../models/p/model.html\"").count == 4)
    #expect(text.components(separatedBy: "href=\"../datasets/p/data.html\"").count == 2)
    #expect(text.contains("<td><a href=\"../runs/known-1.html\">known-1</a></td>"))
    #expect(text.contains("unknown-1</td>") && !text.contains("unknown-1.html"))
    #expect(text.contains("<td>no slash</td>"))
  }

  @Test("the newest line comes first, and the digest to keep is the newest that is known")
  func chain() throws {
    var site = Self.site((0..<3).map { Self.line($0, "publish-model", "p/model@v\($0)") })
    let rows = Self.text(site).components(separatedBy: "<tr><td class=\"n\">").dropFirst().map { $0.prefix(1) }
    #expect(rows == ["2", "1", "0"])
    #expect(Self.text(site).contains("Line 1 has the digest <code>\(Digest(of: [2]))</code>"))
    site.auditEnd = Digest(of: [9])
    #expect(Self.text(site).contains("Line 2 has the digest <code>\(Digest(of: [9]))</code>"))
    #expect(Self.text(Self.site([])).contains("Nothing has been published"))
  }

  @Test("a log of many years and long reasons leaves a page that can be opened, and says what it left out")
  func bounded() {
    let reason = String(repeating: "reason ", count: 500)
    let lines = (0..<6000).map { Self.line($0 * 24, "move-alias", "p/model@champion", reason) }
    let text = Self.text(Self.site(lines))
    #expect(text.utf8.count < 1 << 20)
    #expect(text.components(separatedBy: "href=\"../audit/").count > 4000)
    #expect(text.contains("2,000 older days, from 2013-04-01 on, have pages") && text.contains("more are in the JSON"))
  }

  @Test("hostile texts never become markup", arguments: RunFixture.payloads)
  func hostile(payload: String) {
    func tags(_ text: String) -> [Substring] {
      text.split(separator: "<").map { $0.prefix { $0.isLetter || $0 == "/" } }
    }
    let plain = Self.text(Self.site([Self.line(1, "plain", "p/plain", "plain")]))
    let found = Self.text(Self.site([Self.line(1, payload, "p/" + payload, payload)]))
    #expect(tags(found) == tags(plain))
  }

  @Test("a day's page has all its lines and leads back")
  func day() {
    var day = AuditDay(date: "2013-04-01")
    for number in 0..<30 { day.add(Self.line(number % 22, "publish-model", "p/model@v\(number)")) }
    let page = AuditDayPage(day: day, terms: Self.terms, links: Self.links)
    let text = String(decoding: page.page().bytes, as: UTF8.self)
    #expect(page.path == "audit/2013-04-01.html" && text.contains("22 lines, the newest first."))
    #expect(text.contains("<a href=\"../audit/index.html\">audit</a>") && text.contains("data-choice=\"3\""))
  }
}
