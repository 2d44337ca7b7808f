/// Looks for repeated hashes among any number of them in bounded memory: it keeps those whose lowest bits are all zero,
/// none of them at first, one more each time that it is told to shrink. All copies of a hash are kept or none, so that what is
/// repeated in the kept part is repeated in the whole, in proportion.
package struct HashSample: Sendable {
  private var hashes: [UInt64] = []
  private var zeroBits = 0
  private var mask: UInt64 = 0
  /// From so many on it looks again.
  private var nextLook = 1 << 16

  package init() {}

  package var storedCount: Int { hashes.count }
  /// The share of all hashes that it looks at; 1 means that its answers are exact.
  package var share: Double { 1 / Double(1 << zeroBits) }

  /// - Parameter hash: mixed, as ``Mixing`` does.
  @inline(__always)
  package mutating func insert(_ hash: UInt64) {
    if hash & mask == 0 { hashes.append(hash) }
  }

  /// Looks at half as many from now on.
  package mutating func shrink() {
    guard zeroBits < 48 else { return }
    zeroBits += 1
    mask = 1 << UInt64(zeroBits) - 1
    let mask = mask
    hashes.removeAll { $0 & mask != 0 }
  }

  /// Whether one of the kept hashes came twice. Looks when there are twice as many as at the last look, so that it is cheap to ask
  /// often; false in between.
  package mutating func isSeenToRepeat() -> Bool {
    guard hashes.count >= nextLook else { return false }
    nextLook = hashes.count * 2
    return countRepeated() > 0
  }

  /// How many different hashes came, with one standard error, 0 where it looked at all. How often one comes does not matter.
  package mutating func distinctCount() -> (value: Double, standardError: Double) {
    let kept = Double(hashes.count - countRepeated())
    return (kept / share, (max(1, kept) * (1 - share)).squareRoot() / share)
  }

  /// How many hashes came that came before, with one standard error: close where none came often, as all copies of one are
  /// kept or none.
  package mutating func repeatedCount() -> (value: Double, standardError: Double) {
    sortHashes()
    var (sum, squares, run) = (0.0, 0.0, 0.0)
    for index in hashes.indices.dropFirst() {
      run = hashes[index] == hashes[index - 1] ? run + 1 : 0
      sum += run > 0 ? 1 : 0
      // The squares of the runs: 1 + 3 + 5 …
      squares += run > 0 ? 2 * run - 1 : 0
    }
    return (sum / share, (squares * (1 - share)).squareRoot() / share)
  }

  /// How many of the kept hashes came before: copies without their first.
  package mutating func countRepeated() -> Int {
    sortHashes()
    var repeated = 0
    for index in hashes.indices.dropFirst() where hashes[index] == hashes[index - 1] { repeated += 1 }
    return repeated
  }

  /// Sorts by the highest byte in place, then each of the short parts: hashes are spread evenly, so that this takes no memory to speak
  /// of.
  private mutating func sortHashes() {
    guard hashes.count > 1 << 12 else { return hashes.sort() }
    var ends = [Int](repeating: 0, count: 256)
    for hash in hashes { ends[Int(hash >> 56)] += 1 }
    for byte in 1..<256 { ends[byte] += ends[byte - 1] }
    var next = [0] + ends.dropLast()
    hashes.withUnsafeMutableBufferPointer { hashes in
      for byte in 0..<256 {
        while next[byte] < ends[byte] {
          let home = Int(hashes[next[byte]] >> 56)
          if home != byte { hashes.swapAt(next[byte], next[home]) }
          next[home] += 1
        }
      }
      for byte in 0..<256 {
        var part = UnsafeMutableBufferPointer(rebasing: hashes[(byte == 0 ? 0 : ends[byte - 1])..<ends[byte]])
        part.sort()
      }
    }
  }
}
