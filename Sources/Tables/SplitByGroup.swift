/// The parts of rows by groups that stay together: the largest first, each into a part with room for it.
struct GroupSplit {
  let split: Split

  /// The rows of one group.
  private struct Group {
    var hash: UInt64
    var rowCount = 0
    /// Rows by class.
    var classes: [Int32: Int] = [:]
  }

  func parts(_ keys: SplitKeys) -> [Split.Part] {
    var places: [UInt64: Int] = [:]
    var groups: [Group] = []
    for row in 0..<keys.rowCount {
      let hash = keys.groups[row]
      let place = places[hash] ?? groups.count
      if place == groups.count {
        places[hash] = place
        groups.append(Group(hash: hash))
      }
      groups[place].rowCount += 1
      groups[place].classes[keys.classes.isEmpty ? 0 : keys.classes[row], default: 0] += 1
    }
    let parts = deal(groups, keys.rowCount)
    return keys.groups.map { places[$0].map { parts[$0] } ?? .train }
  }

  private func deal(_ groups: [Group], _ rowCount: Int) -> [Split.Part] {
    var totals: [Int32: Int] = [:]
    for group in groups { totals.merge(group.classes, uniquingKeysWith: +) }
    let shares = shares
    // What each part still lacks of each class.
    var lacks = shares.map { share in totals.mapValues { Double($0) * share } }
    var dealt = [Split.Part](repeating: .train, count: groups.count)
    let draws = groups.map { SplitHash.fraction($0.hash, split.seed) }
    let order = groups.indices.sorted {
      (-groups[$0].rowCount, draws[$0], groups[$0].hash) < (-groups[$1].rowCount, draws[$1], groups[$1].hash)
    }
    for index in order {
      let group = groups[index]
      let part = place(group, lacks, totals, draws[index])
      for (key, count) in group.classes { lacks[part][key, default: 0] -= Double(count) }
      dealt[index] = split.parts[part]
    }
    return dealt
  }

  /// The share of each of the split's parts.
  private var shares: [Double] {
    let rest = split.folds > 0 ? (1 - split.test) / Double(split.folds) : 1 - split.test - split.validation
    return split.parts.map { $0 == .test ? split.test : $0 == .validation ? split.validation : rest }
  }

  /// Where the whole group fits, by lot, weighed by the room there, so that large groups go anywhere. Else where most is
  /// lacking of what it has.
  private func place(_ group: Group, _ lacks: [[Int32: Double]], _ totals: [Int32: Int], _ draw: Double) -> Int {
    let fitting = lacks.indices.filter { part in
      group.classes.allSatisfy { (lacks[part][$0.key] ?? 0) + 0.5 >= Double($0.value) }
    }
    let classes = group.classes.sorted { $0.key < $1.key }
    func need(_ part: Int) -> Double {
      classes.reduce(0) { sum, entry in
        sum + Double(entry.value) * (lacks[part][entry.key] ?? 0) / Double(max(1, totals[entry.key] ?? 1))
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
