/// The order of a statement, as DuckDB's JSON has it.
enum DuckDBOrder {
  /// The statement with all its columns, by their numbers, added to its outermost ORDER BY: rows that are equal then are
  /// the same. Nil when it has none.
  ///
  /// - Parameter tree: what `json_serialize_sql` gives for one statement.
  static func completed(_ tree: String, columnCount: Int) -> String? {
    let bytes = Array(tree.utf8)
    // The outermost node's modifiers come right after its type; those of inner nodes lie deeper.
    guard let modifiers = range(of: "modifiers", in: bytes, depth: 4),
      let orders = range(of: "orders", in: Array(bytes[modifiers]), depth: 2)
    else { return nil }
    let end = modifiers.lowerBound + orders.upperBound - 1
    let added = (1...max(1, columnCount)).map { number in
      """
      {"type":"ORDER_DEFAULT","null_order":"ORDER_DEFAULT","expression":{"class":"CONSTANT","type":"VALUE_CONSTANT",\
      "alias":"","query_location":0,"value":{"type":{"id":"INTEGER","type_info":null},"is_null":false,"value":\(number)}}}
      """
    }
    return String(decoding: bytes[..<end] + ",".utf8 + added.joined(separator: ",").utf8 + bytes[end...], as: UTF8.self)
  }

  /// Where the array after the first key of this name at a depth of brackets lies, its brackets among it.
  private static func range(of key: String, in bytes: [UInt8], depth wanted: Int) -> Range<Int>? {
    let mark = Array("\"\(key)\":[".utf8)
    var depth = 0
    var start: Int?
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        if start == nil, depth == wanted, bytes[index...].starts(with: mark) {
          start = index + mark.count - 1
          index = index + mark.count - 1
          continue
        }
        index = afterString(bytes, index)
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if let start, depth == wanted { return start..<index + 1 }
      default: break
      }
      index += 1
    }
    return nil
  }

  private static func afterString(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return index + 1
  }
}
