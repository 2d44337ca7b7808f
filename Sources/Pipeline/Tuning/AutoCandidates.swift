internal import Jobs
internal import Learning

/// What `trainer: auto` tries before and in its search.
enum AutoCandidates {
  static let constant = "constant"
  static let linear = "linear"
  /// Where the spec says nothing of it.
  static let earlyStopping = 20

  /// The parameters that matter most for boosted trees, in ranges that hold good values for most tables (P. Probst,
  /// B. Bischl, A.-L. Boulesteix, “Tunability”, JMLR 20, 2019).
  private static let parameters: [SearchSpace.Parameter] = [
    SearchSpace.Parameter(name: "colsample_bytree", domain: .numbers(0.4...1, step: nil, scale: .linear)),
    SearchSpace.Parameter(name: "eta", domain: .numbers(0.02...0.3, step: nil, scale: .logarithmic)),
    SearchSpace.Parameter(name: "lambda", domain: .numbers(0.1...30, step: nil, scale: .logarithmic)),
    SearchSpace.Parameter(name: "max_depth", domain: .integers(3...10, step: 1, scale: .linear)),
    SearchSpace.Parameter(name: "min_child_weight", domain: .numbers(0.5...30, step: nil, scale: .logarithmic)),
    SearchSpace.Parameter(name: "subsample", domain: .numbers(0.5...1, step: nil, scale: .linear)),
  ]

  private static let sets: [(label: String, parameters: [String: String])] = [
    (
      "small trees",
      [
        "colsample_bytree": "1.0", "eta": "0.1", "lambda": "1.0", "max_depth": "3", "min_child_weight": "1.0",
        "subsample": "1.0",
      ]
    ),
    (
      "medium trees",
      [
        "colsample_bytree": "0.8", "eta": "0.1", "lambda": "1.0", "max_depth": "6", "min_child_weight": "1.0",
        "subsample": "0.8",
      ]
    ),
    (
      "large trees",
      [
        "colsample_bytree": "0.8", "eta": "0.05", "lambda": "5.0", "max_depth": "9", "min_child_weight": "5.0",
        "subsample": "0.8",
      ]
    ),
  ]

  private static let aliases = ["eta": "learning_rate", "lambda": "reg_lambda"]

  /// Without the parameters that the spec fixes.
  static func space(fixed: [String: String]) -> SearchSpace {
    SearchSpace(
      parameters.filter { parameter in
        fixed[parameter.name] == nil && aliases[parameter.name].map { fixed[$0] == nil } ?? true
      })
  }

  /// What the leaderboard begins with. The sets of trees are points of the space as far as it goes, so that the search
  /// begins with what they showed.
  static func leaders(_ options: TuneOptions, _ space: SearchSpace) -> [TrialPlan.Proposal] {
    let (rounds, patience) = (options.train.rounds, options.patience)
    let names = Set(space.parameters.map(\.name))
    let simple = [
      TrialPlan.Proposal(label: constant, parameters: [:], setting: .constant),
      TrialPlan.Proposal(
        label: linear, parameters: ["booster": "gblinear"], setting: .linear(rounds: rounds, earlyStopping: patience)),
    ]
    return simple
      + sets.map { label, parameters in
        let chosen = parameters.filter { names.contains($0.key) && options.train.params[$0.key] == nil }
        return TrialPlan.Proposal(
          label: label, parameters: chosen,
          setting: TrialTrainer.Setting(parameters: chosen, rounds: rounds, earlyStopping: patience))
      }
  }
}
