import Disk
@testable import Tables
import Testing

/// What the join means, row by row, without any order to go by.
struct BruteForceJoin {
  var moments: AsOfJoin.Moments
  var events: AsOfJoin.Events

  private func known(at moment: Int) -> [Int] {
    let (entity, time) = (moments.entities[moment], moments.times[moment])
    guard entity >= 0, time != Column.missingInteger else { return [] }
    return events.entities.indices.filter { row in
      events.entities[row] == entity && events.times[row] != Column.missingInteger
        && events.known[row] != Column.missingInteger && events.times[row] <= time && events.known[row] <= time
    }
  }

  func latest(maximumAge: Int64?) -> [Int] {
    moments.times.indices.map { moment in
      let best = known(at: moment).max {
        (events.times[$0], events.known[$0], $0) < (events.times[$1], events.known[$1], $1)
      }
      guard let best, maximumAge.map({ moments.times[moment] - events.times[best] <= $0 }) ?? true else { return -1 }
      return best
    }
  }

  /// The values in the window, in the order of the table; nil where nothing is asked.
  func windows(of values: [Double], length: Int64?, _ repeats: AsOfJoin.Repeats) -> [[Double]?] {
    moments.times.indices.map { moment in
      guard moments.entities[moment] >= 0, moments.times[moment] != Column.missingInteger else { return nil }
      var rows = known(at: moment).filter { row in
        length.map { events.times[row] > moments.times[moment] - $0 } ?? true
      }
      if repeats == .correct {
        let all = rows
        rows = all.filter { row in
          !all.contains { events.times[$0] == events.times[row] && events.known[$0] > events.known[row] }
        }
      }
      return rows.map { values[$0] }.filter { !$0.isNaN }
    }
  }
}

@Suite struct AsOfJoinTests {
  /// Small numbers, so that ties, corrections and borders abound.
  private struct Case {
    var join: AsOfJoin
    var brute: BruteForceJoin
    var values: [Double]
    var reach: Int64?

    init(seed: UInt64) {
      var random = Random(state: seed)
      let entityCount = 1 + random.next(4)
      let span = 2 + random.next(30)
      func time(_ random: inout Random) -> Int64 {
        random.next(12) == 0 ? Column.missingInteger : Int64(random.next(span)) - 5
      }
      let moments = (0..<random.next(14)).map { _ in (random.next(entityCount + 1) - 1, time(&random)) }
      let rows = (0..<random.next(25)).map { _ -> (Int, Int64, Int64) in
        let happened = time(&random)
        let late = Int64(random.next(3) * random.next(8)) - 1
        return (
          random.next(entityCount + 1) - 1, happened,
          random.next(15) == 0 ? Column.missingInteger : max(happened, -100) + late
        )
      }
      brute = BruteForceJoin(
        moments: AsOfJoin.Moments(entities: moments.map(\.0), times: moments.map(\.1)),
        events: AsOfJoin.Events(entities: rows.map(\.0), times: rows.map(\.1), known: rows.map(\.2)))
      join = AsOfJoin(brute.moments, brute.events, entityCount: entityCount)
      values = rows.map { _ in random.next(6) == 0 ? .nan : Double(random.next(2000) - 1000) / 8 }
      reach = random.next(4) == 0 ? nil : Int64(random.next(12))
    }
  }

  private struct Random {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
  }

  @Test("the newest row that was known is the one that a search over all rows finds", arguments: 0..<40)
  func latest(block: Int) {
    let wrong = (0..<100).filter { index in
      let sample = Case(seed: UInt64(block * 100 + index))
      return sample.join.latest(maximumAge: sample.reach) != sample.brute.latest(maximumAge: sample.reach)
    }
    #expect(wrong.isEmpty, "seeds \(wrong.map { block * 100 + $0 })")
  }

  @Test("a window holds the values that a search over all rows finds", arguments: 0..<40)
  func windows(block: Int) {
    let wrong = (0..<100).filter { index in !agrees(Case(seed: UInt64(block * 100 + index))) }
    #expect(wrong.isEmpty, "seeds \(wrong.map { block * 100 + $0 })")
  }

  /// The values are eighths, so that sums are exact in any order.
  private func agrees(_ sample: Case) -> Bool {
    [AsOfJoin.Repeats.correct, .add].allSatisfy { repeats in
      let found = sample.join.windows(of: sample.values, length: sample.reach, repeats)
      let expected = sample.brute.windows(of: sample.values, length: sample.reach, repeats)
      return zip(found, expected).allSatisfy { summary, values in
        guard let summary, let values else { return summary == nil && values == nil }
        return summary.count == values.count && summary.sum == values.reduce(0, +)
          && summary.minimum == values.min() ?? .infinity && summary.maximum == values.max() ?? -.infinity
      }
    }
  }

  @Test("a correction is seen once it is known, and not before")
  func corrections() {
    let events = AsOfJoin.Events(entities: [0, 0, 0], times: [10, 10, 20], known: [10, 30, 20])
    let moments = AsOfJoin.Moments(entities: [0, 0, 0, 0], times: [9, 15, 25, 30])
    let join = AsOfJoin(moments, events, entityCount: 1)
    #expect(join.latest() == [-1, 0, 2, 2])
    let sums = join.windows(of: [1, 100, 7], length: nil, .correct).map { $0?.sum }
    #expect(sums == [0, 1, 8, 107])
    #expect(join.windows(of: [1, 100, 7], length: nil, .add).map { $0?.sum } == [0, 1, 8, 108])
  }

  @Test("what was lost to rounding comes back: a sum does not depend on the order of its values")
  func exactSums() {
    let values = [1e16, 1, -1e16, 1e-3, 3e15, -3e15]
    for rotation in values.indices {
      var summary = WindowSummary()
      for value in values[rotation...] + values[..<rotation] { summary.add(WindowSummary(value)) }
      #expect(summary.sum == 1.001)
    }
  }
}
