internal import Learning
internal import Records
internal import Store
internal import Tables

/// Who is judged in a gate.
enum GateSide: String {
  case challenger = "the challenger"
  case champion = "the champion"
}

/// Data on which models are judged, held against what they learnt from.
extension StepContext {
  /// Models that training went on from, at most.
  private static let parentLimit = 100

  /// How a model came to know data, as its recipe and those of the models that it goes on from say: `was trained on these
  /// very rows`. Nil where they name no such data: rows that stand in other data as well are not told.
  func acquaintance(of model: Artifact, with data: Digest) throws -> String? {
    var next = model.digest
    for generation in 0..<Self.parentLimit {
      guard let recipe = try knownRecipe(of: next) else { return nil }
      let whose = generation == 0 ? "" : "goes on from a model that "
      if recipe.trainingData == data { return whose + "was trained on these very rows" }
      if recipe.validationData == data {
        return whose + "had these very rows as `validation`, by which its rounds or parameters were chosen"
      }
      guard let parent = recipe.parent else { return nil }
      next = parent
    }
    return nil
  }

  /// Nil of a package without one, and of a model that the store no longer holds.
  private func knownRecipe(of model: Digest) throws -> Recipe? {
    guard try store.contains(model), try store.manifest(model)["recipe.json"] != nil else { return nil }
    return try recipe(of: Artifact(kind: .model, digest: model))
  }

  /// Throws where the test data is what a model learnt from: that it does well there says nothing.
  func requireUnknown(_ data: Artifact, to model: Artifact, as side: GateSide) throws {
    guard let reason = try acquaintance(of: model, with: data.digest) else { return }
    throw PipelineError.stepFailed(
      "the test data \(data.version?.text ?? data.shortDigest) is no evidence, because \(side.rawValue) \(model.version?.text ?? model.shortDigest) \(reason): judge on rows that no model has seen, such as the `.test` of a `split`"
    )
  }

  /// What is known of rows of the test data that a model was trained on although the data is another: notes.
  ///
  /// Rows are compared as text in the columns that both have, at 8 bytes for each row of either.
  /// - Throws: ``PipelineError`` where the challenger was trained on all of them.
  func sharedRows(of data: Artifact, with model: Artifact, as side: GateSide) throws -> [String] {
    let whose = side.rawValue
    guard let digest = try knownRecipe(of: model.digest)?.trainingData else {
      return ["nobody knows which rows \(whose) was trained on: whether the test data has some of them was not checked"]
    }
    guard try store.contains(digest) else {
      return [
        "the store no longer holds what \(whose) was trained on: whether the test data has rows of it was not checked"
      ]
    }
    let training = try table(try trainingData(of: model))
    let test = try table(data)
    let header = try training.header()
    let columns = try test.header().filter(header.contains)
    guard !columns.isEmpty else {
      return ["the test data has no column of what \(whose) was trained on: whether rows are in both was not checked"]
    }
    let overlap = RowOverlap(
      test: try SplitScan(test).hashes(of: columns), training: try SplitScan(training).hashes(of: columns))
    guard let complaint = overlap.complaint(whose) else { return [] }
    guard side == .champion || overlap.sharedCount < overlap.testCount else {
      throw PipelineError.stepFailed(
        "\(complaint): judge on rows that no model has seen, such as the `.test` of a `split`")
    }
    return [complaint]
  }
}
