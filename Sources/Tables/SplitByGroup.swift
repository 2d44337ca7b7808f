/// The parts of rows by groups that stay together: the largest first, each into a part with room for it.
struct GroupSplit {
  let split: Split

  func parts(_ keys: SplitKeys) -> [Split.Part] {
    let groups = Groups(keys)
    let parts = deal(groups)
    return keys.groups.map { parts[groups.index(of: $0)] }
  }

  private func deal(_ groups: Groups) -> [Split.Part] {
    let totals = groups.totals
    let shares = shares
    // What each part still lacks of each class.
    var lacks = shares.map { share in totals.mapValues { Double($0) * share } }
    var dealt = [Int](repeating: 0, count: groups.count)
    let draws = groups.hashes.map { SplitHash.fraction($0, split.seed) }
    let order = dealt.indices.sorted {
      (-groups.rowCount($0), draws[$0], groups.hashes[$0]) < (-groups.rowCount($1), draws[$1], groups.hashes[$1])
    }
    for index in order {
      let part = place(groups[index], lacks, totals, draws[index])
      for entry in groups[index] { lacks[part][entry.label, default: 0] -= Double(entry.rowCount) }
      dealt[index] = part
    }
    fill(&dealt, order)
    return dealt.map { split.parts[$0] }
  }

  /// A part that came away empty, as its share is less than any group, gets the smallest group of a part that has more.
  private func fill(_ dealt: inout [Int], _ order: [Int]) {
    var counts = [Int](repeating: 0, count: split.parts.count)
    for part in dealt { counts[part] += 1 }
    for part in counts.indices where counts[part] == 0 {
      guard let index = order.last(where: { counts[dealt[$0]] > 1 }) else { return }
      counts[dealt[index]] -= 1
      counts[part] += 1
      dealt[index] = part
    }
  }

  /// The share of each of the split's parts.
  private var shares: [Double] {
    let rest = split.folds > 0 ? (1 - split.test) / Double(split.folds) : 1 - split.test - split.validation
    return split.parts.map { $0 == .test ? split.test : $0 == .validation ? split.validation : rest }
  }

  /// Where the whole group fits, by lot, weighed by the room there, so that large groups go anywhere. Else where most is
  /// lacking of what it has.
  private func place(
    _ group: ArraySlice<Groups.Entry>, _ lacks: [[Int32: Double]], _ totals: [Int32: Int], _ draw: Double
  ) -> Int {
    let fitting = lacks.indices.filter { part in
      group.allSatisfy { (lacks[part][$0.label] ?? 0) + 0.5 >= Double($0.rowCount) }
    }
    func need(_ part: Int) -> Double {
      group.reduce(0) { sum, entry in
        sum + Double(entry.rowCount) * (lacks[part][entry.label] ?? 0) / Double(max(1, totals[entry.label] ?? 1))
      }
    }
    let needs = lacks.indices.map(need)
    guard !fitting.isEmpty else { return needs.indices.max { (needs[$0], $1) < (needs[$1], $0) } ?? 0 }
    var lot = draw * fitting.reduce(0) { $0 + max(needs[$1], 0) }
    for part in fitting {
      lot -= max(needs[part], 0)
      if lot < 0 { return part }
    }
    return fitting[fitting.count - 1]
  }
}

/// The groups of rows and their classes, in flat arrays: there may be as many groups as rows.
private struct Groups {
  /// The rows of one class in a group.
  struct Entry {
    var label: Int32
    var rowCount: Int
  }

  /// One a group, ascending.
  private(set) var hashes: [UInt64] = []
  /// Group by group, in each by class.
  private var entries: [Entry] = []
  /// Where each group begins in `entries`; one more than groups, so that the last has an end.
  private var starts: [Int] = []

  init(_ keys: SplitKeys) {
    var rows = keys.groups.indices.map { (hash: keys.groups[$0], label: keys.classes.isEmpty ? 0 : keys.classes[$0]) }
    rows.sort { $0 < $1 }
    for row in rows {
      if hashes.last != row.hash {
        hashes.append(row.hash)
        starts.append(entries.count)
      } else if let last = entries.last, last.label == row.label {
        entries[entries.count - 1].rowCount += 1
        continue
      }
      entries.append(Entry(label: row.label, rowCount: 1))
    }
    starts.append(entries.count)
  }

  var count: Int { hashes.count }

  subscript(index: Int) -> ArraySlice<Entry> { entries[starts[index]..<starts[index + 1]] }

  func rowCount(_ index: Int) -> Int { self[index].reduce(0) { $0 + $1.rowCount } }

  /// Rows by class.
  var totals: [Int32: Int] {
    var totals: [Int32: Int] = [:]
    for entry in entries { totals[entry.label, default: 0] += entry.rowCount }
    return totals
  }

  /// Of a hash that is there.
  func index(of hash: UInt64) -> Int {
    var range = 0..<hashes.count - 1
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = hashes[middle] < hash ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}
