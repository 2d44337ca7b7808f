/// Deals the rows of a table out to three parts.
package struct Split: Hashable, Sendable {
  /// A part, as the number that ``assignments`` use.
  package enum Part: UInt8, Sendable, CaseIterable { case train, validation, test }

  package enum Method: Hashable, Sendable {
    /// The latest rows are the test part, those before them the validation part. Equal times are never parted.
    case time(column: String)
    /// Rows of equal keys land in one part, whatever else is in the data.
    case hash(column: String)
    case random
  }

  package var method: Method
  /// Shares of the rows, more than 0 and less than 1 in sum; validation may be 0.
  package var test: Double
  package var validation: Double
  package var seed: UInt64

  package init(method: Method, test: Double, validation: Double, seed: UInt64) {
    self.method = method
    self.test = test
    self.validation = validation
    self.seed = seed
  }

  /// The part of each row. Throws ``TablesError`` when a part that was asked for would be empty.
  ///
  /// - Parameter key: the time or key column; not looked at by ``Method/random``.
  package func assignments(rowCount: Int, key: Column?) throws(TablesError) -> [Part] {
    guard rowCount > 0 else { throw .noRows("there are no rows to split") }
    let parts: [Part]
    switch method {
    case .time(let name):
      guard let key else { throw .invalidSplit("the data has no column “\(name)”") }
      parts = try byTime(key, name)
    case .hash(let name):
      guard let key else { throw .invalidSplit("the data has no column “\(name)”") }
      parts = key.texts.map { part(Self.fraction(of: Array(($0 ?? "").utf8), seed)) }
    case .random:
      var state = seed
      parts = (0..<rowCount).map { _ in part(Self.unit(Self.next(&state))) }
    }
    for (wanted, share) in [(Part.train, 1.0), (.validation, validation), (.test, test)]
    where share > 0 && !parts.contains(wanted) {
      throw .invalidSplit(
        "the \(wanted) part would be empty: \(rowCount) rows are too few, or their keys too much alike")
    }
    return parts
  }

  private func part(_ fraction: Double) -> Part {
    fraction < test ? .test : fraction < test + validation ? .validation : .train
  }

  private func byTime(_ key: Column, _ name: String) throws(TablesError) -> [Part] {
    let times: [Int64]
    switch key.storage {
    case .timestamps(let values), .integers(let values): times = values
    default:
      throw .invalidSplit(
        "the column “\(name)” holds \(key.type.rawValue) values: splitting by time needs times or integers")
    }
    if let row = times.firstIndex(of: Column.missingInteger) {
      let count = times.count { $0 == Column.missingInteger }
      throw .invalidSplit(
        "the column “\(name)” is missing in \(count) rows, first in row \(row + 1): a row without a time belongs to no part"
      )
    }
    let sorted = times.sorted()
    func border(_ share: Double) -> Int64 {
      let count = min(sorted.count - 1, max(1, Int((Double(sorted.count) * share).rounded())))
      return sorted[sorted.count - count]
    }
    let testFrom = border(test)
    let validationFrom = validation > 0 ? border(test + validation) : testFrom
    return times.map { $0 >= testFrom ? .test : $0 >= validationFrom ? .validation : .train }
  }

  /// A number in 0..<1 that depends on the bytes and the seed alone: FNV-1a, finished by SplitMix64. Part of what a
  /// seed means for ever.
  private static func fraction(of bytes: [UInt8], _ seed: UInt64) -> Double {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var state = hash ^ seed
    return unit(next(&state))
  }

  /// SplitMix64 (Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, OOPSLA 2014).
  private static func next(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }
}

extension TableReader {
  /// Copies the records, as CSV, into the parts they belong to: the header to every part, then each row to its
  /// own, in order. Pieces of about a megabyte are given to `write`.
  package func copy(_ assignments: [Split.Part], _ write: (Split.Part, [UInt8]) throws -> Void) throws {
    var buffers = [[UInt8]](repeating: [], count: Split.Part.allCases.count)
    var row = 0
    try forEachLine { isHeader, bytes in
      let parts = isHeader ? Split.Part.allCases : [assignments[row]]
      if !isHeader { row += 1 }
      for part in parts {
        let index = Int(part.rawValue)
        buffers[index].append(contentsOf: bytes)
        guard buffers[index].count >= 1 << 20 else { continue }
        try write(part, buffers[index])
        buffers[index].removeAll(keepingCapacity: true)
      }
    }
    for part in Split.Part.allCases where !buffers[Int(part.rawValue)].isEmpty {
      try write(part, buffers[Int(part.rawValue)])
    }
  }
}
