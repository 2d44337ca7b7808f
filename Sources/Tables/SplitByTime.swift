/// The parts of rows by their times.
struct TimeSplit {
  let split: Split
  /// Ticks.
  let gap: Int64

  func parts(_ keys: SplitKeys) throws(TablesError) -> [Split.Part] {
    let times = try times(keys.times)
    let sorted = times.sorted()
    let count = split.counts(of: sorted.count)
    guard split.folds > 0 else {
      // Later than any time where there is no test part.
      let testFrom = count.test > 0 ? sorted[sorted.count - count.test] : .max
      let validationFrom =
        count.validation > 0 ? sorted[max(0, sorted.count - count.test - count.validation)] : testFrom
      return times.map { time in
        if count.test > 0, time >= testFrom { return .test }
        if count.test > 0, time > testFrom - gap { return .leftOut }
        if time >= validationFrom { return .validation }
        return time > validationFrom - gap ? .leftOut : .train
      }
    }
    let testFrom = count.test > 0 ? sorted[sorted.count - count.test] : nil
    let rest = testFrom.map { border in sorted.prefix { $0 < border && $0 <= border - gap } } ?? sorted[...]
    let borders = rest.isEmpty ? [] : (1..<split.folds).map { rest[$0 * rest.count / split.folds] }
    return times.map { time in
      if let testFrom, time >= testFrom { return .test }
      if let testFrom, time > testFrom - gap { return .leftOut }
      return .fold(1 + borders.count { $0 <= time })
    }
  }

  private func times(_ key: Column?) throws(TablesError) -> [Int64] {
    guard let key else { throw .invalidSplit("splitting by time needs a column of times") }
    let times: [Int64]
    switch key.storage {
    case .timestamps(let values): times = values
    case .integers(let values) where gap == 0: times = values
    case .integers:
      throw .invalidSplit("the column “\(key.name)” holds integer values: `gap` needs times")
    default:
      throw .invalidSplit(
        "the column “\(key.name)” holds \(key.type.rawValue) values: splitting by time needs times or integers")
    }
    if let row = times.firstIndex(of: Column.missingInteger) {
      let count = times.count { $0 == Column.missingInteger }
      throw .invalidSplit(
        "the column “\(key.name)” is missing in \(count) rows, first in row \(row + 1): a row without a time belongs to no part"
      )
    }
    return times
  }
}
