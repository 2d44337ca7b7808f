internal import Tables

/// Whether training can go on from a model: it must read and say what that one does, and be boosted the same way.
struct ParentCheck {
  private let parent: Model
  private let options: TrainingOptions

  /// Throws for a parent that has nothing to go on from.
  init(_ parent: Model, _ options: TrainingOptions) throws(LearningError) {
    self.parent = parent
    self.options = options
    guard case .xgboost = parent.learner, options.trainer == .xgboost else {
      throw .invalidParameter(
        "`parent` goes on from models of XGBoost, and this is the trainer “\(parent.training.trainer)”")
    }
    let (mine, its) = (Self.booster(options.parameters), Self.booster(parent.training.parameters))
    guard mine == its else {
      throw .invalidParameter("`booster` is \(mine), and the parent's is \(its): a model goes on as it began")
    }
  }

  /// What counts for the whole model cannot be another for the new rounds: the library would move the parent's answers by
  /// it, or leave it unheeded.
  private func checkWhole() throws(LearningError) {
    guard options.parameters["base_score"] == nil else {
      throw .invalidParameter("`base_score` moves all that the parent says: leave it out where there is a `parent`")
    }
    let (mine, its) = (Self.parallelTrees(options.parameters), Self.parallelTrees(parent.training.parameters))
    guard mine == its else {
      throw .invalidParameter(
        "`num_parallel_tree` is \(mine), and the parent's is \(its): a model goes on as it began")
    }
  }

  private static func parallelTrees(_ parameters: [String: String]) -> String {
    parameters["num_parallel_tree"] ?? "1"
  }

  private static func booster(_ parameters: [String: String]) -> String {
    parameters["booster"] ?? BoosterKind.trees.rawValue
  }

  /// The parent's encoder, when it can read the target; `own` is what the data alone would make of it.
  func encoder(_ own: TargetEncoder, _ target: TargetRule) throws(LearningError) -> TargetEncoder {
    guard parent.schema.target == target.text else {
      throw differing("it predicts “\(parent.schema.target)”, and the target here is “\(target.text)”")
    }
    let encoder = try encoder(own)
    var earlier = options
    earlier.parameters = parent.training.parameters
    let (mine, its) = (try options.objective(for: encoder.task), try earlier.objective(for: encoder.task))
    guard mine == its else {
      throw .invalidParameter(
        "the objective is \(mine.rawValue), and the parent's is \(its.rawValue): a model goes on as it began")
    }
    try checkWhole()
    return encoder
  }

  private func encoder(_ own: TargetEncoder) throws(LearningError) -> TargetEncoder {
    let (its, mine) = (parent.schema.task, own.task)
    if its.hasClasses, mine.hasClasses {
      guard let new = mine.classes.first(where: { !its.classes.contains($0) }) else { return TargetEncoder(task: its) }
      throw differing("the target has the class “\(new)”, which it never saw")
    }
    guard its == mine else {
      let what = its.name == mine.name ? "another \(its.name) task" : "a \(its.name) task, and this is \(mine.name)"
      throw differing("it is of \(what)")
    }
    return TargetEncoder(task: its)
  }

  /// The parent's features with what this data holds of them. Throws for other features, and for categories that are new.
  func features(_ own: [ModelSchema.Feature]) throws(LearningError) -> [ModelSchema.Feature] {
    let its = parent.schema.features
    guard its.map(\.name) == own.map(\.name) else {
      let lacking = its.map(\.name).filter { name in !own.contains { $0.name == name } }
      let added = own.map(\.name).filter { name in !its.contains { $0.name == name } }
      throw differing(
        lacking.isEmpty && added.isEmpty
          ? "it reads the same features in another order (\(its.map(\.name).joined(separator: ", "))): name them in `features`"
          : "it "
            + [Self.list("reads", lacking), Self.list("does not read", added)].compactMap { $0 }.joined(
              separator: " and "))
    }
    return try zip(its, own).map { its, own throws(LearningError) in
      ModelSchema.Feature(name: its.name, kind: try kind(its, own), seen: own.seen)
    }
  }

  private func kind(_ its: ModelSchema.Feature, _ own: ModelSchema.Feature) throws(LearningError)
    -> ModelSchema.Feature.Kind
  {
    switch (its.kind, own.kind) {
    case (.categorical(let known), .categorical(let found)):
      let seen = Set(known)
      if let new = found.first(where: { !seen.contains($0) }) {
        throw differing("“\(its.name)” has the category “\(new)”, which it never saw")
      }
    // A column without any value passes for all.
    case (_, .numeric) where own.seen?.minimum == nil: break
    default:
      guard its.kind == own.kind else {
        throw differing("it learnt “\(its.name)” as \(its.kind.name), and here it is \(own.kind.name)")
      }
    }
    return its.kind
  }

  private static func list(_ verb: String, _ names: [String]) -> String? {
    guard !names.isEmpty else { return nil }
    let more = names.count > 5 ? " and \(names.count - 5) more" : ""
    return "\(verb) \(names.prefix(5).map { "“\($0)”" }.joined(separator: ", "))\(more)"
  }

  private func differing(_ reason: String) -> LearningError {
    .invalidParameter("training cannot go on from the parent: \(reason); train anew without `parent`, or mend the data")
  }
}
