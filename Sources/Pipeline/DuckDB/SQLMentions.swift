internal import Foundation

/// What a statement names, found in DuckDB's JSON of it, however deep that is.
struct SQLMentions {
  /// A name and where it is in the statement, in bytes.
  struct Name: Equatable {
    var text: String
    var position: Int?
    /// Of a function.
    var argumentCount = 0
  }

  private(set) var statementCount = 0
  private(set) var functions: [Name] = []
  /// Functions that stand where a table could.
  private(set) var tableFunctions: [Name] = []
  /// Tables, those of WITH among them; with the place where it is not the session's own.
  private(set) var tables: [Name] = []
  /// Names that WITH gives.
  private(set) var commonTables: [String] = []
  /// Columns that are named without their table.
  private(set) var columns: [Name] = []
  /// What is taken at random, each time anew.
  private(set) var hasUnseededSample = false
  /// SHOW in the place of a table.
  private(set) var showsCatalog = false

  /// An object or array that is not at its end.
  private struct Frame {
    /// What it is called in the object that it lies in.
    let key: String
    let isArray: Bool
    var elementCount = 0
    /// Strings of an array.
    var texts: [String] = []
    /// Values of an object by their keys, as far as they are looked at.
    var values: [String: String] = [:]
    var argumentCount = 0
    var columnNames: [String] = []
  }

  private static let wanted: Set<String> = [
    "function_name", "type", "table_name", "schema_name", "catalog_name", "query_location", "seed", "key", "show_type",
  ]

  /// Where the tables of a session are, and those of a WITH RECURSIVE.
  private static let homes: Set<String> = ["", "memory", "main", "recurring"]

  /// - Parameter tree: what `json_serialize_sql` gives.
  init(tree: String) {
    let bytes = Array(tree.utf8)
    var stack: [Frame] = []
    var key = ""
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if stack.last?.isArray == true { stack[stack.count - 1].elementCount += 1 }
        stack.append(Frame(key: key, isArray: bytes[index] == UInt8(ascii: "[")))
        key = ""
        index += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if let frame = stack.popLast() { close(frame, &stack) }
        index += 1
      case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: " "), 10: index += 1
      default:
        let token = Self.token(bytes, index)
        index = token.upperBound
        if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
          key = Self.text(bytes[token])
        } else {
          Self.add(bytes[token], key, &stack)
          key = ""
        }
      }
    }
  }

  private static func add(_ value: ArraySlice<UInt8>, _ key: String, _ stack: inout [Frame]) {
    guard let last = stack.indices.last else { return }
    if stack[last].isArray {
      stack[last].elementCount += 1
      if stack[last].key == "column_names" { stack[last].texts.append(text(value)) }
    } else if wanted.contains(key) {
      stack[last].values[key] = text(value)
    }
  }

  private mutating func close(_ frame: Frame, _ stack: inout [Frame]) {
    if frame.isArray {
      guard let last = stack.indices.last else { return }
      switch frame.key {
      case "children": stack[last].argumentCount = frame.elementCount
      case "column_names": stack[last].columnNames = frame.texts
      case "statements": if stack.count == 1 { statementCount = frame.elementCount }
      default: break
      }
      return
    }
    let position = frame.values["query_location"].flatMap { Int($0) }
    if let function = frame.values["function_name"] {
      let name = Name(text: function, position: position, argumentCount: frame.argumentCount)
      if frame.key == "function" { tableFunctions.append(name) } else { functions.append(name) }
    }
    switch frame.values["type"] {
    case "BASE_TABLE":
      let places = ["catalog_name", "schema_name"].compactMap { frame.values[$0] }.filter { !Self.homes.contains($0) }
      let text = (places + [frame.values["table_name"] ?? ""]).joined(separator: ".")
      tables.append(Name(text: text, position: position))
    case "COLUMN_REF" where frame.columnNames.count == 1:
      columns.append(Name(text: frame.columnNames[0], position: position))
    case "SHOW_REF": if frame.values["show_type"] != "SUMMARY" { showsCatalog = true }
    default: break
    }
    if frame.key == "sample", frame.values["seed"].flatMap({ Int($0) }) ?? -1 < 0 { hasUnseededSample = true }
    if let key = frame.values["key"] { commonTables.append(key) }
  }

  /// A string with its quotes, or a word.
  private static func token(_ bytes: [UInt8], _ start: Int) -> Range<Int> {
    var index = start + 1
    guard bytes[start] == UInt8(ascii: "\"") else {
      while index < bytes.count, !",:]}".utf8.contains(bytes[index]) { index += 1 }
      return start..<index
    }
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return start..<min(index + 1, bytes.count)
  }

  private static func text(_ token: ArraySlice<UInt8>) -> String {
    guard token.first == UInt8(ascii: "\"") else { return String(decoding: token, as: UTF8.self) }
    guard token.contains(UInt8(ascii: "\\")) else {
      return String(decoding: token.dropFirst().dropLast(), as: UTF8.self)
    }
    return (try? JSONDecoder().decode(String.self, from: Data(token))) ?? ""
  }
}
