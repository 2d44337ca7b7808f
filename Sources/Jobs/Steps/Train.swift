internal import Records
internal import Store
internal import Tables

/// `train`: a model version.
package struct TrainOptions: Codable, Hashable, Sendable {
  package enum Trainer: String, Codable, Hashable, Sendable, CaseIterable { case xgboost, baseline }

  /// What the trainer `baseline` says.
  package enum Baseline: String, Codable, Hashable, Sendable, CaseIterable {
    case constant
    case seasonalNaive = "seasonal-naive"
  }

  /// How much the rows of a class count.
  package enum ClassWeights: Codable, Hashable, Sendable {
    case balanced
    case given([String: Double])
  }

  /// What repeats itself in the target.
  package struct Season: Codable, Hashable, Sendable {
    package var time: String
    package var periodSeconds: Int
    package var by: [String]
  }

  package var trainer: Trainer
  package var data: Reference
  package var validation: Reference?
  /// A column, or a comparison over one: `arr_delay > 15`.
  package var target: String
  /// Nil means every column but the target's and the excluded ones.
  package var features: [String]?
  package var exclude: [String]
  /// As the trainer reads them, each value as text: `max_depth`, `eta`, …
  package var params: [String: String]
  package var rounds: Int
  package var earlyStopping: Int?
  package var seed: Int
  package var model: String
  /// The model to go on from.
  package var parent: Reference?
  /// The model whose parameters and rounds are taken instead of `params`, once there is one.
  package var like: Reference?
  /// The column that makes rows one query of a ranking.
  package var group: String?
  /// The column that says how much a row counts.
  package var weights: String?
  package var classWeights: ClassWeights?
  package var season: Season?
  /// Of the trainer `baseline`.
  package var baseline: Baseline?
}

extension Vocabulary {
  static let season: [Field] = [
    Field("time", .text, required: true, "The column of times."),
    Field("period", .duration, required: true, "How long it takes until all begins anew, as `7d`."),
    Field("by", .oneOrMore(.text), "Columns whose values each have a season of their own."),
  ]

  static let train = Kind(
    name: "train", help: "A model version.",
    with: [
      Field(
        "trainer", .word(TrainOptions.Trainer.allCases.map(\.rawValue)), required: true,
        "`xgboost`, or `baseline`: what needs no model."),
      Field(
        "kind", .word(TrainOptions.Baseline.allCases.map(\.rawValue)),
        "Of the trainer `baseline`: `constant`, or the value seen last at the same place of the `season`."),
      Field("data", .reference([.dataset]), required: true, "The training rows."),
      Field("validation", .reference([.dataset]), "Rows for early stopping."),
      Field("target", .target, required: true, "A column, or a comparison over one: `arr_delay > 15`."),
      Field(
        "features", .oneOrMore(.text),
        "The columns to learn from. Default: all but the target's and the excluded ones."),
      Field("exclude", .oneOrMore(.text), "Columns not to learn from."),
      Field("group", .text, "The column that rows are ranked within: for `objective: rank:ndcg` or `rank:pairwise`."),
      Field("weights", .text, "A column that says how much each row counts, 0 or more."),
      Field(
        "class-weights", .any, "`balanced`, or how much the rows of each class count: `{yes: 5, no: 1}`. Default: 1."),
      Field(
        "season",
        .object(season),
        "What repeats itself: a baseline of the value seen last at the same place is kept beside the model."),
      Field("params", .map(.any), "The trainer's own parameters, and `rounds` and `early_stopping`."),
      Field(
        "like", .reference([.model]),
        "A model, of `tune` say, whose parameters and rounds are taken instead of `params`, once there is one."),
      Field("parent", .reference([.model]), "The model to go on from: training adds `rounds` to it."),
      Field("seed", .integer(0...Int(Int32.max)), "Default: 0."),
      Field("model", .name, required: true, "The model that gets the version."),
    ], outputs: ["": .model], usesAllCores: true)
}

extension StepReader {
  func train(_ with: Form) -> TrainOptions? {
    training(with, with.word("trainer", TrainOptions.Trainer.self)) { LearningMistakes(with: with, options: $0).tell() }
  }

