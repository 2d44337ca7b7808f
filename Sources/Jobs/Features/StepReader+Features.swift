internal import Records

extension StepReader {
  func features(_ with: Form) -> FeaturesOptions? {
    let recipe = recipe(with)
    let inputs = namedInputs(with)
    guard let data = reference(with, "data", .dataset), let time = with.text("time"), let recipe else { return nil }
    return FeaturesOptions(
      data: data, time: time, inputs: inputs, recipe: recipe, publishedAs: with.name("as"),
      dataset: with.name("dataset"))
  }

  /// `NAME@…` is a version of a recipe, anything else a file.
  private func recipe(_ with: Form) -> FeaturesOptions.Recipe? {
    guard let text = with.text("recipe") else { return nil }
    guard text.contains("@") || text.hasPrefix("sha256:") else { return with.path("recipe").map { .file($0) } }
    if let node = with.node["as"] {
      with.complain(node.place, "`as` publishes the recipe of a file: “\(text.prefix(120))” is published already")
    }
    return reference(with, "recipe", .dataset).map { .version($0) }
  }

  private func namedInputs(_ with: Form) -> [FeaturesOptions.Input] {
    guard let inputs = with.form("inputs", title: "`inputs`") else { return [] }
    defer { with.take(inputs) }
    return (inputs.node.entries ?? []).compactMap { entry in
      reference(entry.value, entry.key, [.dataset], inputs).map { .init(source: entry.key, reference: $0) }
    }
  }
}
