package import Learning
internal import Tables

extension TrainOptions {
  /// As the trainer takes them.
  ///
  /// - Parameter threads: 1 or more.
  package func trainingOptions(threads: Int) -> TrainingOptions {
    let kind: TrainingOptions.Trainer =
      trainer == .xgboost ? .xgboost : baseline == .seasonalNaive ? .seasonalNaive : .baseline
    var options = TrainingOptions(
      trainer: kind, features: features, exclude: exclude, parameters: params, rounds: rounds,
      earlyStopping: earlyStopping, seed: seed, threads: threads)
    (options.group, options.weights) = (group, weights)
    options.classWeights = classWeights.map { weights in
      switch weights {
      case .balanced: .balanced
      case .given(let weights): .given(weights)
      }
    }
    options.season = season.map { TrainingOptions.Season(time: $0.time, seconds: $0.periodSeconds, by: $0.by) }
    return options
  }
}

extension Form {
  /// The different texts of a list; one that is there already is told at its place.
  func differentTexts(_ key: String) -> [String] {
    var names: [String] = []
    guard let value = node[key], !value.isNull else { return names }
    for (item, text) in zip(value.items ?? [value], texts(key)) {
      if names.contains(text) {
        complain(item.place, "`\(key)` names “\(text)” twice: name it once")
      } else {
        names.append(text)
      }
    }
    return names
  }
}

/// Tells what a training or a search would find wrong with its options, as far as it shows without rows.
struct LearningMistakes {
  let with: Form
  let options: TrainOptions
  var space: [SpaceParameter] = []

  func tell() {
    tellOfColumns()
    guard let target = target() else { return }
    tellOfTarget(target)
    let varied = space.map { TrainingOptions.Varied($0) }
    for mistake in options.trainingOptions(threads: 1).mistakes(target: target, varied: varied) {
      with.complain(place(of: mistake.subject), mistake.text)
    }
  }

  /// The metric that a search goes by.
  func tell(ofMetric metric: String) {
    guard let target = target(), let node = with.node["metric"] else { return }
    if let fault = options.trainingOptions(threads: 1).mistake(ofMetric: metric, target: target) {
      with.complain(node.place, fault)
    }
  }

  /// Nil where it is none, which ``StepReader`` tells.
  private func target() -> TargetRule? { try? TargetRule(options.target) }

  private func place(of subject: TrainingOptions.Mistake.Subject) -> Place {
    switch subject {
    case .parameter(let name): (entry(of: name)?.keyPlace ?? with.node.place)
    case .value(let name): (entry(of: name)?.value.place ?? with.node.place)
    case .group: with.node["group"]?.place ?? with.node.place
    case .classWeights: with.node["class-weights"]?.place ?? with.node.place
    case .season: with.node["season"]?.place ?? with.node.place
    }
  }

  private func entry(of parameter: String) -> SpecNode.Entry? {
    [with.node["params"], with.node["space"]].lazy.compactMap { node in
      node?.entries?.first { $0.key == parameter }
    }.first
  }

  // MARK: Columns

  private func tellOfColumns() {
    if options.trainer == .baseline {
      for name in ["rounds", "early_stopping"] {
        guard let entry = entry(of: name) else { continue }
        with.complain(entry.keyPlace, "a baseline learns no rounds: leave `\(name)` out")
      }
    }
    if options.features != nil, let node = with.node["exclude"], !node.isNull {
      with.complain(
        node.place, "`features` names the columns to learn from, and no other is: leave `exclude` out, or `features`")
    }
  }

  private func tellOfTarget(_ target: TargetRule) {
    let features = with.node["features"]
    for item in features?.items ?? [features].compactMap({ $0 }) where item.text == target.column {
      with.complain(
        item.place,
        "`features` names “\(target.column)”, which is the target: a model must not read what it is to predict")
    }
    let by = with.node["season"]?["by"]
    for item in (by?.items ?? [by].compactMap { $0 }) + [with.node["season"]?["time"]].compactMap({ $0 })
    where item.text == target.column {
      with.complain(
        item.place,
        "`season` names “\(target.column)”, which is the target: a baseline must not read what it is to predict")
    }
  }
}

extension TrainingOptions.Varied {
  fileprivate init(_ parameter: SpaceParameter) {
    switch parameter.domain {
    case .integers(let low, let high, _, _):
      self.init(name: parameter.name, values: ["\(low)", "\(high)"], isContinuous: false)
    case .numbers(let low, let high, _, _):
      self.init(name: parameter.name, values: ["\(low)", "\(high)"], isContinuous: true)
    case .choices(let values): self.init(name: parameter.name, values: values, isContinuous: false)
    }
  }
}
