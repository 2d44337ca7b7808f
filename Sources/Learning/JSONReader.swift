internal import Glibc

/// Reads JSON from front to back, a value at a time: model files are megabytes of numbers, for which a tree of values
/// would be slow and large. What it does not understand is thrown as ``LearningError/damagedPackage(_:)``.
struct JSONReader {
  private let bytes: [UInt8]
  /// The name of the file in errors.
  private let name: String
  private var position = 0

  init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// Whether the next value is a list, an object, a text or something else.
  enum Kind { case object, list, text, other }

  mutating func kind() throws(LearningError) -> Kind {
    switch try peek() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .list
    case UInt8(ascii: "\""): .text
    default: .other
    }
  }

  /// Steps into an object or a list.
  mutating func enter(_ kind: Kind) throws(LearningError) {
    try take(kind == .object ? UInt8(ascii: "{") : UInt8(ascii: "["))
  }

  /// The next key of the object that was stepped into; nil at its end, behind which the reader then is.
  mutating func nextKey() throws(LearningError) -> String? {
    guard try nextItem(closing: UInt8(ascii: "}")) else { return nil }
    let key = try text()
    try take(UInt8(ascii: ":"))
    return key
  }

  /// Whether the list that was stepped into goes on; behind its end the reader has left it.
  mutating func hasNext() throws(LearningError) -> Bool { try nextItem(closing: UInt8(ascii: "]")) }

  /// Commas are passed over: a missing one is no harm, as keys and values are told apart anyway.
  private mutating func nextItem(closing: UInt8) throws(LearningError) -> Bool {
    if try peek() == UInt8(ascii: ",") { position += 1 }
    guard try peek() == closing else { return true }
    position += 1
    return false
  }

  mutating func text() throws(LearningError) -> String {
    try take(UInt8(ascii: "\""))
    let start = position
    var isPlain = true
    while true {
      guard position < bytes.count else { throw damage("ends within a text") }
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        position += 1
      }
      position += 1
    }
    let end = position
    position += 1
    // The names that this reader acts on have no escapes; others are only told apart.
    return isPlain ? String(decoding: bytes[start..<end], as: UTF8.self) : "\\"
  }

  /// A list of numbers; true and false are 1 and 0.
  mutating func floats() throws(LearningError) -> [Float] {
    var values: [Float] = []
    try enter(.list)
    while try hasNext() { values.append(try float()) }
    return values
  }

  /// A list of whole numbers; true and false are 1 and 0.
  mutating func integers() throws(LearningError) -> [Int32] {
    var values: [Int32] = []
    try enter(.list)
    while try hasNext() { values.append(try integer()) }
    return values
  }

  mutating func integer() throws(LearningError) -> Int32 {
    if let flag = try flag() { return flag }
    let start = position
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var value: Int64 = 0
    let digits = position
    while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10, position - digits < 12 {
      value = value * 10 + Int64(digit)
      position += 1
    }
    guard position > digits, let integer = Int32(exactly: isNegative ? -value : value) else {
      position = start
      throw damage("holds no whole number")
    }
    return integer
  }

  /// The float nearest to the decimal.
  mutating func float() throws(LearningError) -> Float {
    if let flag = try flag() { return Float(flag) }
    let start = position
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    var (mantissa, exponent, digitCount) = (UInt64(0), 0, 0)
    digits(&mantissa, &digitCount)
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      let before = position
      digits(&mantissa, &digitCount)
      exponent = before - position
    }
    guard digitCount > 0 else { return try nonFinite(isNegative: isNegative) }
    if position < bytes.count, bytes[position] | 32 == UInt8(ascii: "e") { exponent += try power() }
    // A double holds these numbers and powers exactly, so that one division or product is rounded once.
    if digitCount <= 15, abs(exponent) <= 22 {
      let double =
        exponent < 0 ? Double(mantissa) / Self.powers[-exponent] : Double(mantissa) * Self.powers[exponent]
      // Rounding twice goes wrong only right between two floats, or where floats are short of digits.
      if double == 0 || double.bitPattern & 0x1FFF_FFFF != 0x1000_0000 && double > 1e-37 && double < 3e38 {
        return isNegative ? -Float(double) : Float(double)
      }
    }
    return try slowFloat(from: start)
  }

  /// What the library writes for what JSON has no number for.
  private mutating func nonFinite(isNegative: Bool) throws(LearningError) -> Float {
    for (word, value) in [("NaN", Float.nan), ("Infinity", .infinity), ("inf", .infinity), ("nan", .nan)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return isNegative ? -value : value
    }
    throw damage("holds no number")
  }

  private static let powers: [Double] = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }

  private mutating func digits(_ mantissa: inout UInt64, _ count: inout Int) {
    while position < bytes.count, case let digit = bytes[position] &- 48, digit < 10 {
      mantissa = mantissa &* 10 &+ UInt64(digit)
      count += 1
      position += 1
    }
  }

  /// What stands behind the `e`.
  private mutating func power() throws(LearningError) -> Int {
    position += 1
    var isNegative = false
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
      isNegative = bytes[position] == UInt8(ascii: "-")
      position += 1
    }
    var (value, count) = (UInt64(0), 0)
    digits(&value, &count)
    guard count > 0, count < 6 else { throw damage("holds no number") }
    return isNegative ? -Int(value) : Int(value)
  }

  private func slowFloat(from start: Int) throws(LearningError) -> Float {
    var text = bytes[start..<position].map { CChar(truncatingIfNeeded: $0) }
    text.append(0)
    let value = strtof(text, nil)
    guard value.isFinite else { throw damage("holds a number that is too large") }
    return value
  }

  /// 1 and 0 for true and false; nil for anything else.
  private mutating func flag() throws(LearningError) -> Int32? {
    switch try peek() {
    case UInt8(ascii: "t"): return try word("true", 1)
    case UInt8(ascii: "f"): return try word("false", 0)
    default: return nil
    }
  }

  private mutating func word(_ word: String, _ value: Int32) throws(LearningError) -> Int32 {
    guard bytes[position...].starts(with: word.utf8) else { throw damage("holds no number") }
    position += word.utf8.count
    return value
  }

  /// Passes over the next value, however deep it is.
  mutating func skip() throws(LearningError) {
    var depth = 0
    repeat {
      switch try peek() {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        position += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        position += 1
      case UInt8(ascii: "\""): _ = try text()
      case UInt8(ascii: ","), UInt8(ascii: ":"):
        guard depth > 0 else { throw damage("lacks a value") }
        position += 1
      default: try skipWord()
      }
    } while depth > 0
    guard depth == 0 else { throw damage("is not nested as JSON is") }
  }

  /// A number, true, false or null.
  private mutating func skipWord() throws(LearningError) {
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
        position += 1
      default:
        guard position > start else { throw damage("is not JSON") }
        return
      }
    }
  }

  private mutating func peek() throws(LearningError) -> UInt8 {
    while position < bytes.count {
      switch bytes[position] {
      case 32, 9, 10, 13: position += 1
      case let byte: return byte
      }
    }
    throw damage("ends too early")
  }

  private mutating func take(_ byte: UInt8) throws(LearningError) {
    guard try peek() == byte else { throw damage("lacks a “\(String(UnicodeScalar(byte)))”") }
    position += 1
  }

  /// The error that says what is wrong here.
  func damage(_ what: String) -> LearningError { .damagedPackage("\(name) \(what) at byte \(position)") }
}
