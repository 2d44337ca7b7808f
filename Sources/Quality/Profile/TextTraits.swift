internal import Glibc

/// What one text looks like.
struct TextTraits: Sendable {
  /// What texts may be in truth.
  enum Kind: Int, CaseIterable, Sendable { case integer, number, date, email, uuid, url }

  /// In Unicode scalars.
  private(set) var length = 0
  private(set) var isBlank = true
  private(set) var isPadded = false
  private(set) var kind: Kind?

  init(_ text: String) {
    var text = text
    text.withUTF8 { bytes in read(bytes) }
  }

  private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    for byte in bytes {
      if byte & 0xC0 != 0x80 { length += 1 }
      if !Self.isSpace(byte) { isBlank = false }
    }
    guard !isBlank, let first = bytes.first, let last = bytes.last else { return }
    isPadded = Self.isSpace(first) || Self.isSpace(last)
    if bytes.count <= 2048 { kind = Self.kind(bytes) }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
  private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 97 < 6 }

  private static func kind(_ bytes: UnsafeBufferPointer<UInt8>) -> Kind? {
    let first = bytes[0]
    if isDigit(first) || first == 43 || first == 45 || first == 46 {
      if let kind = number(bytes) { return kind }
      if isDate(bytes) { return .date }
    }
    if bytes.count == 36, isUUID(bytes) { return .uuid }
    if isURL(bytes) { return .url }
    return isEmail(bytes) ? .email : nil
  }

  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> Kind? {
    var index = bytes[0] == 43 || bytes[0] == 45 ? 1 : 0
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    var digits = index - start
    if index == bytes.count { return digits > 0 ? .integer : nil }
    if bytes[index] == 46 {
      index += 1
      while index < bytes.count, isDigit(bytes[index]) {
        index += 1
        digits += 1
      }
    }
    guard digits > 0 else { return nil }
    if index < bytes.count, bytes[index] | 0x20 == 101 {
      index += 1
      if index < bytes.count, bytes[index] == 43 || bytes[index] == 45 { index += 1 }
      let exponent = index
      while index < bytes.count, isDigit(bytes[index]) { index += 1 }
      guard index > exponent else { return nil }
    }
    return index == bytes.count ? .number : nil
  }

  /// `2013-04-01`, `01.04.2013`, `4/1/13`, each also with a time behind it.
  private static func isDate(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    var groups: [Int] = []
    var separator: UInt8?
    while groups.count < 3 {
      let start = index
      while index < bytes.count, isDigit(bytes[index]) { index += 1 }
      guard (1...4).contains(index - start) else { return false }
      groups.append(index - start)
      guard groups.count < 3 else { break }
      guard index < bytes.count, [45, 46, 47].contains(bytes[index]), separator == nil || separator == bytes[index]
      else { return false }
      separator = bytes[index]
      index += 1
    }
    let isYearFirst = groups[0] == 4 && groups[1] <= 2 && groups[2] <= 2
    let isYearLast = groups[0] <= 2 && groups[1] <= 2 && (groups[2] == 4 || groups[2] == 2)
    guard isYearFirst || isYearLast else { return false }
    return index == bytes.count || bytes[index] == 32 || bytes[index] == 84
  }

  private static func isUUID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.indices.allSatisfy { [8, 13, 18, 23].contains($0) ? bytes[$0] == 45 : isHex(bytes[$0]) }
  }

  private static func isURL(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let colon = bytes.firstIndex(of: 58), (2...10).contains(colon), colon + 3 < bytes.count else { return false }
    return bytes[colon + 1] == 47 && bytes[colon + 2] == 47 && bytes[..<colon].allSatisfy(isLetter)
      && !bytes.contains(where: isSpace)
  }

  private static func isEmail(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let at = bytes.firstIndex(of: 64), at > 0, bytes.lastIndex(of: 64) == at,
      let dot = bytes.lastIndex(of: 46), dot > at + 1, dot + 2 < bytes.count
    else { return false }
    return bytes[(dot + 1)...].allSatisfy(isLetter) && !bytes.contains(where: isSpace)
  }
}
