internal import Tables

/// 128 bits that stand for the values of some columns in one row. Two rows of different values have the same key with
/// a probability of 2^-128; whole numbers alone never do.
struct Key: Hashable, Sendable {
  var high: UInt64
  var low: UInt64

  static let seed = Key(high: 0x9E37_79B9_7F4A_7C15, low: 0xC2B2_AE3D_27D4_EB4F)

  /// Goes on with another word: each half is a permutation of the word (the finalisers of MurmurHash3, A. Appleby, and
  /// of David Stafford's variant 13).
  @inline(__always)
  mutating func combine(_ word: UInt64) {
    high = Self.mixed(high &* 5 &+ 0x52DC_E729 ^ word, 33, 0xFF51_AFD7_ED55_8CCD, 33, 0xC4CE_B9FE_1A85_EC53, 33)
    low = Self.mixed(low &* 9 &+ 0x3849_5AB5 ^ word, 30, 0xBF58_476D_1CE4_E5B9, 27, 0x94D0_49BB_1331_11EB, 31)
  }

  @inline(__always)
  mutating func combine(_ number: Double) {
    // Equal numbers of an integer and a float column are one key.
    if let whole = Int64(exactly: number) {
      combine(UInt64(bitPattern: whole))
    } else {
      combine(number.bitPattern)
    }
  }

  mutating func combine(_ text: String) {
    var text = text
    let words = text.withUTF8 { bytes -> Key in
      var key = Key.seed
      var place = 0
      while place < bytes.count {
        var word: UInt64 = 0
        for offset in place..<min(place + 8, bytes.count) { word = word << 8 | UInt64(bytes[offset]) }
        key.combine(word)
        place += 8
      }
      key.combine(UInt64(bytes.count))
      return key
    }
    combine(words.high)
    combine(words.low)
  }

  /// Goes on where a value is missing: what comes after it stays in its place.
  @inline(__always)
  mutating func combineMissing() {
    combine(Self.seed.low)
    combine(Self.seed.high)
  }

  @inline(__always)
  private static func mixed(
    _ value: UInt64, _ first: UInt64, _ factor: UInt64, _ second: UInt64, _ other: UInt64, _ third: UInt64
  ) -> UInt64 {
    var value = value
    value = (value ^ value >> first) &* factor
    value = (value ^ value >> second) &* other
    return value ^ value >> third
  }
}

/// The keys of a batch's rows over some columns.
struct RowKeys {
  private(set) var keys: [Key]
  /// Rows in which a value is missing: they are not compared.
  private(set) var isPartial: [Bool]

  init(_ views: [ColumnView], rowCount: Int) {
    keys = [Key](repeating: .seed, count: rowCount)
    isPartial = [Bool](repeating: false, count: rowCount)
    for view in views { add(view) }
  }

  private mutating func add(_ view: ColumnView) {
    switch view.column.storage {
    case .strings(let texts):
      let own = texts.values.map { text in
        var key = Key.seed
        key.combine(text)
        return key
      }
      for (row, code) in texts.codes.enumerated() {
        guard code >= 0 else {
          isPartial[row] = true
          keys[row].combineMissing()
          continue
        }
        keys[row].combine(own[Int(code)].high)
        keys[row].combine(own[Int(code)].low)
      }
    case .integers(let values), .timestamps(let values):
      for (row, value) in values.enumerated() {
        if value == Column.missingInteger { isPartial[row] = true }
        keys[row].combine(UInt64(bitPattern: value))
      }
    case .floats, .booleans:
      for (row, value) in view.numbers.enumerated() {
        if value.isNaN {
          isPartial[row] = true
          keys[row].combineMissing()
        } else {
          keys[row].combine(value)
        }
      }
    }
  }
}
