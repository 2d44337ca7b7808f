internal import Records
internal import Store
internal import Tables

/// `tune`: the best of many trainings, a model version.
package struct TuneOptions: Codable, Hashable, Sendable {
  /// Which models are tried.
  package enum Candidates: String, Codable, Hashable, Sendable, CaseIterable {
    /// What the search suggests.
    case xgboost
    /// A leaderboard: a constant, a linear model, a few sets of parameters that often do well, and then the search.
    case auto
  }

  package enum Search: String, Codable, Hashable, Sendable, CaseIterable {
    case grid, random, sobol, tpe
    /// Random points, and successive halving.
    case asha
  }

  /// Successive halving: after so many rounds trials are compared, and one of `factor` goes on to `factor` times as many.
  package struct Halving: Codable, Hashable, Sendable {
    package var rounds: Int
    package var factor: Int
  }

  /// What every trial has in common, and where the model goes. Its trainer is XGBoost.
  package var train: TrainOptions
  package var candidates: Candidates
  /// In the order of their names; empty: `auto` knows its own.
  package var space: [SpaceParameter]
  package var search: Search
  /// Nil: as many as the grid has points.
  package var trials: Int?
  package var halving: Halving?
  /// Time after which no further trial begins.
  package var budgetSeconds: Double?
  /// The library's name of the metric that decides; nil: the task's loss.
  package var metric: String?
  package var folds: Folds?
  /// How many trials are under way at once.
  package var parallel: Int
}

extension TuneOptions {
  /// Folds that are named take the place of the data.
  var inputs: [(name: String, reference: Reference)] {
    guard let parts = folds?.parts else { return StepAction.train(train).inputs }
    return parts.enumerated().map { (name: Self.fold($0 + 1), reference: $1) }
  }

  /// The input that is the fold of this number, from 1.
  package static func fold(_ number: Int) -> String { "fold\(number)" }

  /// The folds together are a dataset of their own, which the model is known to come from.
  var outputs: [String: Artifact.Kind] {
    var outputs = Vocabulary.tune.outputs
    if folds?.parts != nil { outputs["data"] = .dataset }
    return outputs
  }
}

extension Vocabulary {
  static let tune = Kind(
    name: "tune", help: "The best of many trainings: a model version, and the trials that led to it.",
    with: train.with.filter { !["trainer", "kind", "parent", "like", "data"].contains($0.name) } + [
      Field("data", .reference([.dataset]), "The training rows. Needed but for `folds` that name their `parts`."),
      Field(
        "trainer", .word(TuneOptions.Candidates.allCases.map(\.rawValue)),
        "`xgboost`; `auto`: a leaderboard of simple and of tuned models. Default: xgboost."),
      Field(
        "space", .map(.any),
        "The parameters to search: `{max_depth: {int: [3, 9]}, eta: {log: [0.01, 0.3]}, grow_policy: [depthwise, lossguide]}`. Needed but for `auto`."
      ),
      Field(
        "search", .word(TuneOptions.Search.allCases.map(\.rawValue)),
        "How points of the space are chosen. Default: tpe."),
      Field(
        "trials", .integer(1...10_000), "How many at most. Needed but for `grid` and `auto`, whose default is 40."),
      Field(
        "halving", .object(halving), "Trials that are behind others after few rounds are given up. Default: of `asha`."),
      Field("budget", .object(budget), "What the search may take."),
      Field("metric", .text, "The metric that decides, by XGBoost's name: `auc`. Default: the loss of the task."),
      Field("folds", .object(folds), "Trials are judged on the training rows, by cross-validation."),
      Field(
        "parallel", .integer(1...64),
        "How many trials are under way at once. Each knows of those that many before it. Default: 1."),
    ], outputs: ["": .model, "trials": .trials], usesAllCores: true)

  static let halving: [Field] = [
    Field("rounds", .integer(1...100_000), "Rounds before the first comparison. Default: 10."),
    Field("factor", .integer(2...100), "Of so many trials one goes on, to so many times the rounds. Default: 3."),
  ]

  static let budget: [Field] = [
    Field("time", .duration, required: true, "Time after which no further trial begins, as `20m`.")
  ]
}

