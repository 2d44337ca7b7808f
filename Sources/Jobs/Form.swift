internal import Store
internal import Tables

/// A mapping of a spec, read key by key: what is wrong is collected, what is right is returned.
final class Form {
  let node: SpecNode
  /// What the mapping is, for messages: `step “raw”`.
  let title: String
  private(set) var mistakes: [SpecMistake] = []

  init(_ node: SpecNode, title: String) {
    self.node = node
    self.title = title
  }

  func complain(_ place: Place, _ message: String) { mistakes.append(SpecMistake(place: place, message: message)) }

  /// Every key must be one of `fields`, and the required ones must be there.
  func check(_ fields: [Vocabulary.Field]) {
    guard let entries = node.entries else {
      return complain(node.place, "\(title) must be a mapping of keys, not \(node.article)")
    }
    let known = fields.map(\.name)
    for entry in entries where !known.contains(entry.key) {
      let hint = nearestWord(to: entry.key, among: known).map { "did you mean `\($0)`?" }
      complain(
        entry.keyPlace, "\(title) has no key `\(entry.key)`: " + (hint ?? "it takes \(known.joined(separator: ", "))"))
    }
    for field in fields where field.isRequired && node[field.name]?.isNull ?? true {
      complain(node.place, "\(title) needs `\(field.name)`: \(field.help)")
    }
  }

  /// A value that is there and not null.
  private func value(_ key: String) -> SpecNode? { node[key].flatMap { $0.isNull ? nil : $0 } }

  func text(_ key: String) -> String? { value(key).flatMap { text($0, key) } }

  private func text(_ value: SpecNode, _ key: String) -> String? {
    if let text = value.text, !text.isEmpty { return text }
    complain(value.place, "`\(key)` must be a text, not \(value.article)")
    return nil
  }

  /// A list of texts; one text alone is a list of one.
  func texts(_ key: String) -> [String] {
    guard let value = value(key) else { return [] }
    return (value.items ?? [value]).compactMap { text($0, key) }
  }

  /// A list of texts, each turned into a value by `parse`; nil is a mistake that `form` explains.
  func parsed<Value>(_ key: String, form: String, _ parse: (String) -> Value?) -> [Value] {
    guard let value = value(key) else { return [] }
    return (value.items ?? [value]).compactMap { item in
      guard let text = text(item, key) else { return nil }
      if let result = parse(text) { return result }
      complain(item.place, "“\(text)” is not \(form)")
      return nil
    }
  }

  func integer(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = value(key) else { return nil }
    if case .scalar(let text, isPlain: true) = value.value, let number = Int(text), range.contains(number) {
      return number
    }
    let bound =
      range.upperBound == .max ? "from \(range.lowerBound) on" : "from \(range.lowerBound) to \(range.upperBound)"
    complain(value.place, "`\(key)` must be a whole number \(bound), not \(value.article)")
    return nil
  }

  func number(_ key: String, _ range: ClosedRange<Double>) -> Double? {
    guard let value = value(key) else { return nil }
    if case .scalar(let text, isPlain: true) = value.value, let number = SpecNode.number(text), range.contains(number) {
      return number
    }
    complain(
      value.place, "`\(key)` must be a number \(Self.words(range)), not \(value.article)")
    return nil
  }

  /// `above 0 and below 1` for shares, whose bounds are open.
  private static func words(_ range: ClosedRange<Double>) -> String {
    let low = range.lowerBound == Vocabulary.openShare.lowerBound ? "above 0" : "from \(range.lowerBound)"
    return low + (range.upperBound == Vocabulary.openShare.upperBound ? " and below 1" : " to \(range.upperBound)")
  }

  func flag(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    switch value.value {
    case .scalar("true", isPlain: true): return true
    case .scalar("false", isPlain: true): return false
    default:
      complain(value.place, "`\(key)` must be `true` or `false`, not \(value.article)")
      return nil
    }
  }

  func duration(_ key: String) -> Double? {
    parsed(key, form: "a duration: write `90s`, `15m`, `1.5h` or `30d`", Quantity.seconds).first
  }

  func size(_ key: String) -> Int? {
    parsed(key, form: "a size: write `512MiB` or `4GiB`", Quantity.bytes).first
  }

  func word<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type) -> Word?
  where Word.RawValue == String {
    guard let value = value(key), let text = text(value, key) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let words = Word.allCases.map(\.rawValue)
    let hint = nearestWord(to: text, among: words).map { "did you mean `\($0)`?" }
    complain(value.place, "`\(key)` cannot be “\(text)”: " + (hint ?? "it is one of \(words.joined(separator: ", "))"))
    return nil
  }

  /// A name of the store's grammar.
  func name(_ key: String) -> String? {
    guard let value = value(key), let text = text(value, key) else { return nil }
    if isName(text) { return text }
    complain(
      value.place,
      "`\(key)` cannot be “\(text.prefix(120))”: a name has at most 100 lower-case letters, digits, `-`, `_` and `.`, and begins with a letter or digit"
    )
    return nil
  }

  /// A path below the folder of the spec, or an absolute one, which the site must allow.
  func path(_ key: String) -> String? { paths(key).first }

  func paths(_ key: String) -> [String] {
    parsed(key, form: "a path inside the spec's folder: it may not contain `..` or a NUL") { path in
      let parts = path.split(separator: "/", omittingEmptySubsequences: true)
      return parts.contains("..") || path.contains("\0") ? nil : path
    }
  }

  /// The mapping below `key`; nil where there is none or it is none.
  func form(_ key: String, title: String) -> Form? {
    guard let value = value(key) else { return nil }
    let form = Form(value, title: title)
    if value.entries != nil { return form }
    complain(value.place, "`\(key)` must be a mapping of keys, not \(value.article)")
    return nil
  }

  /// The mappings of the list below `key`, each a form of its own, which the caller takes back.
  func forms(_ key: String, title: String) -> [Form] {
    guard let value = value(key) else { return [] }
    guard let items = value.items else {
      complain(value.place, "`\(key)` must be a list of mappings, not \(value.article)")
      return []
    }
    return items.map { Form($0, title: title) }
  }

  func take(_ other: Form?) { mistakes += other?.mistakes ?? [] }
}

/// Whether `text` may name a job, project, dataset, model or alias.
func isName(_ text: String) -> Bool { EntityName.isValid(text) }
