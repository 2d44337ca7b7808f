internal import Records

extension TuneOptions {
  /// Cross-validation over the training rows.
  package struct Folds: Codable, Hashable, Sendable {
    package enum Method: String, Codable, Hashable, Sendable, CaseIterable { case random, group, time }

    package var count: Int
    package var by: Method
    /// The time or key column.
    package var column: String?
    /// A column whose values have the same shares in each fold.
    package var stratify: String?
    /// Two or more datasets, each a fold, in the order of their times where it counts; nil: `data` is dealt out.
    package var parts: [Reference]?
  }
}

extension Vocabulary {
  static let folds: [Field] = [
    Field("count", .integer(2...50), "Default: 5."),
    Field(
      "by", .word(TuneOptions.Folds.Method.allCases.map(\.rawValue)),
      "`time`: each fold is predicted from those before it. `group`: equal keys stay together. Default: random, or what the `split` of `parts` did."
    ),
    Field("column", .text, "The time or key column, for `time` and `group`."),
    Field("stratify", .text, "A column whose values have the same shares in each fold; not for `time`."),
    Field(
      "parts", .list(.reference([.dataset])),
      "The folds of a `split` step, instead of `data`: `[cuts.fold1, cuts.fold2, cuts.fold3]`."),
  ]
}

extension StepReader {
  func folds(_ with: Form) -> TuneOptions.Folds? {
    guard let form = with.form("folds", title: "`folds`") else { return nil }
    form.check(Vocabulary.folds)
    defer { with.take(form) }
    let method = form.word("by", TuneOptions.Folds.Method.self)
    if let node = form.node["parts"], !node.isNull { return namedFolds(node, method, form, with) }
    let column = form.text("column")
    if let method, method != .random, column == nil {
      form.complain(form.node.place, "`folds` by \(method.rawValue) need `column`")
    }
    if method ?? .random == .random, let node = form.node["column"] {
      form.complain(node.place, "`folds` at random take no `column`: write `by: group` or `by: time`")
    }
    let stratify = form.text("stratify")
    if method == .time, let node = form.node["stratify"] {
      form.complain(node.place, "`folds` by time take no `stratify`")
    }
    return TuneOptions.Folds(
      count: form.integer("count", 2...50) ?? 5, by: method ?? .random, column: column, stratify: stratify)
  }

  /// Rows that are ranked together must be judged together.
  func checkGroup(_ with: Form, _ folds: TuneOptions.Folds?) {
    guard let group = with.node["group"]?.text, let node = with.node["folds"], let folds, folds.by == .random else {
      return
    }
    let way = folds.parts == nil ? "`{by: group, column: \(group)}`" : "split by group with `column: \(group)`"
    with.complain(node.place, "`folds` must keep rows together that are ranked together: \(way)")
  }

  // MARK: Folds of a split

  private func namedFolds(_ node: SpecNode, _ method: TuneOptions.Folds.Method?, _ form: Form, _ with: Form)
    -> TuneOptions.Folds?
  {
    if let data = with.node["data"], !data.isNull {
      with.complain(data.place, "`folds` names its `parts`, which are the training rows: leave `data` out")
    }
    for key in ["count", "column", "stratify"] {
      guard let other = form.node[key] else { continue }
      form.complain(other.place, "`\(key)` does not go with `parts`, which are folds already: leave it out")
    }
    guard let items = node.items, (2...50).contains(items.count) else {
      form.complain(
        node.place, "`parts` must list 2 to 50 folds of a `split` step: `[cuts.fold1, cuts.fold2, cuts.fold3]`")
      return nil
    }
    let parts = items.compactMap { reference($0, "parts", [.dataset], form) }
    guard parts.count == items.count else { return nil }
    for (index, part) in parts.enumerated() where parts.firstIndex(of: part) != index {
      form.complain(items[index].place, "“\(items[index].text ?? "")” stands in `parts` twice")
    }
    let split = splitMethod(parts, items, form)
    if let method, let split, method != split, let by = form.node["by"] {
      form.complain(
        by.place, "`folds` are not by \(method.rawValue): their `split` is by \(split.rawValue), so leave `by` out")
    }
    return TuneOptions.Folds(count: parts.count, by: method ?? split ?? .random, parts: parts)
  }

  /// How the one step made them that split them; nil where it is not one split alone. Its other parts are no folds.
  private func splitMethod(_ parts: [Reference], _ items: [SpecNode], _ form: Form) -> TuneOptions.Folds.Method? {
    var names: [String] = []
    var steps: Set<String> = []
    for case .output(let step, let name) in parts {
      names.append(name)
      steps.insert(step)
    }
    guard names.count == parts.count, steps.count == 1, let step = earlier.first(where: { steps.contains($0.id) }),
      case .split(let split) = step.action
    else { return nil }
    for (name, item) in zip(names, items) where !name.hasPrefix("fold") {
      form.complain(item.place, "`\(step.id).\(name)` is no fold: the model must not see it before it is done")
    }
    switch split.by {
    case .random: return .random
    case .group, .hash: return .group
    case .time:
      let numbers = names.compactMap { Int($0.dropFirst("fold".count)) }
      for (index, pair) in zip(numbers, numbers.dropFirst()).enumerated() where pair.0 > pair.1 {
        form.complain(items[index + 1].place, "`parts` of a split by time must stand in the order of their times")
      }
      return .time
    }
  }
}
