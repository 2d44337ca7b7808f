internal import Foundation

/// The one way records become bytes: sorted keys, slashes as they are, UTF-8, no trailing newline. What is named by its
/// digest is encoded once; the bytes are kept.
package enum CanonicalJSON {
  /// The canonical bytes of `value`. NaN and infinities are not JSON: documents leave such numbers out.
  package static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
  }

  /// The same with line breaks and a final newline, for files and terminals that people read.
  package static func encodeForPeople(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}
