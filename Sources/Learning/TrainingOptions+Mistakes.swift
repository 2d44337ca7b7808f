package import Tables

extension TrainingOptions {
  /// What is wrong with the options, in one sentence that says what to do.
  package struct Mistake: Hashable, Sendable {
    /// What it is wrong with: the key of a spec.
    package enum Subject: Hashable, Sendable {
      /// A parameter that should not be there.
      case parameter(String)
      /// A parameter whose value is wrong.
      case value(of: String)
      case group, classWeights, season
    }

    package var subject: Subject
    package var text: String
  }

  /// Parameters that a search gives values to, of which each trial has one.
  package struct Varied: Hashable, Sendable {
    package var name: String
    /// The values, or the ends of their range.
    package var values: [String]
    /// Whether there is more between the values than whole numbers.
    package var isContinuous: Bool

    package init(name: String, values: [String], isContinuous: Bool) {
      (self.name, self.values, self.isContinuous) = (name, values, isContinuous)
    }
  }

  /// What is wrong as far as it shows without rows and without the library, in the order of names. Training may still find
  /// the rest: what the target's values and the columns' types decide.
  package func mistakes(target: TargetRule, varied: [Varied] = []) -> [Mistake] {
    OptionsCheck(self, target, varied).mistakes()
  }

  /// The same of the metric that a search goes by, by the library's name; nil where nothing is wrong.
  package func mistake(ofMetric metric: String, target: TargetRule) -> String? {
    OptionsCheck(self, target, []).mistake(ofMetric: metric)
  }

  /// The parameters that a search may set: those whose value is one number or word.
  package static var tunableParameters: [String] {
    (XGBoostParameter.singleValued + ["booster", "objective", "rounds"]).sorted()
  }
}

/// Looks at options before there are rows.
private struct OptionsCheck {
  private let options: TrainingOptions
  private let target: TargetRule
  private let varied: [TrainingOptions.Varied]
  /// What the target may come to be, given the objective; empty where the objective is wrong.
  private let tasks: [ModelSchema.Task]

  init(_ options: TrainingOptions, _ target: TargetRule, _ varied: [TrainingOptions.Varied]) {
    (self.options, self.target, self.varied) = (options, target, varied)
    tasks = (try? Self.tasks(options, target)) ?? []
  }

  func mistakes() -> [TrainingOptions.Mistake] {
    ofObjective() + ofParameters() + ofVaried() + ofOthers()
  }

  // MARK: The task

  private static let binary = ModelSchema.Task.binary(negative: "false", positive: "true")

  /// Classes are not known yet, but whether there are two of them or more decides nothing here that their names would.
  private static func tasks(_ options: TrainingOptions, _ target: TargetRule) throws(LearningError)
    -> [ModelSchema.Task]
  {
    let name = options.parameters["objective"]
    let objective = try name.map { name throws(LearningError) in try Objective(named: name) }
    if let asked = try options.numericTask() {
      try checkNumbers(name, target)
      return [asked]
    }
    let possible: [ModelSchema.Task] = target.isComparison ? [binary] : [.regression, binary, .multiclass(classes: [])]
    guard let objective else { return possible }
    let fitting = possible.filter { Objective.fitting($0).contains(objective) }
    guard fitting.isEmpty else { return fitting }
    throw .invalidParameter(
      "the objective \(objective.rawValue) does not fit “\(target.text)”, which is true or false:"
        + " use \(Objective.logistic.rawValue), or a column as the target")
  }

  private static func checkNumbers(_ objective: String?, _ target: TargetRule) throws(LearningError) {
    guard target.isComparison else { return }
    throw .invalidParameter(
      "the objective \(objective ?? "") needs a target of numbers, but “\(target.text)” is true or false")
  }

  private func ofObjective() -> [TrainingOptions.Mistake] {
    do throws(LearningError) {
      try options.checkQuantileLevels()
    } catch {
      return [.init(subject: .value(of: "quantile_alpha"), text: "\(error)")]
    }
    do throws(LearningError) {
      _ = try Self.tasks(options, target)
      return []
    } catch {
      return [.init(subject: .value(of: "objective"), text: "\(error)")]
    }
  }

  // MARK: Parameters

  private func choices(of name: String) -> [String] {
    varied.first { $0.name == name }?.values ?? options.parameters[name].map { [$0] } ?? []
  }

  /// What may be boosted; where nothing right is said of it, each is possible.
  private var boosters: [BoosterKind] {
    let names = choices(of: "booster")
    let kinds = names.compactMap(BoosterKind.init(rawValue:))
    return names.isEmpty ? [.trees] : kinds.isEmpty ? [.trees, .linear] : kinds
  }

  private func ofParameters() -> [TrainingOptions.Mistake] {
    var mistakes: [TrainingOptions.Mistake] = []
    if options.trainer != .xgboost { return ofBaseline() }
    if let name = options.parameters["booster"] { mistakes += mistake(ofBooster: name) }
    var known: [String: String] = [:]
    for (name, value) in options.parameters.sorted(by: { $0.key < $1.key })
    where !TrainingOptions.readApart.contains(name) {
      do throws(LearningError) {
        let parameter = try parameter(named: name)
        if let other = known.updateValue(name, forKey: parameter.name) {
          mistakes.append(.init(subject: .parameter(name), text: XGBoostParameter.twoNames(other, name)))
        }
        mistakes += mistake(of: value, of: parameter, named: name)
      } catch {
        mistakes.append(.init(subject: .parameter(name), text: "\(error)"))
      }
    }
    return mistakes
  }

