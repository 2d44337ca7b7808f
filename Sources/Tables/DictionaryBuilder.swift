internal import Glibc

/// Gives equal texts equal codes, in the order of their first appearance, without making strings: an open hash table
/// over one array of bytes.
struct DictionaryBuilder {
  private(set) var codes: [Int32] = []
  private var arena: [UInt8] = []
  /// Where each value begins in the arena; one more than values, so that the last has an end.
  private var starts: [Int] = [0]
  private var slots = [Int32](repeating: -1, count: 64)

  var count: Int { codes.count }
  var valueCount: Int { starts.count - 1 }

  mutating func appendMissing() { codes.append(-1) }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for index in start..<end { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash ^ (hash >> 29)) & mask
    while slots[slot] >= 0 {
      let code = Int(slots[slot])
      if isEqual(code, bytes, start, end) { return codes.append(Int32(code)) }
      slot = (slot + 1) & mask
    }
    let code = Int32(valueCount)
    slots[slot] = code
    arena.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
    starts.append(arena.count)
    codes.append(code)
    if valueCount * 2 > slots.count { grow() }
  }

  /// The values as text; nil when one is not UTF-8.
  func values() -> [String]? {
    var values: [String] = []
    for code in 0..<valueCount {
      guard let text = String(validating: arena[starts[code]..<starts[code + 1]], as: UTF8.self) else { return nil }
      values.append(text)
    }
    return values
  }

  /// Forgets the rows, keeps the values: codes of the next batch go on where these ended.
  mutating func removeRows() { codes.removeAll(keepingCapacity: true) }

  private func isEqual(_ code: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
    let count = starts[code + 1] - starts[code]
    guard count == end - start else { return false }
    return count == 0
      || arena.withUnsafeBufferPointer {
        memcmp($0.baseAddress! + starts[code], bytes.baseAddress! + start, count) == 0
      }
  }

  private mutating func grow() {
    var larger = [Int32](repeating: -1, count: slots.count * 2)
    let mask = larger.count - 1
    for code in 0..<valueCount {
      var hash: UInt64 = 0xCBF2_9CE4_8422_2325
      for index in starts[code]..<starts[code + 1] { hash = (hash ^ UInt64(arena[index])) &* 0x100_0000_01B3 }
      var slot = Int(truncatingIfNeeded: hash ^ (hash >> 29)) & mask
      while larger[slot] >= 0 { slot = (slot + 1) & mask }
      larger[slot] = Int32(code)
    }
    slots = larger
  }
}
