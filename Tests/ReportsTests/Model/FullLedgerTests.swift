import Records
import Store
import Testing

@testable import Reports

/// Pages of a model that has had years of nights: its ledger holds as much as it can.
@Suite struct FullLedgerTests {
  /// A ledger full of everything, long texts in all of it.
  private func site() throws -> FixtureSite {
    var site = try FixtureSite()
    let long = String(repeating: "<\u{301}&", count: 400)
    let (event, version, move) = (
      site.model.events.entries[0], site.model.versions.entries[0], site.model.moves.entries[0]
    )
    for number in 10..<(10 + ModelEvent.limit) {
      var night = event
      night.run.id = "night \(number)"
      night.run.logicalTime = Timestamp(seconds: event.run.logicalTime.seconds + number * 86_400)
      night.run.because = long
      night.retraining = ModelEvent.Retraining(because: long, isQueued: false)
      night.drift?.columns = (0..<40).map {
        .init(name: "\($0) \(long)", isPrediction: $0 == 0, isDrifted: true, psi: Double($0))
      }
      site.model.events.add(night)
      var made = version
      (made.number, made.run, made.expired) = (number, "run \(number)", long)
      made.created = night.run.logicalTime
      site.model.versions.add(made)
      var moved = move
      (moved.sequence, moved.at, moved.to, moved.why, moved.by) = (number, night.run.logicalTime, number, long, long)
      site.model.moves.add(moved)
      site.model.periods.add(
        JudgedPeriod(
          predictions: "air/predictions", span: "month", told: night.place,
          period: .init(
            from: night.run.logicalTime.date, predictionCount: 9, labelledCount: 9, rowCount: 9,
            models: Array(repeating: long, count: 20), metrics: ["auc": .init(value: 0.7, low: 0.6, high: 0.8)],
            suppressed: long)))
    }
    return site
  }

  @Test("every page stays below a megabyte, and so does its twin")
  func bounded() throws {
    let site = try site()
    let card = try site.card()
    let overTime = try site.overTime()
    for page in [card.page(), overTime.page(), try site.compare()] {
      #expect(page.bytes.count < 1_000_000, "\(page.path): \(page.bytes.count)")
      #expect(Markup(page.bytes).main.unbalanced == nil, "\(page.path)")
    }
    let twins = [
      try CanonicalJSON.encodeForPeople(card.twin), try CanonicalJSON.encodeForPeople(overTime.twin),
      try CanonicalJSON.encodeForPeople(try ComparePage(site.model, site.evidence).twin),
    ]
    for twin in twins { #expect(twin.count < 1_000_000) }
  }

  @Test("what has no room is counted")
  func counted() throws {
    let text = Markup(try site().card().page().bytes).text
    #expect(text.contains("older nights are in the JSON twin") && text.contains("380 older versions"))
  }

  @Test("a day's nights are one place of the trend")
  func days() throws {
    let site = try FixtureSite()
    let days = ModelNightsSection.Day.days(site.model.nights, "auc")
    #expect(days.map(\.date) == ["2013-01-01", "2013-02-01", "2013-03-01"])
    #expect(days.map(\.promoted) == ["v1", "v2", nil])
    #expect(days[1].live != nil && days[1].challenger != nil)
  }
}
