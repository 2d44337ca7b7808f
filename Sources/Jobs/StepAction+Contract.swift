package import Records

extension StepAction {
  /// The word after `uses:`, or `run`.
  package var kind: String {
    switch self {
    case .snapshot: "snapshot"
    case .import: "import"
    case .sql: "sql"
    case .validate: "validate"
    case .profile: "profile"
    case .features: "features"
    case .split: "split"
    case .train: "train"
    case .tune: "tune"
    case .evaluate: "evaluate"
    case .explain: "explain"
    case .gate: "gate"
    case .promote: "promote"
    case .predict: "predict"
    case .feedback: "feedback"
    case .monitor: "monitor"
    case .retrain: "retrain"
    case .run: "run"
    }
  }

  /// Whether it computes on all cores, unless its `resources` say otherwise.
  package var usesAllCores: Bool { Vocabulary.kind(kind)?.usesAllCores ?? false }

  /// What it reads: the word of the spec and the reference, in a fixed order.
  package var inputs: [(name: String, reference: Reference)] {
    func list(_ pairs: (String, Reference?)...) -> [(name: String, reference: Reference)] {
      pairs.compactMap { pair in pair.1.map { (pair.0, $0) } }
    }
    return switch self {
    case .snapshot, .import: []
    case .sql(let options): options.inputs.map { ($0.name, $0.reference) }
    case .validate(let options): list(("data", options.data), ("reference", options.reference))
    case .profile(let options): list(("data", options.data))
    case .features(let options):
      list(("data", options.data), ("recipe", options.recipe.version)) + options.inputs.map { ($0.name, $0.reference) }
    case .split(let options): list(("data", options.data))
    case .train(let options):
      list(
        ("data", options.data), ("validation", options.validation), ("parent", options.parent), ("like", options.like))
    case .tune(let options): options.inputs
    case .evaluate(let options):
      list(("model", options.model), ("data", options.data), ("threshold-from", options.thresholdFrom))
    case .gate(let options):
      list(
        ("challenger", options.challenger), ("champion", options.champion), ("data", options.data),
        ("drift", options.drift), ("contract", options.contract), ("cost", options.cost))
    case .promote(let options): list(("verdict", options.verdict), ("model", options.model))
    case .predict(let options):
      list(
        ("model", options.model), ("data", options.data), ("calibration", options.intervals?.calibration),
        ("shadow", options.shadow?.model), ("threshold", options.threshold?.metrics))
    case .explain(let options):
      list(("model", options.model), ("data", options.data), ("champion", options.champion))
    case .feedback(let options): list(("predictions", options.predictions.reference), ("labels", options.labels))
    case .monitor(let options): list(("model", options.model), ("data", options.data))
    case .retrain(let options):
      list(("model", options.model), ("data", options.data), ("drift", options.drift), ("scores", options.scores))
    case .run(let options): options.inputs.map { ($0.name, $0.reference) }
    }
  }

  /// The earlier steps whose outputs it reads, in the order of its inputs.
  package var sourceSteps: [String] {
    inputs.compactMap { input in if case .output(let step, _) = input.reference { step } else { nil } }
  }

  /// Whether an input may be missing: a champion before the first promotion, a tuned model before the first search.
  package func isOptional(_ input: String) -> Bool {
    switch self {
    case .gate, .explain: input == "champion"
    case .train: input == "like"
    default: false
    }
  }

  /// What an input of this name must be, for references that can be of several kinds.
  package func kinds(of input: String) -> [Artifact.Kind] {
    switch self {
    case .run: [.dataset, .model]
    default: ["model", "champion", "parent", "like", "shadow"].contains(input) ? [.model] : [.dataset]
    }
  }

  /// What it makes, by name; the main output's name is empty.
  package var outputs: [String: Artifact.Kind] {
    switch self {
    case .run(let options):
      return Dictionary(
        options.outputs.map { output -> (String, Artifact.Kind) in
          switch output.kind {
          case .dataset: (output.name, .dataset)
          case .model: (output.name, .model)
          case .files: (output.name, .files)
          }
        }, uniquingKeysWith: { first, _ in first })
    case .split(let options):
      var parts = ["train"]
      if options.validation > 0 { parts.append("validation") }
      if options.folds > 0 { parts = (1...options.folds).map { "fold\($0)" } }
      if options.test > 0 { parts.append("test") }
      return Dictionary(uniqueKeysWithValues: parts.map { ($0, .dataset) })
    case .predict(let options): return options.outputs
    case .tune(let options): return options.outputs
    default:
      return Vocabulary.kind(kind)?.outputs ?? [:]
    }
  }

  /// The dataset or model under which an output is published; nil: it is known by its digest alone.
  package func publishedName(of output: String) -> String? {
    switch self {
    case .snapshot(let options): options.dataset
    case .import(let options): options.dataset
    case .sql(let options): options.dataset
    case .train(let options): options.model
    case .tune(let options): output.isEmpty ? options.train.model : nil
    case .predict(let options): output.isEmpty ? options.dataset : nil
    case .features(let options): output == "recipe" ? options.publishedAs : options.dataset
    case .run(let options): options.outputs.first { $0.name == output }?.publishedAs
    case .feedback(let options): output.isEmpty ? options.dataset : nil
    case .validate, .profile, .split, .evaluate, .explain, .gate, .promote, .monitor, .retrain: nil
    }
  }
}
