internal import Records

/// The options of a `sql` step.
extension StepReader {
  func sql(_ with: Form) -> SQLOptions? {
    let inputs = inputs(with, [.dataset])
    if let node = with.node["inputs"], node.entries?.isEmpty == true {
      with.complain(node.place, "`inputs` must name at least one table")
    }
    let params = params(with)
    let format = with.word("format", SQLOptions.Format.self) ?? .csv
    let dataset = with.name("dataset")
    let order = order(with)
    guard let text = with.text("query"), let query = query(text, with) else { return nil }
    return SQLOptions(inputs: inputs, query: query, params: params, format: format, dataset: dataset, order: order)
  }

  /// One line without a blank that ends in `.sql` is a file.
  private func query(_ text: String, _ with: Form) -> SQLOptions.Query? {
    guard text.hasSuffix(".sql"), !text.contains(where: \.isWhitespace) else { return .text(text) }
    return with.path("query").map(SQLOptions.Query.file)
  }

  private func order(_ with: Form) -> [String]? {
    guard let node = with.node["order"], !node.isNull else { return nil }
    return node.text == "any" ? [] : with.texts("order")
  }

  private func params(_ with: Form) -> [SQLOptions.Param] {
    guard let form = with.form("params", title: "`params`") else { return [] }
    defer { with.take(form) }
    return (form.node.entries ?? []).compactMap { entry in
      guard case .scalar(let text, let isPlain) = entry.value.value else {
        form.complain(
          entry.value.place,
          "the parameter `\(entry.key)` must be a text, a number, true, false or null, not \(entry.value.article)")
        return nil
      }
      let json = entry.value.json
      let isText = !isPlain || json.hasPrefix("\"")
      return SQLOptions.Param(name: entry.key, value: isText ? text : json, isText: isText)
    }
  }
}
