/// Rows of two tables by key: an open hash table over the keys of one part of them.
///
/// A key is 128 bits of hash; of the old rows all compared values stay as a word each, of the new ones only which of them
/// differ. About 48 bytes a key and, for an old row, 8 for each value and each 64 columns.
struct KeyTable {
  struct Key: Hashable, Comparable {
    var high: UInt64
    var low: UInt64

    static func < (left: Key, right: Key) -> Bool { (left.high, left.low) < (right.high, right.low) }
  }

  let width: Int
  /// Words of a mask of differing columns.
  let maskWords: Int
  private(set) var keys: [Key] = []
  private(set) var oldRows: [UInt32] = []
  private(set) var newRows: [UInt32] = []
  /// 0, 1, or 2 for more.
  private(set) var oldCounts: [UInt8] = []
  private(set) var newCounts: [UInt8] = []
  private(set) var values: [UInt64] = []
  private var masks: [UInt64] = []
  private var oldKeyCount = 0
  private var slots: [UInt32]

  private static let free = UInt32.max
  /// What a key takes besides its values, at the fullest.
  private static let bytesPerKey = 48

  /// - Parameters:
  ///   - oldRows: how many rows of the old table come about; they have values.
  ///   - newRows: how many of the new one.
  init(width: Int, oldRows: Int, newRows: Int) {
    self.width = width
    maskWords = Self.maskWords(width)
    let expected = max(oldRows, newRows)
    var size = 1024
    while size < expected * 2 { size *= 2 }
    slots = [UInt32](repeating: Self.free, count: size)
    keys.reserveCapacity(expected)
    values.reserveCapacity(oldRows * width)
  }

  /// The memory of a table of so many rows, most of them with a key that both tables have.
  static func bytes(width: Int, oldRows: Int, newRows: Int) -> Int {
    max(oldRows, newRows) * bytesPerKey + oldRows * 8 * (width + maskWords(width))
  }

  private static func maskWords(_ width: Int) -> Int { (width + 63) / 64 }

  var count: Int { keys.count }

  /// All old rows come before the new ones.
  mutating func addOld(_ key: Key, row: Int, _ words: (Int) -> UInt64) {
    let entry = entry(of: key)
    guard oldCounts[entry] == 0 else {
      oldCounts[entry] = 2
      return
    }
    oldCounts[entry] = 1
    oldRows[entry] = UInt32(row)
    oldKeyCount = count
    for column in 0..<width { values.append(words(column)) }
  }

  /// Gives the entry where the key was among the old rows, too.
  @discardableResult
  mutating func addNew(_ key: Key, row: Int, _ words: (Int) -> UInt64) -> Int? {
    if masks.isEmpty { masks = [UInt64](repeating: 0, count: oldKeyCount * maskWords) }
    let entry = entry(of: key)
    guard newCounts[entry] == 0 else {
      newCounts[entry] = 2
      return nil
    }
    newCounts[entry] = 1
    newRows[entry] = UInt32(row)
    guard entry < oldKeyCount else { return nil }
    for column in 0..<width where values[entry * width + column] != words(column) {
      masks[entry * maskWords + column / 64] |= 1 << UInt64(column % 64)
    }
    return entry
  }

  func oldWord(_ entry: Int, _ column: Int) -> UInt64 { values[entry * width + column] }

  func isChanged(_ entry: Int) -> Bool {
    (0..<maskWords).contains { masks[entry * maskWords + $0] != 0 }
  }

  func isChanged(_ entry: Int, _ column: Int) -> Bool {
    masks[entry * maskWords + column / 64] & 1 << UInt64(column % 64) != 0
  }

  private mutating func entry(of key: Key) -> Int {
    var slot = Int(truncatingIfNeeded: key.low) & (slots.count - 1)
    while slots[slot] != Self.free {
      let entry = Int(slots[slot])
      if keys[entry] == key { return entry }
      slot = (slot + 1) & (slots.count - 1)
    }
    let entry = keys.count
    slots[slot] = UInt32(entry)
    keys.append(key)
    oldRows.append(0)
    newRows.append(0)
    oldCounts.append(0)
    newCounts.append(0)
    if keys.count * 2 > slots.count { grow() }
    return entry
  }

  private mutating func grow() {
    slots = [UInt32](repeating: Self.free, count: slots.count * 2)
    for (entry, key) in keys.enumerated() {
      var slot = Int(truncatingIfNeeded: key.low) & (slots.count - 1)
      while slots[slot] != Self.free { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(entry)
    }
  }
}
