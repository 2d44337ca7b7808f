internal import Glibc

/// Reads values out of bytes, without strings: the inner loops of the CSV reader.
enum ValueParser {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// Unquoted words for a missing value: nothing, `NA`, `N/A`, `NaN`, `nan`, `null`, `NULL`, `None`.
  static func isMissing(_ bytes: Bytes, _ start: Int, _ end: Int) -> Bool {
    func isWord(_ word: StaticString) -> Bool {
      word.utf8CodeUnitCount == end - start && memcmp(word.utf8Start, bytes.baseAddress! + start, end - start) == 0
    }
    switch end - start {
    case 0: return true
    case 2: return isWord("NA")
    case 3: return isWord("N/A") || isWord("NaN") || isWord("nan")
    case 4: return isWord("null") || isWord("NULL") || isWord("None")
    default: return false
    }
  }

  /// Nil for what is no integer or does not fit; the value that marks a missing one is left to floats.
  static func integer(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int64? {
    var index = start
    guard index < end else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    guard index < end, end - index <= 18 else { return nil }
    var value: Int64 = 0
    while index < end {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int64(digit)
      index += 1
    }
    return isNegative ? -value : value
  }

  private static let powersOfTen: [Double] = (0...22).map { pow(10, Double($0)) }

  /// Nil for what is no finite decimal number. Exact: up to 15 digits and a small exponent are computed, the rest is
  /// left to `strtod` (W. Clinger, “How to read floating point numbers accurately”, PLDI 1990).
  static func float(_ bytes: Bytes, _ start: Int, _ end: Int) -> Double? {
    var index = start
    guard index < end else { return nil }
    let isNegative = bytes[index] == UInt8(ascii: "-")
    if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var seen = false
    func take(_ digit: UInt8) {
      seen = true
      if mantissa > 0 || digit > 0 { digits += 1 }
      mantissa = mantissa &* 10 &+ UInt64(digit)
    }
    while index < end, bytes[index] &- 48 < 10 {
      take(bytes[index] &- 48)
      index += 1
    }
    if index < end, bytes[index] == UInt8(ascii: ".") {
      index += 1
      while index < end, bytes[index] &- 48 < 10 {
        take(bytes[index] &- 48)
        exponent -= 1
        index += 1
      }
    }
    guard seen else { return nil }
    if index < end, bytes[index] | 0x20 == UInt8(ascii: "e") {
      guard let power = integer(bytes, index + 1, end), abs(power) < 10_000 else { return nil }
      exponent += Int(power)
      index = end
    }
    guard index == end else { return nil }
    guard digits <= 15, abs(exponent) <= 22 else { return slowFloat(bytes, start, end) }
    let value = exponent < 0 ? Double(mantissa) / powersOfTen[-exponent] : Double(mantissa) * powersOfTen[exponent]
    return isNegative ? -value : value
  }

  private static func slowFloat(_ bytes: Bytes, _ start: Int, _ end: Int) -> Double? {
    var text = bytes[start..<end].map { CChar(bitPattern: $0) }
    text.append(0)
    let value = strtod(text, nil)
    return value.isFinite ? value : nil
  }

  /// 1 for true, 0 for false, in any of the usual cases; nil for anything else.
  static func boolean(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int8? {
    func isWord(_ word: StaticString) -> Bool {
      word.utf8CodeUnitCount == end - start
        && (0..<end - start).allSatisfy { bytes[start + $0] | 0x20 == word.utf8Start[$0] }
    }
    return isWord("true") ? 1 : isWord("false") ? 0 : nil
  }

  /// Seconds since 1970 of `YYYY-MM-DD`, alone or with `T` or a blank and `hh:mm[:ss[.fff]]` and `Z` or `±hh:mm`.
  /// Without a zone it is UTC. Fractions of a second are dropped.
  static func timestamp(_ bytes: Bytes, _ start: Int, _ end: Int) -> Int64? {
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard start + offset + count <= end else { return nil }
      var value = 0
      for index in (start + offset)..<(start + offset + count) {
        let digit = bytes[index] &- 48
        guard digit < 10 else { return nil }
        value = value * 10 + Int(digit)
      }
      return value
    }
    func isAt(_ offset: Int, _ byte: UInt8) -> Bool { start + offset < end && bytes[start + offset] == byte }
    guard let year = number(0, 4), isAt(4, 45), let month = number(5, 2), isAt(7, 45), let day = number(8, 2),
      (1...12).contains(month), day >= 1, day <= CivilDate.dayCount(ofMonth: month, year: year)
    else { return nil }
    let midnight = CivilDate.days(year: year, month: month, day: day) * 86_400
    if end - start == 10 { return Int64(midnight) }
    guard isAt(10, 84) || isAt(10, 32), let hour = number(11, 2), isAt(13, 58), let minute = number(14, 2), hour < 24,
      minute < 60
    else { return nil }
    var offset = 16
    var second = 0
    if isAt(16, 58) {
      guard let value = number(17, 2), value < 60 else { return nil }
      second = value
      offset = 19
      if isAt(19, 46) {
        offset += 1
        while start + offset < end, bytes[start + offset] &- 48 < 10 { offset += 1 }
      }
    }
    let local = midnight + hour * 3600 + minute * 60 + second
    if start + offset == end || isAt(offset, 90) && start + offset + 1 == end { return Int64(local) }
    guard isAt(offset, 43) || isAt(offset, 45), let hours = number(offset + 1, 2), isAt(offset + 3, 58),
      let minutes = number(offset + 4, 2), start + offset + 6 == end
    else { return nil }
    let zone = hours * 3600 + minutes * 60
    return Int64(isAt(offset, 43) ? local - zone : local + zone)
  }
}
