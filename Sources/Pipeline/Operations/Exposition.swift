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

  /// Adds families that were written before.
  mutating func add(written families: Substring) { text += families }

  /// The samples of such a text by their series. What cannot be read is left out.
  static func samples(in text: Substring) -> [Series: Double] {
    var samples: [Series: Double] = [:]
    for line in Array(text.utf8).split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
      var reader = SampleReader(rest: line)
      guard let (series, value) = reader.sample() else { continue }
      samples[series] = value
    }
    return samples
  }
}

/// Reads a line of a metrics file: `name{label="value",…} number`.
private struct SampleReader {
  var rest: ArraySlice<UInt8>

  mutating func sample() -> (Exposition.Series, Double)? {
    let name = word { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: " ") }
    var labels: [Exposition.Label] = []
    if take("{") {
      while !take("}") {
        let label = word { $0 == UInt8(ascii: "=") }
        guard take("="), take("\""), let value = quoted() else { return nil }
        labels.append(Exposition.Label(name: label, value: value))
        if !take(","), rest.first != UInt8(ascii: "}") { return nil }
      }
    }
    guard take(" "), let value = Double(String(decoding: rest, as: UTF8.self)), abs(value) < 1e15 else { return nil }
    return (Exposition.Series(name, labels), value)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func word(upTo isEnd: (UInt8) -> Bool) -> String {
    let end = rest.firstIndex(where: isEnd) ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// The value up to its closing quote, which is taken too.
  private mutating func quoted() -> String? {
    var value: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: value, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let next = rest.popFirst() else { return nil }
        value.append(next == UInt8(ascii: "n") ? UInt8(ascii: "\n") : next)
      default: value.append(byte)
      }
    }
    return nil
  }
}
