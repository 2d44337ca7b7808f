internal import Foundation
package import Store

/// The name of what a step computes: equal keys, equal outputs.
package enum StepKey {
  /// What a key is made of, beside the step's own options.
  package struct Ingredients: Codable, Hashable, Sendable {
    /// The version of the step kind's implementation: another one may compute something else.
    package var implementation: Int
    /// Digests of inputs by the word that names them; an optional input that is not there is missing.
    package var inputs: [String: Digest]
    /// Manifests of files that the step reads beside its inputs: archives, code.
    package var sources: [String: Digest]
    /// Tools and libraries with their versions or digests.
    package var environment: [String: String]
    /// Facts of the run that the step depends on: its logical time, where that matters.
    package var context: [String: String]

    package init(
      implementation: Int, inputs: [String: Digest], sources: [String: Digest], environment: [String: String],
      context: [String: String]
    ) {
      self.implementation = implementation
      self.inputs = inputs
      self.sources = sources
      self.environment = environment
      self.context = context
    }
  }

  private struct Preimage: Codable {
    var kind: String
    var options: StepAction
    var ingredients: Ingredients
  }

  /// SHA-256 over the canonical JSON of kind, options and ingredients. How inputs were written does not count: their
  /// digests do.
  package static func key(_ action: StepAction, _ ingredients: Ingredients) throws -> Digest {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let preimage = Preimage(kind: action.kind, options: action.withoutReferences, ingredients: ingredients)
    return Digest(of: Array(try encoder.encode(preimage)))
  }
}

extension StepAction {
  /// The same step with every reference replaced by one and the same.
  var withoutReferences: StepAction {
    let nothing = Reference.output(step: "", name: "")
    switch self {
    case .snapshot, .import: return self
    case .sql(var options):
      options.inputs = options.inputs.map { RunOptions.NamedInput(name: $0.name, reference: nothing) }
      return .sql(options)
    case .validate(var options):
      options.data = nothing
      options.reference = options.reference.map { _ in nothing }
      return .validate(options)
    case .profile(var options):
      options.data = nothing
      return .profile(options)
    case .features(var options):
      options.data = nothing
      options.inputs = options.inputs.sorted { $0.source < $1.source }.map {
        FeaturesOptions.Input(source: $0.source, reference: nothing)
      }
      // What the recipe says counts, not where it was read or under which names its work is published.
      options.recipe = .version(nothing)
      (options.publishedAs, options.dataset) = (nil, nil)
      return .features(options)
    case .split(var options):
      options.data = nothing
      return .split(options)
    case .train(var options):
      options.data = nothing
      options.validation = options.validation.map { _ in nothing }
      options.parent = options.parent.map { _ in nothing }
      options.like = options.like.map { _ in nothing }
      return .train(options)
    case .tune(var options):
      guard case .train(let train) = StepAction.train(options.train).withoutReferences else { return self }
      options.train = train
      let parts = options.folds?.parts
      options.folds?.parts = parts?.map { _ in nothing }
      return .tune(options)
    case .evaluate(var options):
      (options.model, options.data) = (nothing, nothing)
      options.thresholdFrom = options.thresholdFrom.map { _ in nothing }
      return .evaluate(options)
    case .explain(var options):
      (options.model, options.data) = (nothing, nothing)
      options.champion = options.champion.map { _ in nothing }
      return .explain(options)
    case .gate(var options):
      options.challenger = nothing
      options.champion = options.champion.map { _ in nothing }
      options.data = options.data.map { _ in nothing }
      options.drift = options.drift.map { _ in nothing }
      options.contract = options.contract.map { _ in nothing }
      options.cost = options.cost.map { _ in nothing }
      return .gate(options)
    case .promote(var options):
      (options.verdict, options.model) = (nothing, nothing)
      return .promote(options)
    case .predict(let options): return .predict(options.with(references: nothing))
    case .feedback(var options):
      (options.predictions, options.labels) = (.one(nothing), nothing)
      // How far the window goes back shows in the versions that are read.
      options.windowSeconds = 0
      return .feedback(options)
    case .monitor(var options):
      (options.model, options.data) = (nothing, nothing)
      return .monitor(options)
    case .retrain(var options):
      options.model = nothing
      options.data = options.data.map { _ in nothing }
      options.drift = options.drift.map { _ in nothing }
      options.scores = options.scores.map { _ in nothing }
      return .retrain(options)
    case .run(var options):
      options.inputs = options.inputs.map { RunOptions.NamedInput(name: $0.name, reference: nothing) }
      return .run(options)
    }
  }
}
