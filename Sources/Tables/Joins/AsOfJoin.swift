/// Finds, for moments of entities, what was known of them then: a point-in-time join.
///
/// A row of the source counts for a moment when it is of the same entity, happened no later, and was known no later.
/// Both sides are sorted once, and each entity's rows enter in the order in which they became known.
package struct AsOfJoin {
  /// When something was asked about which entity. Numbers below 0 and missing times ask nothing.
  package struct Moments {
    package var entities: [Int]
    /// ``Column/ticksPerSecond`` a second.
    package var times: [Int64]

    package init(entities: [Int], times: [Int64]) {
      self.entities = entities
      self.times = times
    }
  }

  /// What happened to which entity, and since when that is known.
  package struct Events {
    package var entities: [Int]
    package var times: [Int64]
    package var known: [Int64]

    package init(entities: [Int], times: [Int64], known: [Int64]) {
      self.entities = entities
      self.times = times
      self.known = known
    }
  }

  /// What rows of one entity and time are to each other.
  package enum Repeats: Sendable {
    /// Later knowledge takes the place of earlier; what became known together stands side by side.
    case correct
    /// Each counts.
    case add
  }

  private let moments: Moments
  private let events: Events
  private let entityCount: Int
  private let asked: EntityOrder
  /// By the time from which on a row counts, then by the time it became known.
  private let entering: EntityOrder

  /// - Parameter entityCount: more than any number in either side.
  package init(_ moments: Moments, _ events: Events, entityCount: Int) {
    self.moments = moments
    self.events = events
    self.entityCount = entityCount
    let missing = Column.missingInteger
    let times = moments.times
    asked = EntityOrder(
      entities: zip(moments.entities, times).map { $1 == missing ? -1 : $0 }, entityCount: entityCount
    ) { times[$0] < times[$1] }
    let (happened, known) = (events.times, events.known)
    entering = EntityOrder(
      entities: events.entities.indices.map {
        happened[$0] == missing || known[$0] == missing ? -1 : events.entities[$0]
      }, entityCount: entityCount
    ) { left, right in
      let (first, second) = (max(happened[left], known[left]), max(happened[right], known[right]))
      return first < second || first == second && known[left] < known[right]
    }
  }

  /// The source's row for each moment: the one that happened last; of several the one known last, then the last in the
  /// table. -1 where there is none, or none of at most that age.
  ///
  /// - Parameter maximumAge: from the event to the moment, in ticks.
  package func latest(maximumAge: Int64? = nil) -> [Int] {
    var found = [Int](repeating: -1, count: moments.times.count)
    for entity in 0..<entityCount {
      var next = entering[entity].lowerBound
      var best = -1
      for place in asked[entity] {
        let row = asked.rows[place]
        let time = moments.times[row]
        while next < entering[entity].upperBound, entry(entering.rows[next]) <= time {
          let event = entering.rows[next]
          if best < 0 || isLater(event, best) { best = event }
          next += 1
        }
        if best >= 0, maximumAge.map({ time - events.times[best] <= $0 }) ?? true { found[row] = best }
      }
    }
    return found
  }

  /// For each moment, the values of what happened in the time before it: later than `length` before, no later than it.
  /// Nil for a moment that asks nothing.
  ///
  /// - Parameters:
  ///   - values: one a row of the source; NaN is none.
  ///   - length: in ticks; nil: since ever.
  package func windows(of values: [Double], length: Int64?, _ repeats: Repeats) -> [WindowSummary?] {
    var found = [WindowSummary?](repeating: nil, count: moments.times.count)
    var slots = EventSlots(rowCount: events.times.count)
    var tree = WindowTree()
    for entity in 0..<entityCount where !asked[entity].isEmpty {
      slots.fill(entering.rows[entering[entity]], events.times)
      tree.reset(slotCount: slots.times.count)
      var next = entering[entity].lowerBound
      var first = 0
      for place in asked[entity] {
        let row = asked.rows[place]
        let time = moments.times[row]
        while next < entering[entity].upperBound, entry(entering.rows[next]) <= time {
          enter(entering.rows[next], values, repeats, &slots, &tree)
          next += 1
        }
        if let length { while first < slots.times.count, slots.times[first] <= time - length { first += 1 } }
        found[row] = tree.summary(from: first)
      }
    }
    return found
  }

  /// When a row begins to count.
  private func entry(_ row: Int) -> Int64 { max(events.times[row], events.known[row]) }

  private func isLater(_ row: Int, _ other: Int) -> Bool {
    (events.times[row], events.known[row], row) > (events.times[other], events.known[other], other)
  }

  /// Rows of one time enter in the order in which they became known.
  private func enter(
    _ row: Int, _ values: [Double], _ repeats: Repeats, _ slots: inout EventSlots, _ tree: inout WindowTree
  ) {
    let slot = slots.slot[row]
    var summary = WindowSummary(values[row])
    if repeats == .add || slots.known[slot] == events.known[row] {
      var sum = tree[slot]
      sum.add(summary)
      summary = sum
    }
    slots.known[slot] = events.known[row]
    tree.set(slot, summary)
  }
}

/// The distinct times of one entity's events, in order.
private struct EventSlots {
  var times: [Int64] = []
  /// When the newest of what entered became known.
  var known: [Int64] = []
  /// The index into `times`, one a row of the whole source.
  var slot: [Int]

  init(rowCount: Int) { slot = [Int](repeating: 0, count: rowCount) }

  mutating func fill(_ rows: ArraySlice<Int>, _ happened: [Int64]) {
    times.removeAll(keepingCapacity: true)
    let isSorted = zip(rows, rows.dropFirst()).allSatisfy { happened[$0] <= happened[$1] }
    for row in isSorted ? Array(rows) : rows.sorted(by: { happened[$0] < happened[$1] }) {
      if times.last != happened[row] { times.append(happened[row]) }
      slot[row] = times.count - 1
    }
    known = [Int64](repeating: .min, count: times.count)
  }
}
