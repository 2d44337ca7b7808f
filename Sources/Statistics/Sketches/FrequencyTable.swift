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
  /// A key beside its count, so that a look costs one line of the cache.
  private struct Slot {
    var key: UInt64 = 0
    /// 0 where the slot is free.
    var count = 0
  }

  private var slots: [Slot]
  private var labels: [String]

  /// - Parameters:
  ///   - limit: of different values; at least 16.
  ///   - hasLabels: whether values have texts beside their keys.
  package init(limit: Int, hasLabels: Bool = false) {
    self.limit = max(16, limit)
    self.hasLabels = hasLabels
    slots = [Slot](repeating: Slot(), count: 64)
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
    let (place, isKnown) = slots.withUnsafeMutableBufferPointer { slots in
      let mask = slots.count &- 1
      var place = Int(truncatingIfNeeded: Mixing.mixed(key)) & mask
      while slots[place].count != 0 {
        if slots[place].key == key {
          slots[place].count &+= 1
          return (place, true)
        }
        place = (place &+ 1) & mask
      }
      return (place, false)
    }
    if !isKnown { add(key, hasLabels ? label() : "", at: place) }
    return isKnown
  }

  private mutating func add(_ key: UInt64, _ label: String, at place: Int) {
    slots[place] = Slot(key: key, count: 1)
    if hasLabels { labels[place] = label }
    entryCount += 1
    if entryCount > limit {
      reduce()
    } else if entryCount * 2 > slots.count {
      rebuild(slotCount: slots.count * 2) { $0 }
    }
  }

  /// Takes the median of up to 1,024 counts off all.
  private mutating func reduce() {
    let sample = slots.lazy.map(\.count).filter { $0 > 0 }.prefix(1024).sorted()
    let amount = sample[sample.count / 2]
    error += amount
    rebuild(slotCount: slots.count) { $0 - amount }
  }

  private mutating func rebuild(slotCount: Int, _ count: (Int) -> Int) {
    let old = (slots, labels)
    slots = [Slot](repeating: Slot(), count: slotCount)
    labels = hasLabels ? [String](repeating: "", count: slotCount) : []
    entryCount = 0
    for (index, slot) in old.0.enumerated() where slot.count > 0 {
      let left = count(slot.count)
      guard left > 0 else { continue }
      var place = Int(truncatingIfNeeded: Mixing.mixed(slot.key)) & (slotCount - 1)
      while slots[place].count != 0 { place = (place + 1) & (slotCount - 1) }
      slots[place] = Slot(key: slot.key, count: left)
      if hasLabels { labels[place] = old.1[index] }
      entryCount += 1
    }
  }

  /// All that it holds, in no particular order.
  package var entries: [Entry] {
    slots.indices.filter { slots[$0].count > 0 }.map {
      Entry(key: slots[$0].key, count: slots[$0].count, label: hasLabels ? labels[$0] : "")
    }
  }
}
