internal import Crypto

/// The SHA-256 of some bytes: the only name that content has.
package struct Digest: Hashable, Sendable {
  private let a: UInt64, b: UInt64, c: UInt64, d: UInt64

  /// The digest of `bytes`.
  package init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { Digest(of: $0) } }

  init(of bytes: UnsafeRawBufferPointer) {
    self = SHA256.hash(data: bytes).withUnsafeBytes { Digest(raw: $0) }
  }

  /// The 32 bytes of a digest; nil for any other count.
  package init?(rawBytes: some Collection<UInt8>) {
    guard rawBytes.count == 32 else { return nil }
    self = Array(rawBytes).withUnsafeBytes { Digest(raw: $0) }
  }

  /// The first 32 of the bytes.
  init(raw: UnsafeRawBufferPointer) {
    a = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
    b = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    c = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    d = UInt64(bigEndian: raw.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
  }

  /// Reads 64 lower-case hex digits, with or without `sha256:` before them; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
    self.init(hexDigits: digits.utf8)
  }

  /// Reads 64 lower-case hex digits.
  init?(hexDigits digits: some Collection<UInt8>) {
    guard digits.count == 64 else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      // A shift register of 256 bits: 64 digits fill it.
      words.0 = words.0 << 4 | words.1 >> 60
      words.1 = words.1 << 4 | words.2 >> 60
      words.2 = words.2 << 4 | words.3 >> 60
      words.3 = words.3 << 4 | UInt64(value)
    }
    (a, b, c, d) = words
  }

  /// The first 64 bits.
  var prefix: UInt64 { a }

  /// The 32 bytes, most significant first.
  package var rawBytes: [UInt8] {
    [a, b, c, d].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) } }
  }

  /// 64 lower-case hex digits.
  package var hex: String {
    var digits: [UInt8] = []
    appendHex(to: &digits)
    return String(decoding: digits, as: UTF8.self)
  }

  /// Appends 64 lower-case hex digits.
  func appendHex(to bytes: inout [UInt8]) {
    bytes.reserveCapacity(bytes.count + 64)
    for word in [a, b, c, d] {
      for shift in stride(from: 60, through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: word >> UInt64(shift)) & 15
        bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }
  }

  /// The first 12 digits, for people.
  package var short: String { String(hex.prefix(12)) }
}

extension Digest: CustomStringConvertible {
  /// `sha256:` and 64 lower-case hex digits.
  package var description: String { "sha256:" + hex }
}

extension Digest: Comparable {
  /// Byte order.
  package static func < (left: Digest, right: Digest) -> Bool {
    (left.a, left.b, left.c, left.d) < (right.a, right.b, right.c, right.d)
  }
}

extension Digest: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let digest = Digest(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "“\(text)” is not a SHA-256 digest")
    }
    self = digest
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
