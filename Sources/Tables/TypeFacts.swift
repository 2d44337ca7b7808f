internal import CTables

/// What the values of a column say about its type, whatever their order: each says one thing, and all are joined.
///
/// The lattice: integers are floats, unless one of them is beyond 2^53, where doubles would lose digits; anything else
/// of two kinds is text. A missing value says nothing.
struct TypeFacts: Hashable, Sendable {
  private(set) var bits: UInt32 = 0

  init() {}
  init(bits: UInt32) { self.bits = bits }

  private static func bit(_ constant: Int) -> UInt32 { UInt32(truncatingIfNeeded: constant) }
  private static let integer = bit(Int(TABLES_INTEGER))
  private static let wide = bit(Int(TABLES_WIDE))
  private static let float = bit(Int(TABLES_FLOAT))
  private static let boolean = bit(Int(TABLES_BOOLEAN))
  private static let time = bit(Int(TABLES_TIME))

  mutating func formUnion(_ other: TypeFacts) { bits |= other.bits }

  /// Nil where no value was seen.
  var type: ColumnType? {
    switch bits {
    case 0: nil
    case Self.integer, Self.integer | Self.wide: .integer
    case Self.float, Self.float | Self.integer: .float
    case Self.boolean: .boolean
    case Self.time: .timestamp
    default: .string
    }
  }
}
