internal import Jobs
internal import Records
internal import Store

/// Which of the things that one name has are kept, and why not the others: a pure function of their order and times.
struct Retention {
  /// Something with a time, newest last in its list.
  struct Item<ID: Hashable> {
    var id: ID
    /// Nil where it cannot be told: it is kept.
    var time: Timestamp?
  }

  /// The items that the counts keep.
  static func kept<ID>(_ items: [Item<ID>], by counts: RetentionRules.Counts) -> Set<ID> {
    let newest = Array(items.reversed())
    var kept = Set(newest.filter { $0.time == nil }.map(\.id))
    kept.formUnion(newest.prefix(counts.last ?? 0).map(\.id))
    kept.formUnion(first(counts.daily ?? 0, of: newest) { $0.day })
    kept.formUnion(first(counts.weekly ?? 0, of: newest) { $0.week })
    return kept
  }

  /// The newest item of each of the newest `count` periods that have one.
  private static func first<ID>(_ count: Int, of newest: [Item<ID>], _ period: (Timestamp) -> Int) -> [ID] {
    var periods: Set<Int> = []
    var kept: [ID] = []
    for item in newest {
      guard let time = item.time, !periods.contains(period(time)) else { continue }
      guard periods.count < count else { continue }
      periods.insert(period(time))
      kept.append(item.id)
    }
    return kept
  }
}

extension Timestamp {
  /// Days since 1970-01-01, in UTC.
  fileprivate var day: Int { (seconds - ((seconds % 86_400) + 86_400) % 86_400) / 86_400 }

  /// Weeks from Monday on; 1970-01-01 was a Thursday.
  fileprivate var week: Int {
    let day = day + 3
    return (day - ((day % 7) + 7) % 7) / 7
  }
}