  /// A baseline has a task, and nothing else that could be set.
  private func ofBaseline() -> [TrainingOptions.Mistake] {
    options.parameters.keys.sorted().filter { !["objective", "quantile_alpha"].contains($0) }.map { name in
      .init(
        subject: .parameter(name),
        text: "a baseline has no parameter `\(name)`: leave it out; it takes `objective` and `quantile_alpha` alone")
    }
  }

  /// Throws what is wrong with it for the last of the boosters, where it fits none.
  private func parameter(named name: String) throws(LearningError) -> XGBoostParameter {
    var wrong: LearningError?
    for booster in boosters {
      do throws(LearningError) {
        return try XGBoostParameter(named: name, for: booster)
      } catch {
        wrong = error
      }
    }
    if let wrong { throw wrong }
    return try XGBoostParameter(named: name)
  }

  private func mistake(ofBooster name: String) -> [TrainingOptions.Mistake] {
    do throws(LearningError) {
      let kind = try BoosterKind(named: name)
      for objective in choices(of: "objective").compactMap(Objective.init(rawValue:)) { try kind.check(objective) }
      return []
    } catch {
      return [.init(subject: .value(of: "booster"), text: "\(error)")]
    }
  }

  private func mistake(of value: String, of parameter: XGBoostParameter, named name: String)
    -> [TrainingOptions.Mistake]
  {
    do throws(LearningError) {
      switch parameter.domain {
      case .metrics: if !tasks.isEmpty { _ = try XGBoostMetric.names(in: value, forAnyOf: tasks) }
      case .directions: try check(try FeatureConstraints.directions(in: value).keys.sorted(), name)
      case .groups: try check(try FeatureConstraints.groups(in: value).flatMap { $0 }, name)
      default: try parameter.check(value)
      }
      return []
    } catch {
      return [.init(subject: .value(of: name), text: "\(error)")]
    }
  }

  /// Throws for a name that is no feature as far as the options tell.
  private func check(_ names: [String], _ parameter: String) throws(LearningError) {
    for name in names {
      if let features = options.features {
        guard features.contains(name) else { throw FeatureConstraints.noFeature(name, parameter, features) }
      } else if (options.otherColumns + options.exclude + [target.column]).contains(name) {
        throw FeatureConstraints.noFeature(name, parameter, [])
      }
    }
  }

  // MARK: Parameters of a search

  private func ofVaried() -> [TrainingOptions.Mistake] {
    varied.flatMap { parameter in
      switch parameter.name {
      case "rounds": [TrainingOptions.Mistake]()
      case "booster": parameter.values.flatMap { mistake(ofBooster: $0) }
      case "objective": parameter.values.flatMap { mistake(ofObjective: $0) }
      default: mistakes(of: parameter)
      }
    }
  }

  private func mistake(ofObjective name: String) -> [TrainingOptions.Mistake] {
    do throws(LearningError) {
      let objective = try Objective(named: name)
      guard tasks.isEmpty || tasks.contains(where: { Objective.fitting($0).contains(objective) }) else {
        throw .invalidParameter(
          "`objective` \(name) does not fit what all trials have in common: they learn a \(tasks[0].name) target")
      }
      return []
    } catch {
      return [.init(subject: .value(of: "objective"), text: "\(error)")]
    }
  }

  private func mistakes(of varied: TrainingOptions.Varied) -> [TrainingOptions.Mistake] {
    do throws(LearningError) {
      let parameter = try parameter(named: varied.name)
      if case .integers = parameter.domain, varied.isContinuous {
        throw .invalidParameter("`\(varied.name)` takes whole numbers: write `int` or `log-int`")
      }
      for value in varied.values { try parameter.check(value) }
      return []
    } catch {
      return [.init(subject: .value(of: varied.name), text: "\(error)")]
    }
  }

  // MARK: What goes with a task

  private func ofOthers() -> [TrainingOptions.Mistake] {
    guard !tasks.isEmpty else { return [] }
    var mistakes: [TrainingOptions.Mistake] = []
    if options.group != nil, !tasks.contains(where: \.isRanking) {
      mistakes.append(.init(subject: .group, text: TrainingOptions.needlessGroup))
    }
    if options.season != nil, tasks.allSatisfy(\.isRanking) {
      mistakes.append(.init(subject: .season, text: TrainingOptions.needlessSeason))
    }
    if let weights = options.classWeights, let text = mistake(ofClassWeights: weights) {
      mistakes.append(.init(subject: .classWeights, text: text))
    }
    return mistakes
  }

  private func mistake(ofClassWeights weights: TrainingOptions.ClassWeights) -> String? {
    guard tasks.contains(where: \.hasClasses) else { return RowWeights.noClasses }
    guard case .given(let given) = weights, target.isComparison,
      let name = given.keys.sorted().first(where: { !Self.binary.classes.contains($0) })
    else { return nil }
    return "`class-weights` names “\(name)”, but “\(target.text)” is `true` or `false`"
  }

  func mistake(ofMetric metric: String) -> String? {
    guard !tasks.isEmpty else { return nil }
    do throws(LearningError) {
      let names = try XGBoostMetric.names(in: metric, forAnyOf: tasks, as: "metric")
      return names.count == 1 ? nil : "`metric` names one metric to judge by"
    } catch {
      return "\(error)"
    }
  }
}

extension ModelSchema.Task {
  fileprivate var isRanking: Bool { if case .ranking = self { true } else { false } }
}