extension StepReader {
  func tune(_ with: Form) -> TuneOptions? {
    let candidates = with.word("trainer", TuneOptions.Candidates.self) ?? .xgboost
    let search = with.word("search", TuneOptions.Search.self) ?? .tpe
    let space = SpaceReader(search: search).read(with)
    let trials = with.integer("trials", 1...10_000)
    let folds = folds(with)
    checkTune(with, candidates, search)
    checkGroup(with, folds)
    let (metric, halving) = (with.text("metric"), halving(with, search))
    let train = training(with, .xgboost, data: folds?.parts?.first) { options in
      let mistakes = LearningMistakes(with: with, options: options, space: space)
      mistakes.tell()
      if let metric { mistakes.tell(ofMetric: metric) }
      if let halving { checkRounds(of: halving, space, options, with) }
    }
    guard let train else { return nil }
    let isAuto = candidates == .auto
    return TuneOptions(
      train: train, candidates: candidates, space: space, search: search,
      trials: trials ?? (isAuto && search != .grid ? Self.autoTrials : nil), halving: halving,
      budgetSeconds: budget(with), metric: metric, folds: folds,
      parallel: with.integer("parallel", 1...64) ?? 1)
  }

  private static let autoTrials = 40

  /// What is missing, or does not go together.
  private func checkTune(_ with: Form, _ candidates: TuneOptions.Candidates, _ search: TuneOptions.Search) {
    let place = with.node.place
    if with.node["data"]?.isNull ?? true, with.node["folds"]?["parts"] == nil {
      with.complain(place, "`tune` needs `data`, the training rows, or `folds` with the `parts` that a `split` made")
    }
    if candidates == .xgboost, with.node["space"] == nil {
      with.complain(
        place, "`tune` needs `space` with the parameters to search: `space: {max_depth: {int: [3, 9]}}`")
    }
    if candidates == .xgboost, search != .grid, with.node["trials"] == nil {
      with.complain(place, "`tune` needs `trials`, as a search by \(search.rawValue) has no end of its own")
    }
    switch (with.node["validation"], with.node["folds"]) {
    case (nil, nil):
      with.complain(place, "`tune` needs `validation` rows to judge trials on, or `folds` for a cross-validation")
    case (_?, let folds?):
      with.complain(folds.place, "`tune` has both `validation` and `folds`: it takes one of them")
    default: break
    }
    if let params = with.node["params"], let space = with.node["space"] {
      for entry in space.entries ?? [] where params[entry.key] != nil {
        with.complain(
          entry.keyPlace, "`\(entry.key)` is both in `params`, which are fixed, and in `space`: remove one of them")
      }
    }
  }

  private func halving(_ with: Form, _ search: TuneOptions.Search) -> TuneOptions.Halving? {
    var halving = TuneOptions.Halving(rounds: 10, factor: 3)
    guard let form = with.form("halving", title: "`halving`") else { return search == .asha ? halving : nil }
    form.check(Vocabulary.halving)
    halving.rounds = form.integer("rounds", 1...100_000) ?? halving.rounds
    halving.factor = form.integer("factor", 2...100) ?? halving.factor
    with.take(form)
    return halving
  }

  /// Trials that end before the first comparison are never given up.
  private func checkRounds(
    of halving: TuneOptions.Halving, _ space: [SpaceParameter], _ options: TrainOptions, _ with: Form
  ) {
    let most: Int? =
      switch space.first(where: { $0.name == "rounds" })?.domain {
      case .integers(_, let high, _, _): high
      case .choices(let texts): texts.compactMap { Int($0) }.max()
      case .numbers, nil: options.rounds
      }
    guard let most, halving.rounds > most else { return }
    with.complain(
      with.node["halving"]?["rounds"]?.place ?? with.node["halving"]?.place ?? with.node.place,
      "trials are compared after \(halving.rounds) rounds, and none has more than \(most):"
        + " write fewer, as `halving: {rounds: \(max(1, most / 9))}`")
  }

  private func budget(_ with: Form) -> Double? {
    guard let form = with.form("budget", title: "`budget`") else { return nil }
    form.check(Vocabulary.budget)
    defer { with.take(form) }
    return form.duration("time")
  }
}
