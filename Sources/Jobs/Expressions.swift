internal import Tables
package import Records

/// What `${{ run.… }}` stands for.
package struct RunContext: Sendable, Hashable {
  /// `flights-delay-20130401T020000-7f3a`.
  package var id: String
  package var logicalTime: Timestamp

  package init(id: String, logicalTime: Timestamp) {
    self.id = id
    self.logicalTime = logicalTime
  }
}

/// `${{ … }}` holds characters that YAML's flow style gives another meaning; they are hidden while YAML is parsed.
/// Each is replaced by one private-use character, so that columns stay as they are.
enum ExpressionMarks {
  private static let open = "\u{E0F0}\u{E0F1}\u{E0F1}"
  private static let close = "\u{E0F2}\u{E0F2}"

  static func hide(in text: String) -> String {
    guard text.contains("${{") else { return text }
    var hidden = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      hidden += rest[..<start.lowerBound]
      let inner = rest[start.upperBound..<end.lowerBound]
      hidden += inner.contains("\n") ? "${{" + inner + "}}" : open + inner + close
      rest = rest[end.upperBound...]
    }
    return hidden + rest
  }

  static func restore(in text: String) -> String {
    guard text.unicodeScalars.contains(where: { (0xE0F0...0xE0F2).contains($0.value) }) else { return text }
    return text.replacing(open, with: "${{").replacing(close, with: "}}")
  }
}

/// Puts parameters and the run's own facts in the place of `${{ … }}`.
struct Expressions {
  /// In the order of the spec.
  var params: [(name: String, node: SpecNode)]
  var run: RunContext

  enum Quoting {
    case none
    /// For a line that `/bin/sh` reads: every value becomes one word, whatever it holds.
    case shell
  }

  /// The node with every expression in it replaced. A value that is one whole expression keeps its type.
  func resolve(_ node: SpecNode, quoting: Quoting = .none) throws(SpecMistakes) -> SpecNode {
    switch node.value {
    case .sequence(let items):
      var resolved: [SpecNode] = []
      for item in items { resolved.append(try resolve(item, quoting: quoting)) }
      return SpecNode(value: .sequence(resolved), place: node.place)
    case .mapping(let entries):
      var resolved: [SpecNode.Entry] = []
      for entry in entries {
        resolved.append(
          SpecNode.Entry(key: entry.key, keyPlace: entry.keyPlace, value: try resolve(entry.value, quoting: quoting)))
      }
      return SpecNode(value: .mapping(resolved), place: node.place)
    case .scalar(let text, let isPlain):
      guard text.contains("${{") else { return node }
      return try resolve(text, isPlain: isPlain, at: node.place, quoting: quoting)
    }
  }

  private func resolve(_ text: String, isPlain: Bool, at place: Place, quoting: Quoting) throws(SpecMistakes)
    -> SpecNode
  {
    var pieces = ""
    var rest = text[...]
    while let start = rest.firstRange(of: "${{") {
      guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
        throw SpecMistakes(place, "`${{` has no `}}` after it")
      }
      let value = try lookUp(String(rest[start.upperBound..<end.lowerBound].trimmingBlanks), at: place)
      if quoting == .none, start.lowerBound == text.startIndex, end.upperBound == text.endIndex {
        return SpecNode(value: value.value, place: place)
      }
      guard let word = value.text else {
        throw SpecMistakes(place, "a list or mapping can only be a whole value, not a part of a text")
      }
      pieces += rest[..<start.lowerBound] + (quoting == .shell ? Self.shellQuoted(word) : word)
      rest = rest[end.upperBound...]
    }
    return SpecNode(value: .scalar(pieces + rest, isPlain: false), place: place)
  }

  private func lookUp(_ expression: String, at place: Place) throws(SpecMistakes) -> SpecNode {
    func fact(_ text: String) -> SpecNode { SpecNode(value: .scalar(text, isPlain: false), place: place) }
    switch expression {
    case "run.id": return fact(run.id)
    case "run.date": return fact(run.logicalTime.date)
    case "run.time": return fact(run.logicalTime.text)
    default: break
    }
    if expression.hasPrefix("params.") {
      let name = String(expression.dropFirst("params.".count))
      if let param = params.first(where: { $0.name == name }) { return param.node }
      let hint = nearestWord(to: name, among: params.map(\.name)).map { ": did you mean `params.\($0)`?" }
      throw SpecMistakes(place, "there is no parameter `\(name)`" + (hint ?? "; add it under `params:`"))
    }
    throw SpecMistakes(place, "`\(expression)` is not known: use `params.NAME`, `run.id`, `run.date` or `run.time`")
  }

  /// One word for a POSIX shell.
  static func shellQuoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }
}

extension StringProtocol {
  /// Without blanks at both ends.
  var trimmingBlanks: SubSequence {
    let start = self.firstIndex { !$0.isWhitespace } ?? endIndex
    let end = self.lastIndex { !$0.isWhitespace }.map { index(after: $0) } ?? start
    return self[start..<Swift.max(start, end)]
  }
}
