internal import Yams

/// A value of a spec with its place: what YAML and JSON have in common.
struct SpecNode: Hashable, Sendable {
  indirect enum Value: Hashable, Sendable {
    /// `isPlain`: written without quotes, so that `7` is a number and `true` a truth value.
    case scalar(String, isPlain: Bool)
    case sequence([SpecNode])
    /// In the order of the spec; keys are unique.
    case mapping([Entry])
  }

  struct Entry: Hashable, Sendable {
    var key: String
    var keyPlace: Place
    var value: SpecNode
  }

  var value: Value
  var place: Place

  /// The entries of a mapping; nil for other values.
  var entries: [Entry]? { if case .mapping(let entries) = value { entries } else { nil } }
  var items: [SpecNode]? { if case .sequence(let items) = value { items } else { nil } }
  var text: String? { if case .scalar(let text, _) = value { text } else { nil } }

  subscript(key: String) -> SpecNode? { entries?.first { $0.key == key }?.value }

  /// `null`, `~` or nothing at all, without quotes.
  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = value { ["", "~", "null"].contains(text) } else { false }
  }

  /// What the value is, for messages: `a list`, `the text “x”`.
  var article: String {
    switch value {
    case .scalar(let text, isPlain: _): isNull ? "nothing" : "“\(text.prefix(60))”"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The value as JSON text: plain scalars by YAML's core schema, everything else as it is.
  var json: String {
    switch value {
    case .sequence(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(Self.quoted($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
    case .scalar(let text, isPlain: true) where isNull: text.isEmpty || text == "~" ? "null" : text
    case .scalar(let text, isPlain: true) where text == "true" || text == "false": text
    case .scalar(let text, isPlain: true) where Int(text) != nil: String(Int(text) ?? 0)
    case .scalar(let text, isPlain: true):
      if let number = Self.number(text) { "\(number)" } else { Self.quoted(text) }
    case .scalar(let text, isPlain: false): Self.quoted(text)
    }
  }

  /// A finite decimal number; `0x10`, `inf` and `nan` are text.
  static func number(_ text: String) -> Double? {
    guard let first = text.first, first.isNumber || "+-.".contains(first), !text.lowercased().contains("x") else {
      return nil
    }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
