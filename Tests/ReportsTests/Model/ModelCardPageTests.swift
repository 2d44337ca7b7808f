import Records
import Store
import Testing

@testable import Reports

@Suite struct ModelCardPageTests {
  private func text(_ site: FixtureSite) throws -> String { Markup(try site.card().page().bytes).main.text }

  @Test(
    "the page says which version is in use, since when and why, and what is the matter",
    arguments: [
      "Version 2 is in use since 2013-02-01. It was judged against version 1, the champion before it, on 5,123 rows, "
        + "and its one rule held.", "v3 refused", "95 %: 0.6580 to 0.6780", "on predictions from 2013-02-01 on",
      "features@v2", "xgboost 1.7.4, seed 7, best round 82", "max_depth = 8", "Nightshift 0.1.0; xgboost 1.7.4",
      "The newest verdict, about version 3 against version 2.", "DeLong", "To warn of late flights.",
      "Jobs/cards/air/delay.yaml", "flights.yaml: 1 rule holds",
    ])
  func told(words: String) throws { #expect(try text(FixtureSite()).contains(words)) }

  @Test("what people did not write is shown as missing")
  func missingWords() throws {
    var site = try FixtureSite()
    #expect(try text(site).components("<span class=\"warn\">missing</span>") == 3)
    site.evidence.cards = [:]
    #expect(try text(site).components("<span class=\"warn\">missing</span>") == 6)
  }

  @Test("what has no evidence is listed, and what has is linked")
  func evidence() throws {
    let site = try FixtureSite()
    let evidence = ModelEvidence(try ModelDossier(site.model, site.evidence))
    let states = Dictionary(uniqueKeysWithValues: evidence.items.map { ($0.title, $0.state) })
    #expect(states["Metrics"] == .present && states["Way back to the raw files"] == .present)
    #expect(states["Contract of its data"] == .present && states["Verdict on it"] == .present)
    #expect(states["Fairness"] == .missing && states["Explanation"] == .missing && states["Done again"] == .missing)
  }

  @Test("a document that a collection took is told of, and the rest of the page stands")
  func collected() throws {
    var site = try FixtureSite()
    site.evidence.blobs = [:]
    let page = try text(site)
    #expect(page.contains("The metrics of version 2 are no longer in the store"))
    #expect(page.contains("The description of version 2 is no longer in the store"))
    #expect(page.contains("the verdict is no longer in the store"))
  }

  @Test("without a champion the newest version is told of, and that none is in use")
  func unused() throws {
    var site = try FixtureSite()
    site.model.aliases = [:]
    #expect(try text(site).contains("No version is in use. The newest is version 3, made 2013-03-01."))
  }

  @Test("a model that has no version yet has a page")
  func fresh() throws {
    let ledger = ModelLedger(project: "air", name: "new")
    let page = try ModelCardPage(ledger, MemoryEvidence(), siteName: "demo") { _ in true }.page()
    let markup = Markup(page.bytes).main
    #expect(markup.text.contains("No version has been made yet.") && markup.unbalanced == nil)
  }

  @Test("a version by somebody's going back says so")
  func rolledBack() throws {
    var site = try FixtureSite()
    site.model.moves.add(
      AliasMove(
        sequence: 99, alias: "champion", from: 2, to: 1, at: FixtureSite.time(4), by: "ada", why: "v2 is too slow",
        run: nil, isRollBack: true))
    site.model.aliases["champion"] = 1
    let page = try text(site)
    #expect(page.contains("Version 1 is in use since 2013-04-01. Somebody went back to it: v2 is too slow."))
  }

  @Test(
    "the live metric is a matter to look at where it is worse than the interval it was chosen with",
    arguments: [
      (0.60, true), (0.69, false),
    ])
  func live(value: Double, isWorse: Bool) throws {
    var site = try FixtureSite()
    var event = site.model.events.entries[0]
    event.live = ModelEvent.Judgement(
      document: Digest(of: []), step: "live", version: 2, data: Digest(of: [1]), rowCount: 10, metrics: ["auc": value])
    site.model.events.add(event)
    let page = try text(site)
    let words = "<dt>On newly arrived data</dt><dd>"
    #expect(page.contains(words + "<span class=\"warn\">! look:</span>") == isWorse)
    #expect(page.contains("on the 10 rows of 2013-03-01; 0.6880 on the data by which it was chosen"))
  }

  @Test("a run without a page is named, not linked")
  func unlinked() throws {
    let site = try FixtureSite()
    let card = try ModelCardPage(site.model, site.evidence, siteName: "demo") { $0 != "train-1" }
    let rows = Markup(card.page().bytes).text.split(separator: "<tr>")
    let row = try #require(rows.first { $0.hasPrefix("<td>v1</td>") })
    #expect(!row.contains("href") && row.contains("<td>train-1</td>"))
  }

  @Test("the card is as it was looked at")
  func golden() throws { try Golden.check(try text(FixtureSite()), "model-card.html") }

  @Test("the page over time is as it was looked at")
  func goldenOverTime() throws {
    try Golden.check(Markup(try FixtureSite().overTime().page().bytes).main.text, "over-time.html")
  }

  @Test("a model that nobody watches says what would")
  func unwatched() throws {
    let page = try OverTimePage(ModelLedger(project: "air", name: "new"), MemoryEvidence(), siteName: "demo").page()
    let text = Markup(page.bytes).text
    #expect(text.contains("a <code>monitor</code> step would") && text.contains("a <code>feedback</code> step would"))
  }
}

extension String {
  /// How often it holds the other one.
  fileprivate func components(_ other: String) -> Int {
    split(separator: other, omittingEmptySubsequences: false).count - 1
  }
}
