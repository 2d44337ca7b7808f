/// A set of keys by open addressing with linear probing, at most three quarters full.
struct KeySet: Sendable {
  private var slots: [Key]
  private var mask: Int
  private(set) var count = 0
  /// The key that marks a free slot; it is kept apart.
  private static let free = Key(high: 0, low: 0)
  private var hasFree = false

  init(capacity: Int = 64) {
    var size = 64
    while size * 3 / 4 < capacity { size *= 2 }
    slots = [Key](repeating: Self.free, count: size)
    mask = size - 1
  }

  /// False where it was there already.
  mutating func insert(_ key: Key) -> Bool {
    if key == Self.free {
      defer { hasFree = true }
      if !hasFree { count += 1 }
      return !hasFree
    }
    if count * 4 >= slots.count * 3 { grow() }
    var place = Int(truncatingIfNeeded: key.low) & mask
    while slots[place] != Self.free {
      if slots[place] == key { return false }
      place = (place + 1) & mask
    }
    slots[place] = key
    count += 1
    return true
  }

  func contains(_ key: Key) -> Bool {
    if key == Self.free { return hasFree }
    var place = Int(truncatingIfNeeded: key.low) & mask
    while slots[place] != Self.free {
      if slots[place] == key { return true }
      place = (place + 1) & mask
    }
    return false
  }

  func forEach(_ body: (Key) throws -> Void) rethrows {
    if hasFree { try body(Self.free) }
    for key in slots where key != Self.free { try body(key) }
  }

  private mutating func grow() {
    let old = slots
    slots = [Key](repeating: Self.free, count: old.count * 2)
    mask = slots.count - 1
    for key in old where key != Self.free {
      var place = Int(truncatingIfNeeded: key.low) & mask
      while slots[place] != Self.free { place = (place + 1) & mask }
      slots[place] = key
    }
  }
}
