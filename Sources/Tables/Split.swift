/// Deals the rows of a table out to parts.
package struct Split: Hashable, Sendable {
  /// A part, as the number that ``assignments(_:)`` use.
  package struct Part: RawRepresentable, Hashable, Sendable, Comparable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let train = Part(rawValue: 0)
    package static let validation = Part(rawValue: 1)
    package static let test = Part(rawValue: 2)
    /// In no part: the rows in a gap.
    package static let leftOut = Part(rawValue: 255)
    /// Numbered from 1.
    package static func fold(_ number: Int) -> Part { Part(rawValue: UInt8(clamping: 2 + number)) }

    package var name: String {
      switch self {
      case .train: "train"
      case .validation: "validation"
      case .test: "test"
      case .leftOut: "left out"
      default: "fold\(Int(rawValue) - 2)"
      }
    }

    package static func < (left: Part, right: Part) -> Bool { left.rawValue < right.rawValue }
  }

  package enum Method: Hashable, Sendable {
    /// The latest rows are the test part, those before them the validation part; folds follow one another. Equal times
    /// are never parted. Of a part that others follow, rows less than `gap` ticks before them are left out.
    case time(gap: Int64)
    /// Rows of one group land in one part; shares are as near as the groups allow.
    case group
    /// As ``group``, but where a group lands depends on its key and the seed alone, for ever.
    case hash
    case random
  }

  package var method: Method
  /// Shares of the rows, less than 1 in sum. 0 means that there is no such part.
  package var test: Double
  package var validation: Double
  /// How many folds take the place of training and validation; 0 for none.
  package var folds: Int
  package var seed: UInt64

  package static let maximumFolds = 50

  package init(method: Method, test: Double, validation: Double = 0, folds: Int = 0, seed: UInt64) {
    self.method = method
    self.test = test
    self.validation = validation
    self.folds = folds
    self.seed = seed
  }

  /// The parts that are asked for, in the order of their names' numbers.
  package var parts: [Part] {
    let rest: [Part] =
      folds > 0 ? (1...folds).map(Part.fold) : validation > 0 ? [.train, .validation] : [.train]
    return test > 0 ? (rest + [.test]).sorted() : rest
  }

  /// The part of each row. Throws ``TablesError`` when a part that was asked for would be empty.
  package func assignments(_ keys: SplitKeys) throws(TablesError) -> [Part] {
    guard keys.rowCount > 0 else { throw .noRows("there are no rows to split") }
    let parts: [Part]
    switch method {
    case .time(let gap): parts = try TimeSplit(split: self, gap: gap).parts(keys)
    case .group: parts = GroupSplit(split: self).parts(keys)
    case .hash: parts = keys.groups.map { byFraction(SplitHash.fraction($0, seed)) }
    case .random: parts = RandomSplit(split: self).parts(keys)
    }
    let found = Set(parts)
    for part in self.parts where !found.contains(part) {
      throw .invalidSplit(
        "the \(part.name) part would be empty: \(keys.rowCount) rows are too few, or their keys too much alike")
    }
    return parts
  }

  /// The test part is at the beginning of 0..<1, then validation, then the rest; folds share what is not test.
  private func byFraction(_ fraction: Double) -> Part {
    if fraction < test { return .test }
    guard folds > 0 else { return fraction < test + validation ? .validation : .train }
    return .fold(min(folds, 1 + Int((fraction - test) / (1 - test) * Double(folds))))
  }

  /// How many rows are in the test and in the validation part; at least one each where they are asked for.
  func counts(of rowCount: Int) -> (test: Int, validation: Int) {
    func count(_ share: Double) -> Int {
      share > 0 ? min(rowCount - 1, max(1, Int((Double(rowCount) * share).rounded()))) : 0
    }
    return (count(test), count(validation))
  }
}

/// What a split looks at, one value a row each.
package struct SplitKeys: Sendable {
  package var rowCount: Int
  /// For ``Split/Method/time(gap:)``.
  package var times: Column?
  /// ``SplitHash`` of the key, for ``Split/Method/group`` and ``Split/Method/hash``.
  package var groups: [UInt64]
  /// Classes whose shares are kept, numbered from 0; empty: there are none.
  package var classes: [Int32]

  package init(rowCount: Int, times: Column? = nil, groups: [UInt64] = [], classes: [Int32] = []) {
    self.rowCount = rowCount
    self.times = times
    self.groups = groups
    self.classes = classes
  }
}

extension TableReader {
  /// Copies the records, as CSV, into the parts they belong to: the header to each of `all`, then each row to its own, in
  /// order; rows of other parts are left out. Pieces of about a megabyte are given to `write`.
  package func copy(
    _ assignments: [Split.Part], to all: [Split.Part], _ write: (Split.Part, [UInt8]) throws -> Void
  ) throws {
    var buffers = [[UInt8]](repeating: [], count: 256)
    let wanted = Set(all)
    var row = 0
    try forEachLine { isHeader, bytes in
      let parts = isHeader ? all : [assignments[row]]
      if !isHeader { row += 1 }
      for part in parts where wanted.contains(part) {
        let index = Int(part.rawValue)
        buffers[index].append(contentsOf: bytes)
        guard buffers[index].count >= 1 << 20 else { continue }
        try write(part, buffers[index])
        buffers[index].removeAll(keepingCapacity: true)
      }
    }
    for part in all where !buffers[Int(part.rawValue)].isEmpty {
      try write(part, buffers[Int(part.rawValue)])
    }
  }
}
