import Jobs
@testable import Pipeline
import Records
import Testing

@Suite struct RetentionTests {
  /// Days of 2013 on which an item was made, some of them twice.
  private static var items: [Retention.Item<Int>] {
    ["01-01", "01-02", "01-02", "01-06", "01-07", "01-08", "02-01"].enumerated().map {
      index, day in Retention.Item(id: index, time: Timestamp("2013-\(day)T0\(index):00:00Z"))
    }
  }

  @Test(
    "kept is what any count keeps: the newest, and the newest of each day or week that has one",
    arguments: [
      (RetentionRules.Counts(last: 0), []),
      (RetentionRules.Counts(last: 2), [5, 6]),
      (RetentionRules.Counts(last: 99), [0, 1, 2, 3, 4, 5, 6]),
      (RetentionRules.Counts(daily: 5), [2, 3, 4, 5, 6]),
      (RetentionRules.Counts(daily: 99), [0, 2, 3, 4, 5, 6]),
      // 2013-01-06 is a Sunday.
      (RetentionRules.Counts(weekly: 3), [3, 5, 6]),
      (RetentionRules.Counts(weekly: 2), [5, 6]),
      (RetentionRules.Counts(last: 1, weekly: 99), [3, 5, 6]),
    ] as [(RetentionRules.Counts, [Int])])
  func keeps(counts: RetentionRules.Counts, kept: [Int]) {
    #expect(Retention.kept(Self.items, by: counts).sorted() == kept)
  }

  @Test("what has no time that can be read is kept")
  func timeless() {
    #expect(Retention.kept([Retention.Item(id: 1, time: nil)], by: RetentionRules.Counts(last: 0)) == [1])
  }
}
