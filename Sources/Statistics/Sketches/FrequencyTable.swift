/// Counts how often each value comes: exactly while there are at most `limit` different ones, else the frequent ones with
/// a bound on the error. When full, a common amount is taken off all counts and those at nothing go (J. Misra, D. Gries,
/// “Finding repeated elements”, 1982, in the form of Apache DataSketches). What it holds depends on the order of the
/// values and nothing else.
package struct FrequencyTable: Sendable {
  /// A value and how often it came: at least `count`, at most `count` and ``FrequencyTable/error`` more.
  package struct Entry: Sendable {
    package var key: UInt64
    package var count: Int
    package var label: String
  }

  /// How much a count may be too small.
  package private(set) var error = 0
  package private(set) var entryCount = 0
  private let limit: Int
  private let hasLabels: Bool
  private var keys: [UInt64]
  /// 0 where a slot is free.
  private var counts: [Int]
  private var labels: [String]

  /// - Parameters:
  ///   - limit: of different values; at least 16.
  ///   - hasLabels: whether values have texts beside their keys.
  package init(limit: Int, hasLabels: Bool = false) {
    self.limit = max(16, limit)
    self.hasLabels = hasLabels
    keys = [UInt64](repeating: 0, count: 64)
    counts = [Int](repeating: 0, count: 64)
    labels = hasLabels ? [String](repeating: "", count: 64) : []
  }

  /// Whether every value that came is there with its very count.
  package var isExact: Bool { error == 0 }
  /// Whether the next new value may cost it the count of others.
  package var isFull: Bool { entryCount >= limit }

  /// Counts a value once. Whether the table held it before.
  ///
  /// - Parameter label: asked for where the value is new.
  @inline(__always)
  package mutating func insert(_ key: UInt64, label: @autoclosure () -> String = "") -> Bool {
    let mask = keys.count &- 1
    var slot = Int(truncatingIfNeeded: Mixing.mixed(key)) & mask
    while counts[slot] != 0 {
      if keys[slot] == key {
        counts[slot] &+= 1
        return true
      }
      slot = (slot &+ 1) & mask
    }
    add(key, 1, hasLabels ? label() : "", at: slot)
    return false
  }

  private mutating func add(_ key: UInt64, _ count: Int, _ label: String, at slot: Int) {
    keys[slot] = key
    counts[slot] = count
    if hasLabels { labels[slot] = label }
    entryCount += 1
    if entryCount > limit { reduce() } else if entryCount * 2 > keys.count { rebuild(slotCount: keys.count * 2) { $0 } }
  }

  /// Takes the median of up to 1,024 counts off all.
  private mutating func reduce() {
    let sample = counts.lazy.filter { $0 > 0 }.prefix(1024).sorted()
    let amount = sample[sample.count / 2]
    error += amount
    rebuild(slotCount: keys.count) { $0 - amount }
  }

  private mutating func rebuild(slotCount: Int, _ count: (Int) -> Int) {
    let old = (keys, counts, labels)
    keys = [UInt64](repeating: 0, count: slotCount)
    counts = [Int](repeating: 0, count: slotCount)
    labels = hasLabels ? [String](repeating: "", count: slotCount) : []
    entryCount = 0
    for place in old.1.indices where old.1[place] > 0 {
      let left = count(old.1[place])
      guard left > 0 else { continue }
      var slot = Int(truncatingIfNeeded: Mixing.mixed(old.0[place])) & (slotCount - 1)
      while counts[slot] != 0 { slot = (slot + 1) & (slotCount - 1) }
      keys[slot] = old.0[place]
      counts[slot] = left
      if hasLabels { labels[slot] = old.2[place] }
      entryCount += 1
    }
  }

  /// All that it holds, in no particular order.
  package var entries: [Entry] {
    counts.indices.filter { counts[$0] > 0 }.map {
      Entry(key: keys[$0], count: counts[$0], label: hasLabels ? labels[$0] : "")
    }
  }
}
