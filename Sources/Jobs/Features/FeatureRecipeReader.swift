package import Records
internal import Tables

/// Reads a feature recipe, a YAML or JSON file of its own, or reports every mistake in it.
package struct FeatureRecipeReader {
  private static let fields: [Vocabulary.Field] = [
    Vocabulary.Field("version", .integer(1...1), required: true, "the version of the recipe language, 1."),
    Vocabulary.Field("name", .name, required: true, "what the recipe is called."),
    Vocabulary.Field("sources", .map(.object(source)), required: true, "where its features come from."),
  ]

  private static let source: [Vocabulary.Field] = [
    Vocabulary.Field(
      "entity", .any, required: true, "the columns that name the entity, or {the data's column: the source's}."),
    Vocabulary.Field("time", .text, required: true, "the column that says when it happened."),
    Vocabulary.Field("known", .text, "the column that says when it became known."),
    Vocabulary.Field("delay", .duration, "how long after it happened it becomes known."),
    Vocabulary.Field("corrections", .flag, "whether what became known later replaces what was known of that time."),
    Vocabulary.Field("columns", .oneOrMore(.text), "columns taken as they were last."),
    Vocabulary.Field("max-age", .duration, "how old the last row of `columns` may be."),
    Vocabulary.Field("features", .map(.object(feature)), "what else is made of it, by name."),
  ]

  private static let feature: [Vocabulary.Field] =
    AsOfFeature.Measure.allCases.map { Vocabulary.Field($0.rawValue, .text, "a column, or `*` for the rows.") } + [
      Vocabulary.Field("over", .duration, "the window before the moment."),
      Vocabulary.Field("max-age", .duration, "how old the last row may be."),
    ]

  /// The recipe that `bytes` describe. Throws every mistake at once, each with its place in `file`.
  package static func read(_ bytes: [UInt8], file: String) throws(SpecError) -> FeatureRecipe {
    do throws(SpecMistakes) {
      let form = Form(try SpecDocument(bytes).root, title: "a feature recipe")
      let recipe = recipe(form)
      guard form.mistakes.isEmpty, let recipe else { throw SpecMistakes(form.mistakes) }
      return recipe
    } catch {
      throw SpecError(file: file, mistakes: error.mistakes)
    }
  }

  private static func recipe(_ form: Form) -> FeatureRecipe? {
    form.check(fields)
    _ = form.integer("version", 1...1)
    let name = form.name("name")
    var sources: [FeatureRecipe.Source] = []
    var names: Set<String> = []
    for entry in form.form("sources", title: "`sources`")?.node.entries ?? [] {
      if !isName(entry.key) { form.complain(entry.keyPlace, "a source's name is a word such as `weather`") }
      let item = Form(entry.value, title: "source “\(entry.key.prefix(60))”")
      if let source = source(entry.key, item, &names) { sources.append(source) }
      form.take(item)
    }
    if let node = form.node["sources"], node.entries?.isEmpty == true {
      form.complain(node.place, "`sources` needs at least one source")
    }
    return name.map { FeatureRecipe(name: $0, sources: sources) }
  }

  private static func source(_ name: String, _ form: Form, _ names: inout Set<String>) -> FeatureRecipe.Source? {
    form.check(source)
    let entity = entity(form)
    let known = form.text("known")
    let delay = form.duration("delay")
    if known != nil, delay != nil {
      form.complain(form.node["delay"]?.place ?? form.node.place, "\(form.title) has `known` and `delay`: it takes one")
    }
    let maximumAge = form.duration("max-age")
    var features: [FeatureRecipe.Feature] = []
    requireSome("columns", form)
    requireSome("features", form)
    for column in form.texts("columns") {
      register(column, at: form.node["columns"]?.place ?? form.node.place, &names, form)
      features.append(
        FeatureRecipe.Feature(name: column, measure: .last, column: column, reachSeconds: maximumAge))
    }
    if maximumAge != nil, features.isEmpty {
      form.complain(form.node["max-age"]?.place ?? form.node.place, "`max-age` is for `columns`, which are not there")
    }
    for entry in form.form("features", title: "`features`")?.node.entries ?? [] {
      register(entry.key, at: entry.keyPlace, &names, form)
      let item = Form(entry.value, title: "feature “\(entry.key.prefix(60))”")
      if let feature = feature(entry.key, item) { features.append(feature) }
      form.take(item)
    }
    if form.node.entries != nil, form.node["columns"]?.isNull ?? true, form.node["features"]?.isNull ?? true {
      form.complain(form.node.place, "\(form.title) makes nothing: it needs `columns` or `features`")
    }
    let corrects = form.flag("corrections")
    guard let time = form.text("time"), !entity.isEmpty else { return nil }
    return FeatureRecipe.Source(
      name: name, entity: entity, time: time, known: known, delaySeconds: delay ?? 0,
      corrects: corrects ?? (known != nil), features: features)
  }

  /// A column, a list of columns, or pairs of the data's column and the source's.
  private static func entity(_ form: Form) -> [FeatureRecipe.Key] {
    guard let node = form.node["entity"], !node.isNull else { return [] }
    requireSome("entity", form)
    guard let entries = node.entries else {
      return form.texts("entity").map { FeatureRecipe.Key(data: $0, source: $0) }
    }
    return entries.compactMap { entry in
      if let text = entry.value.text, !text.isEmpty { return FeatureRecipe.Key(data: entry.key, source: text) }
      form.complain(entry.value.place, "`\(entry.key)` must name a column of the source, not \(entry.value.article)")
      return nil
    }
  }

  private static func feature(_ name: String, _ form: Form) -> FeatureRecipe.Feature? {
    form.check(feature)
    guard form.node.entries != nil else { return nil }
    let measures = AsOfFeature.Measure.allCases.filter { form.node[$0.rawValue] != nil }
    guard let measure = measures.first, measures.count == 1 else {
      form.complain(
        form.node.place,
        "\(form.title) takes one of \(AsOfFeature.Measure.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))")
      return nil
    }
    let isNewest = measure == .last || measure == .age
    let (own, other) = isNewest ? ("max-age", "over") : ("over", "max-age")
    if let node = form.node[other] {
      form.complain(node.place, "`\(other)` does not go with `\(measure.rawValue)`: write `\(own)`")
    }
    let column = form.text(measure.rawValue)
    if column == "*", measure != .count, measure != .age {
      form.complain(form.node[measure.rawValue]?.place ?? form.node.place, "`\(measure.rawValue)` needs a column")
    }
    if let column, column != "*", measure == .age {
      form.complain(form.node["age"]?.place ?? form.node.place, "`age` is that of the last row: write `age: \"*\"`")
    }
    return FeatureRecipe.Feature(
      name: name, measure: measure, column: column == "*" ? nil : column, reachSeconds: form.duration(own))
  }

  private static func requireSome(_ key: String, _ form: Form) {
    guard let node = form.node[key], node.items?.isEmpty == true || node.entries?.isEmpty == true else { return }
    form.complain(node.place, "`\(key)` needs at least one \(key == "features" ? "feature" : "column")")
  }

  private static func register(_ name: String, at place: Place, _ names: inout Set<String>, _ form: Form) {
    if name.isEmpty { form.complain(place, "a feature needs a name") }
    if !names.insert(name).inserted {
      form.complain(place, "two features are called “\(name.prefix(60))”: rename one")
    }
  }
}
