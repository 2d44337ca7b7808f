internal import Records
internal import Store
internal import Tables

/// Which recipes made the features of data, and whether they are those that a model learned from.
extension StepContext {
  /// The recipes behind some data, as its description says; of several inputs together, each once.
  func recipes(of artifacts: [Artifact]) throws -> [RecipeCitation] {
    var found: [RecipeCitation] = []
    for artifact in artifacts {
      for citation in try StoredRecipes.cited(by: artifact, in: store) where !found.contains(citation) {
        found.append(citation)
      }
    }
    return found
  }

  /// Of the data's recipes, those whose features the model reads, and those whose features were renamed on the way.
  func recipes(of data: Artifact, behind features: [String]) throws -> [RecipeCitation] {
    let header = try table(data).header()
    return try recipes(of: [data]).filter { citation in
      citation.features.contains(where: features.contains) || !citation.features.contains(where: header.contains)
    }
  }

  /// Throws where the data's features were made otherwise than those that the model learned from. What is in the model
  /// decides: features that it does not read may come from anywhere, and packages that do not say are taken as they are.
  ///
  /// - Parameter columns: what the model reads.
  func requireRecipes(of data: Artifact, cited: [RecipeCitation], for model: Artifact, columns: [String]) throws {
    guard try store.manifest(model.digest)["recipe.json"] != nil, let known = try recipe(of: model).features else {
      return
    }
    let subject = "the model \(model.version?.text ?? model.shortDigest)"
    let rows = "the data \(data.version?.text ?? data.shortDigest)"
    let made = cited.filter { $0.features.contains(where: columns.contains) }
    for citation in known where !cited.contains(where: { $0.digest == citation.digest }) {
      let name = try label(citation)
      let others = cited.filter { other in !known.contains { $0.digest == other.digest } }
      let other = others.first { $0.name == citation.name } ?? made.first(where: others.contains)
      let contrast = try other.map { "\(rows) was built with \(try label($0))" } ?? "\(rows) was not built with it"
      throw PipelineError.stepFailed(
        "\(subject) learned from features of \(name), but \(contrast): build the features with \(name), or retrain the model"
      )
    }
    for citation in made where !known.contains(where: { $0.digest == citation.digest }) {
      throw PipelineError.stepFailed(
        "\(subject) learned from features that no recipe made, but \(rows) was built with \(try label(citation)): give it the columns as they were, or retrain the model"
      )
    }
  }

  /// `weather-features@v2` where the recipe was published, else its name and digest.
  private func label(_ citation: RecipeCitation) throws -> String {
    for entity in try store.refs.entities(.dataset) {
      if let version = try store.refs.versions(of: entity).last(where: { $0.digest == citation.digest }) {
        return entity.project == request.project
          ? "\(entity.name)@v\(version.number)" : "\(entity.project)/\(entity.name)@v\(version.number)"
      }
    }
    return "\(citation.name) (\(citation.digest.short))"
  }
}

/// What descriptions in the store say of recipes.
enum StoredRecipes {
  private struct Description: Decodable { var recipes: [RecipeCitation]? }

  static func cited(by artifact: Artifact, in store: Store) throws -> [RecipeCitation] {
    guard artifact.kind == .dataset, let digest = artifact.description, try store.contains(digest) else { return [] }
    let bytes = try store.blob(digest)
    // Most descriptions have none, and some are long.
    let mark = Array("\"recipes\":".utf8)
    guard bytes.count > mark.count, bytes.firstRange(of: mark) != nil else { return [] }
    return try CanonicalJSON.decode(Description.self, from: bytes).recipes ?? []
  }
}
