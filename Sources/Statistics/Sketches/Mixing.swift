/// Hashes that are the same in every process and on every machine.
package enum Mixing {
  /// A bijection: different words stay different (the finaliser of SplitMix64: G. Steele, D. Lea, C. Flood, “Fast
  /// splittable pseudorandom number generators”, OOPSLA 2014).
  @inline(__always)
  package static func mixed(_ word: UInt64) -> UInt64 {
    var word = word &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// 64 bits of the text's UTF-8 bytes. Two of 65,536 texts have the same by chance once in ten thousand million tables.
  ///
  /// - Parameter seed: one gives other hashes than none or another.
  package static func hash(of text: String, seed: UInt64? = nil) -> UInt64 {
    var text = text
    return text.withUTF8 { bytes in
      let raw = UnsafeRawBufferPointer(bytes)
      let length = UInt64(raw.count)
      var hash = seed.map { mixed(length ^ $0) } ?? length
      var offset = 0
      while offset + 8 <= raw.count {
        hash = mixed(hash ^ UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
        offset += 8
      }
      var rest: UInt64 = 0
      while offset < raw.count {
        rest = rest << 8 | UInt64(raw[offset])
        offset += 1
      }
      return mixed(hash ^ rest)
    }
  }
}