  /// What `train` and `tune` have in common.
  ///
  /// - Parameters:
  ///   - data: the training rows, where `data` does not name them.
  ///   - check: looks at all that is there, even where something is missing and nil is returned.
  func training(
    _ with: Form, _ trainer: TrainOptions.Trainer?, data: Reference? = nil, check: (TrainOptions) -> Void
  ) -> TrainOptions? {
    let params = TrainerParams(with)
    let validation = reference(with, "validation", .dataset)
    if params.earlyStopping != nil, with.node["validation"] == nil, with.node["folds"] == nil {
      with.complain(with.node.place, "`early_stopping` needs `validation` rows to look at")
    }
    let (rows, target, model) = (data ?? reference(with, "data", .dataset), target(with), with.name("model"))
    if let rows, validation == rows, let node = with.node["validation"] {
      with.complain(
        node.place,
        "`validation` and `data` are the same rows: a model that learnt them goes on improving on them for ever; take the `.validation` of a `split`"
      )
    }
    var options = TrainOptions(
      trainer: trainer ?? .xgboost, data: rows ?? Self.nothing, validation: validation, target: target ?? "",
      features: with.node["features"] == nil ? nil : with.differentTexts("features"),
      exclude: with.differentTexts("exclude"),
      params: params.others, rounds: params.rounds, earlyStopping: params.earlyStopping,
      seed: with.integer("seed", 0...Int(Int32.max)) ?? 0, model: model ?? "")
    readWeights(with, &options)
    readBaseline(with, &options)
    options.parent = reference(with, "parent", .model)
    options.like = reference(with, "like", .model)
    if options.like != nil, trainer == .baseline {
      with.complain(with.node["like"]?.place ?? with.node.place, "a baseline has no parameters: leave out `like`")
    }
    if options.parent != nil, trainer == .baseline {
      with.complain(with.node["parent"]?.place ?? with.node.place, "a baseline has no `parent`: leave it out")
    }
    check(options)
    return rows != nil && target != nil && model != nil && trainer != nil ? options : nil
  }

  /// Stands where a reference is missing, which is told.
  private static let nothing = Reference.output(step: "", name: "")

  /// A column, or a comparison over one.
  func target(_ with: Form) -> String? {
    guard let text = with.text("target") else { return nil }
    do throws(TablesError) { return try TargetRule(text).text } catch {
      with.complain(with.node["target"]?.place ?? with.node.place, "\(error)")
      return nil
    }
  }

  private func readWeights(_ with: Form, _ options: inout TrainOptions) {
    options.group = with.text("group")
    options.weights = with.text("weights")
    guard let node = with.node["class-weights"], !node.isNull else { return }
    switch node.value {
    case .scalar("balanced", isPlain: _): options.classWeights = .balanced
    case .mapping(let entries) where !entries.isEmpty:
      var weights: [String: Double] = [:]
      for entry in entries {
        guard case .scalar(let text, isPlain: _) = entry.value.value, let weight = Double(text), weight > 0,
          weight.isFinite
        else {
          with.complain(entry.value.place, "the weight of the class “\(entry.key)” must be a number above 0")
          continue
        }
        weights[entry.key] = weight
      }
      options.classWeights = .given(weights)
    default:
      with.complain(node.place, "`class-weights` must be `balanced`, or give classes a weight: `{yes: 5, no: 1}`")
    }
  }

  private func readBaseline(_ with: Form, _ options: inout TrainOptions) {
    if let form = with.form("season", title: "`season`") {
      form.check(Vocabulary.season)
      if let time = form.text("time"), let period = form.duration("period") {
        if period < 1 || period != period.rounded() {
          form.complain(form.node["period"]?.place ?? form.node.place, "`period` must be whole seconds, one at least")
        }
        options.season = TrainOptions.Season(
          time: time, periodSeconds: max(1, Int(min(period, 1e9))), by: form.differentTexts("by"))
      }
      with.take(form)
    }
    options.baseline = with.word("kind", TrainOptions.Baseline.self)
    guard options.baseline != nil, let node = with.node["kind"] else { return }
    if options.trainer != .baseline { with.complain(node.place, "`kind` is of the trainer `baseline`: leave it out") }
    if options.baseline == .seasonalNaive, with.node["season"] == nil {
      with.complain(node.place, "`kind: seasonal-naive` needs `season`: `{time: COLUMN, period: 7d}`")
    }
  }
}

/// `params:` of a `train` step: what every trainer knows, and the rest as text.
private struct TrainerParams {
  var rounds = 100
  var earlyStopping: Int?
  var others: [String: String] = [:]

  init(_ with: Form) {
    guard let form = with.form("params", title: "`params`") else { return }
    rounds = form.integer("rounds", 1...100_000) ?? rounds
    earlyStopping = form.integer("early_stopping", 1...100_000)
    for entry in form.node.entries ?? [] where entry.key != "rounds" && entry.key != "early_stopping" {
      switch entry.value.value {
      case .scalar(let text, isPlain: _): others[entry.key] = text
      case .sequence, .mapping: others[entry.key] = entry.value.json
      }
    }
    with.take(form)
  }
}
