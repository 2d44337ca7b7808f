/// The smallest hashes of the different values seen: how many there are, and how many two columns share (Z. Bar-Yossef
/// et al., “Counting distinct elements in a data stream”, RANDOM 2002). Exact up to ``limit`` values.
struct SmallestHashes: Sendable {
  static let limit = 1024

  /// Ascending after ``settle()``.
  private(set) var smallest: [UInt64] = []
  /// Hashes from here on are among the smallest no more.
  private var bound = UInt64.max
  private var isFull = false
  /// What came lately: most values of a column with few of them end here.
  private var recent = [UInt64](repeating: 0, count: 256)

  @inline(__always)
  mutating func add(_ hash: UInt64) {
    guard hash < bound else { return }
    let slot = Int(hash & 255)
    guard recent[slot] != hash else { return }
    recent[slot] = hash
    smallest.append(hash)
    if smallest.count >= 4 * Self.limit { settle() }
  }

  /// Brings ``smallest`` into order.
  mutating func settle() {
    smallest.sort()
    var kept: [UInt64] = []
    for hash in smallest where hash != kept.last {
      guard kept.count < Self.limit else {
        isFull = true
        break
      }
      kept.append(hash)
    }
    smallest = kept
    if isFull, let last = kept.last { bound = last }
  }

  /// After ``settle()``.
  var count: Int {
    guard isFull, let last = smallest.last, last > 0 else { return smallest.count }
    return Int((Double(Self.limit - 1) / (Double(last) * 0x1p-64)).rounded())
  }

  /// The share of all different values of both that both have: the Jaccard index.
  func overlap(_ other: SmallestHashes) -> Double {
    var (i, j, shared, all) = (0, 0, 0, 0)
    while all < Self.limit, i < smallest.count || j < other.smallest.count {
      let left = i < smallest.count ? smallest[i] : .max
      let right = j < other.smallest.count ? other.smallest[j] : .max
      all += 1
      if left == right { shared += 1 }
      if left <= right { i += 1 }
      if right <= left { j += 1 }
    }
    return all > 0 ? Double(shared) / Double(all) : 0
  }
}

/// Whether all values seen are different: knows until the first that came twice, or until there are too many to keep.
struct UniquenessProbe: Sendable {
  static let limit = 1 << 21

  private(set) var isUnique: Bool? = true
  private var slots = [UInt64](repeating: 0, count: 1024)
  private var count = 0
  private var hasZero = false

  mutating func add(_ hash: UInt64) {
    guard isUnique == true else { return }
    guard hash != 0 else {
      if hasZero { end(false) }
      hasZero = true
      return
    }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if slots[slot] == hash { return end(false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = hash
    count += 1
    if count >= Self.limit { return end(nil) }
    if count * 2 > slots.count { grow() }
  }

  private mutating func end(_ answer: Bool?) {
    isUnique = answer
    slots = []
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 2)
    for hash in old where hash != 0 {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = hash
    }
  }
}
