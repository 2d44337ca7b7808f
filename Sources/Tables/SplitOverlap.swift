/// Values that rows of several parts have in common: found by hashes, then looked at themselves.
package struct SplitOverlap: Hashable, Sendable {
  /// How many there are; where there are more than ``limit``, by their hashes.
  package var count: Int
  /// The first few, in the order of their rows.
  package var examples: [Example]

  package struct Example: Hashable, Sendable {
    /// The values of the columns, separated by commas.
    package var text: String
    /// Ascending.
    package var parts: [Split.Part]
  }

  /// Values that are looked at themselves.
  static let limit = 10_000
  private static let exampleCount = 3
  /// The low bits of a hash make way for the part.
  private static let partMask: UInt64 = 0xFF

  /// Nil where no value is in more than one part. Rows that are left out do not count.
  ///
  /// - Parameter hashes: those of `columns`, as the scan gave them.
  package init?(
    of columns: [String], hashes: [UInt64], _ parts: [Split.Part], _ scan: SplitScan
  ) throws {
    let suspects = Self.suspects(hashes, parts)
    guard !suspects.isEmpty else { return nil }
    let first = Set(suspects.sorted().prefix(Self.limit))
    var seen: [String: Set<Split.Part>] = [:]
    var order: [String] = []
    try scan.forEachBatch(columns) { batch in
      for row in 0..<batch.rowCount {
        let (hash, part) = (hashes[batch.firstRow + row] & ~Self.partMask, parts[batch.firstRow + row])
        guard part != .leftOut, first.contains(hash) else { continue }
        let text = batch.text(row)
        if seen[text] == nil { order.append(text) }
        seen[text, default: []].insert(part)
      }
    }
    let shared = order.filter { seen[$0].map { $0.count > 1 } ?? false }
    count = suspects.count > Self.limit ? suspects.count : shared.count
    guard count > 0 else { return nil }
    examples = shared.prefix(Self.exampleCount).map {
      Example(text: String($0.prefix(200)), parts: (seen[$0] ?? []).sorted())
    }
  }

  /// Hashes without their low bits that are in several parts.
  private static func suspects(_ hashes: [UInt64], _ parts: [Split.Part]) -> Set<UInt64> {
    var marks: [UInt64] = []
    marks.reserveCapacity(hashes.count)
    for (hash, part) in zip(hashes, parts) where part != .leftOut {
      marks.append(hash & ~partMask | UInt64(part.rawValue))
    }
    marks.sort()
    var found: Set<UInt64> = []
    for (mark, next) in zip(marks, marks.dropFirst()) where mark != next && mark & ~partMask == next & ~partMask {
      found.insert(mark & ~partMask)
    }
    return found
  }
}
