internal import Statistics

/// Hashes of values, 64 bits each: the same for equal values whatever column, batch or process they are in.
enum ValueHash {
  /// Of a missing value.
  static let missing: UInt64 = 0x5EED_0FAB_5E47_0001

  /// Of a text's bytes.
  static func text(_ text: String, seed: UInt64 = 0) -> UInt64 { Mixing.hash(of: text, seed: seed) }

  /// A number as the word that equal numbers share: one zero.
  @inline(__always)
  static func word(_ value: Double) -> UInt64 { value == 0 ? 0 : value.bitPattern }
}
