internal import Learning
internal import Tables

/// A parameter of a search and the values that it may have.
package struct SpaceParameter: Codable, Hashable, Sendable {
  package enum Domain: Codable, Hashable, Sendable {
    /// The scale is logarithmic where `isLog`.
    case integers(low: Int, high: Int, step: Int, isLog: Bool)
    case numbers(low: Double, high: Double, step: Double?, isLog: Bool)
    case choices([String])
  }

  package var name: String
  package var domain: Domain
}

extension SpaceParameter {
  /// As many as there are dimensions of the Sobol sequence here.
  package static let limitCount = 64
}

/// Reads `space:` of a `tune` step.
struct SpaceReader {
  let search: TuneOptions.Search

  private static let example = "{int: [3, 9]}, {float: [0.5, 1]}, {log: [0.01, 0.3]}, {log-int: [1, 100]} or a list"
  private static let ranges = ["int", "float", "log", "log-int"]
  /// Whole numbers that a search, which computes with floating-point ones, tells apart.
  private static let exact = -(1 << 53)...(1 << 53)

  /// In the order of their names. What is wrong is told to `with`.
  func read(_ with: Form) -> [SpaceParameter] {
    guard let form = with.form("space", title: "`space`") else { return [] }
    defer { with.take(form) }
    let entries = form.node.entries ?? []
    if entries.isEmpty { form.complain(form.node.place, "`space` is empty: name a parameter to search") }
    if entries.count > SpaceParameter.limitCount {
      form.complain(
        form.node.place,
        "`space` has \(entries.count) parameters, and at most \(SpaceParameter.limitCount) can be searched"
      )
    }
    return entries.compactMap { entry in
      guard TrainingOptions.tunableParameters.contains(entry.key) else {
        let hint = nearestWord(to: entry.key, among: TrainingOptions.tunableParameters).map {
          ": did you mean `\($0)`?"
        }
        form.complain(
          entry.keyPlace, "`space` cannot hold `\(entry.key)`, which is no parameter to search" + (hint ?? ""))
        return nil
      }
      return domain(entry.value, of: entry.key, form).map { SpaceParameter(name: entry.key, domain: $0) }
    }.sorted { $0.name < $1.name }
  }

  private func domain(_ node: SpecNode, of name: String, _ form: Form) -> SpaceParameter.Domain? {
    if let items = node.items { return choices(items, of: name, node.place, form) }
    guard let entries = node.entries else {
      form.complain(node.place, "`\(name)` in `space` must be \(Self.example), not \(node.article)")
      return nil
    }
    let kinds = entries.map(\.key).filter(Self.ranges.contains)
    for entry in entries where !Self.ranges.contains(entry.key) && entry.key != "step" {
      form.complain(entry.keyPlace, "`\(name)` in `space` has no key `\(entry.key)`: write \(Self.example)")
    }
    guard kinds.count == 1, let kind = kinds.first, let bounds = node[kind]?.items, bounds.count == 2 else {
      form.complain(node.place, "`\(name)` in `space` needs one range of two numbers: \(Self.example)")
      return nil
    }
    return kind == "int" || kind == "log-int"
      ? integers(node, name, kind, bounds, form) : numbers(node, name, kind, bounds, form)
  }

  private func choices(_ items: [SpecNode], of name: String, _ place: Place, _ form: Form) -> SpaceParameter.Domain? {
    let texts = items.compactMap(\.text)
    guard !items.isEmpty, texts.count == items.count, Set(texts).count == texts.count else {
      form.complain(place, "`\(name)` in `space` must list one or more different words or numbers")
      return nil
    }
    if name == "rounds", texts.contains(where: { (Int($0) ?? 0) < 1 }) {
      form.complain(place, "`rounds` in `space` must list whole numbers of at least 1")
      return nil
    }
    return .choices(texts)
  }

  private func integers(_ node: SpecNode, _ name: String, _ kind: String, _ bounds: [SpecNode], _ form: Form)
    -> SpaceParameter.Domain?
  {
    let isLog = kind == "log-int"
    let numbers = bounds.compactMap { $0.text.flatMap { Int($0) } }
    guard numbers.count == 2, numbers.allSatisfy({ Self.exact.contains($0) }) else {
      form.complain(node.place, "`\(name)` in `space` is a range of whole numbers: write `{\(kind): [3, 9]}`")
      return nil
    }
    guard checkRange(node, name, kind, (Double(numbers[0]), Double(numbers[1])), form) else { return nil }
    if name == "rounds", numbers[0] < 1 {
      form.complain(node.place, "`rounds` in `space` must be at least 1")
      return nil
    }
    var step = 1
    if let stepNode = node["step"] {
      guard !isLog, let given = stepNode.text.flatMap({ Int($0) }), given >= 1 else {
        form.complain(
          stepNode.place, "`step` of `\(name)` must be a whole number of at least 1, and only `int` takes one")
        return nil
      }
      step = given
    }
    return .integers(low: numbers[0], high: numbers[1], step: step, isLog: isLog)
  }

  private func numbers(_ node: SpecNode, _ name: String, _ kind: String, _ bounds: [SpecNode], _ form: Form)
    -> SpaceParameter.Domain?
  {
    let numbers = bounds.compactMap { $0.text.flatMap { SpecNode.number($0) } }
    guard numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
      form.complain(node.place, "`\(name)` in `space` is a range of two numbers: write `{\(kind): [0.01, 0.3]}`")
      return nil
    }
    guard checkRange(node, name, kind, (numbers[0], numbers[1]), form) else { return nil }
    if name == "rounds" {
      form.complain(node.place, "`rounds` in `space` are whole: write `int` or `log-int`")
      return nil
    }
    var step: Double?
    if let stepNode = node["step"] {
      guard kind == "float", let given = stepNode.text.flatMap({ SpecNode.number($0) }), given > 0, given.isFinite,
        (numbers[1] - numbers[0]) / given < 1e6
      else {
        form.complain(
          stepNode.place, "`step` of `\(name)` must be a number above 0, and only `float` and `int` take one")
        return nil
      }
      step = given
    }
    if search == .grid, step == nil {
      form.complain(
        node.place, "a grid has no end of values for `\(name)`: give it a `step`, or list its values")
      return nil
    }
    return .numbers(low: numbers[0], high: numbers[1], step: step, isLog: kind == "log")
  }

  private func checkRange(
    _ node: SpecNode, _ name: String, _ kind: String, _ bounds: (low: Double, high: Double), _ form: Form
  ) -> Bool {
    if bounds.low > bounds.high || bounds.low == bounds.high && kind != "int" {
      form.complain(
        node.place, "`\(name)` in `space` has an empty range: the first number must be less than the second")
      return false
    }
    if kind.hasPrefix("log"), bounds.low <= 0 {
      form.complain(
        node.place, "`\(name)` in `space` is searched by its logarithm, so that its range must begin above 0")
      return false
    }
    return true
  }
}
