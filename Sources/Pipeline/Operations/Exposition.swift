internal import Records

/// Metrics in the text format of Prometheus: families of samples, written in the order in which they were added.
struct Exposition: Equatable {
  enum Kind: String { case counter, gauge }

  struct Label: Hashable, Comparable {
    var name: String
    var value: String

    static func < (left: Label, right: Label) -> Bool { (left.name, left.value) < (right.name, right.value) }
  }

  /// A sample's name and labels.
  struct Series: Hashable {
    var name: String
    /// In the order of their names.
    var labels: [Label]

    init(_ name: String, _ labels: [Label]) {
      self.name = name
      self.labels = labels.sorted()
    }

    func value(of label: String) -> String? { labels.first { $0.name == label }?.value }
  }

  private(set) var text = ""

  /// Adds a family; one without samples is left out.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: [Label], value: Double)]) {
    guard !samples.isEmpty else { return }
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for sample in samples {
      let labels = sample.labels.sorted().map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
      text += "\(name){\(labels)} \(Self.number(sample.value))\n"
    }
  }

  /// Backslash, quote and line feed are escaped; other control characters, which no label needs, become spaces.
  static func escaped(_ value: String) -> String {
    var text = ""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar.value < 32 || scalar.value == 127 ? " " : scalar)
      }
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  /// The samples of such a text by their series. What cannot be read is left out.
  static func samples(in text: String) -> [Series: Double] {
    var samples: [Series: Double] = [:]
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      guard let (series, value) = sample(Substring(line)) else { continue }
      samples[series] = value
    }
    return samples
  }

  private static func sample(_ line: Substring) -> (Series, Double)? {
    guard let blank = line.utf8.lastIndex(of: UInt8(ascii: " ")),
      let value = Double(line[line.index(after: blank)...]), value.isFinite
    else { return nil }
    let head = line[..<blank]
    guard let brace = head.utf8.firstIndex(of: UInt8(ascii: "{")) else { return (Series(String(head), []), value) }
    guard let labels = labels(head[head.index(after: brace)...]) else { return nil }
    return (Series(String(head[..<brace]), labels), value)
  }

  /// `name="value",…}`.
  private static func labels(_ text: Substring) -> [Label]? {
    var rest = text.unicodeScalars
    var labels: [Label] = []
    while let first = rest.first, first != "}" {
      guard let equals = rest.firstIndex(of: "=") else { return nil }
      let name = String(rest[..<equals])
      rest = rest[rest.index(after: equals)...]
      guard rest.popFirst() == "\"", let value = quoted(&rest) else { return nil }
      labels.append(Label(name: name, value: value))
      if rest.first == "," { rest.removeFirst() }
    }
    return rest.first == "}" ? labels : nil
  }

  /// The value up to its closing quote, which is taken too.
  private static func quoted(_ rest: inout Substring.UnicodeScalarView) -> String? {
    var value = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"": return String(value)
      case "\\":
        guard let next = rest.popFirst() else { return nil }
        value.append(next == "n" ? "\n" : next)
      default: value.append(scalar)
      }
    }
    return nil
  }
}
