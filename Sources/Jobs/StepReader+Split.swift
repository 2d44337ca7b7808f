internal import Records
internal import Tables

extension StepReader {
  func split(_ with: Form) -> SplitOptions? {
    let method = with.word("by", SplitOptions.Method.self)
    let columns = with.texts("column") + with.texts("columns")
    let test = with.number("test", Vocabulary.openShare)
    let validation = with.number("validation", 0...Vocabulary.openShare.upperBound) ?? 0
    let folds = with.integer("folds", 2...Split.maximumFolds) ?? 0
    let stratify = with.text("stratify")
    let gap = with.duration("gap")
    if let method { checkColumns(columns, method, with) }
    checkShares(with, test, validation)
    if let node = with.node["stratify"] {
      switch method {
      case .time: with.complain(node.place, "`stratify` does not go with `time`: the latest rows are what they are")
      case .hash:
        with.complain(
          node.place, "`stratify` does not go with `hash`, which puts a key where its hash says: split by `group`")
      case .group, .random, nil: break
      }
    }
    if let node = with.node["gap"], let method, method != .time {
      with.complain(node.place, "`gap` is for a split by time, not by \(method.rawValue)")
    }
    guard let data = reference(with, "data", .dataset), let method else { return nil }
    return SplitOptions(
      data: data, by: method, columns: columns, test: test ?? 0, validation: validation, folds: folds,
      stratify: stratify, gapSeconds: gap ?? 0, key: with.texts("key"), seed: with.integer("seed", 0...Int.max) ?? 0)
  }

  private func checkColumns(_ columns: [String], _ method: SplitOptions.Method, _ with: Form) {
    switch method {
    case .time where columns.count > 1:
      with.complain(with.node["columns"]?.place ?? with.node.place, "`split` by time takes one `column`")
    case .time where columns.isEmpty, .group where columns.isEmpty, .hash where columns.isEmpty:
      with.complain(with.node.place, "`split` by \(method.rawValue) needs `column`")
    default: break
    }
  }

  private func checkShares(_ with: Form, _ test: Double?, _ validation: Double) {
    if let test, test + validation >= 1 {
      with.complain(with.node.place, "`test` and `validation` leave no rows to train on: their sum must be below 1")
    }
    let hasFolds = !(with.node["folds"]?.isNull ?? true)
    if !hasFolds, with.node["test"]?.isNull ?? true {
      with.complain(with.node.place, "`split` needs `test`, the share of the rows for the test part, or `folds`")
    }
    if hasFolds, let node = with.node["validation"] {
      with.complain(node.place, "`validation` does not go with `folds`: each fold is validated on another")
    }
  }
}
