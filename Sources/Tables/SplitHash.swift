/// Numbers that depend on keys and seeds alone. Part of what a seed means for ever.
package enum SplitHash {
  /// FNV-1a (Fowler, Noll and Vo) over the bytes of a value; a missing one has no bytes.
  package static func hash(_ text: String?) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in (text ?? "").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }

  /// Of several values, from that of those before and that of the next.
  package static func join(_ hash: UInt64, _ next: UInt64) -> UInt64 {
    var state = hash
    return self.next(&state) ^ next
  }

  /// A number in 0..<1.
  package static func fraction(_ hash: UInt64, _ seed: UInt64) -> Double {
    var state = hash ^ seed
    return unit(next(&state))
  }

  /// SplitMix64 (Steele, Lea and Flood, “Fast splittable pseudorandom number generators”, OOPSLA 2014).
  static func next(_ state: inout UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  private static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }
}
