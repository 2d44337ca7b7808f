internal import Records
internal import Store
internal import Tables

/// The options of each built-in step. Each returns nil where a mistake was found.
extension StepReader {
  func snapshot(_ with: Form) -> SnapshotOptions? {
    guard let from = with.path("from"), let dataset = with.name("dataset") else { return nil }
    return SnapshotOptions(
      from: from, dataset: dataset, format: with.word("format", DatasetFormat.self) ?? .table,
      reading: reading(with))
  }

  /// How the files are read as a table; nil where nothing is said of it.
  private func reading(_ with: Form) -> ReadingOptions? {
    var types: [String: ColumnType] = [:]
    if let schema = with.form("schema", title: "`schema`") {
      for entry in schema.node.entries ?? [] { types[entry.key] = schema.word(entry.key, ColumnType.self) }
      with.take(schema)
    }
    let missing = with.node["missing"] == nil ? nil : with.texts("missing")
    // The word is also YAML's for nothing, and nobody who writes it here means that.
    let isNull = if case .scalar("null", isPlain: true)? = with.node["on-error"]?.value { true } else { false }
    let policy = isNull ? .null : with.word("on-error", ReadOptions.ErrorPolicy.self)
    let reading = ReadingOptions(
      types: types, missing: missing, onError: policy ?? .fail,
      columns: with.word("columns", ReadOptions.ColumnsMode.self) ?? .same)
    return reading.isUsual ? nil : reading
  }

  func importing(_ with: Form) -> ImportOptions? {
    var limits = ImportOptions.Limits(entryCount: 100_000, totalBytes: 64 << 30, ratio: 1000, names: .portable)
    if let form = with.form("limits", title: "`limits`") {
      form.check(Vocabulary.importLimits)
      limits.entryCount = form.integer("entries", 1...Int.max) ?? limits.entryCount
      limits.totalBytes = form.size("bytes") ?? limits.totalBytes
      limits.ratio = form.number("ratio", 1...1_000_000) ?? limits.ratio
      limits.names = form.word("names", ArchiveReader.Names.self) ?? limits.names
      with.take(form)
    }
    guard let archive = with.path("archive"), let dataset = with.name("dataset") else { return nil }
    return ImportOptions(
      archive: archive, select: with.texts("select"), dataset: dataset,
      format: with.word("format", DatasetFormat.self) ?? .table, reading: reading(with), limits: limits)
  }

  func validate(_ with: Form) -> ValidateOptions? {
    let reference = self.reference(with, "reference", .dataset)
    guard let data = self.reference(with, "data", .dataset), let contract = with.path("contract") else { return nil }
    return ValidateOptions(data: data, contract: contract, reference: reference)
  }

  func profile(_ with: Form) -> ProfileOptions? {
    let target = with.text("target")
    guard let data = reference(with, "data", .dataset) else { return nil }
    return ProfileOptions(data: data, target: target)
  }

  func train(_ with: Form) -> TrainOptions? {
    let params = TrainerParams(with)
    let validation = reference(with, "validation", .dataset)
    if params.earlyStopping != nil, with.node["validation"] == nil {
      with.complain(with.node.place, "`early_stopping` needs `validation` rows to look at")
    }
    guard let trainer = with.word("trainer", TrainOptions.Trainer.self), let data = reference(with, "data", .dataset),
      let target = with.text("target"), let model = with.name("model")
    else { return nil }
    return TrainOptions(
      trainer: trainer, data: data, validation: validation, target: target,
      features: with.node["features"] == nil ? nil : with.texts("features"), exclude: with.texts("exclude"),
      params: params.others, rounds: params.rounds, earlyStopping: params.earlyStopping,
      seed: with.integer("seed", 0...Int(Int32.max)) ?? 0, model: model)
  }

  func evaluate(_ with: Form) -> EvaluateOptions? {
    let threshold = with.number("threshold", 0...1) ?? 0.5
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return EvaluateOptions(
      model: model, data: data, metrics: with.node["metrics"] == nil ? nil : with.texts("metrics"),
      slices: with.texts("slices"), threshold: threshold, fit: fit(with))
  }

  func gate(_ with: Form) -> GateOptions? {
    let rules = with.parsed(
      "require",
      form:
        "a rule: write `auc >= 0.65`, `auc >= champion.auc - 0.005`, `slice(origin).auc >= 0.6` or `drift.origin.psi < 0.2`",
      RuleParser.gateRule)
    let drift = reference(with, "drift", .drift)
    let champion = reference(with, "champion", .model)
    for rule in rules {
      if case .drift = rule.subject, with.node["drift"] == nil {
        with.complain(
          with.node["require"]?.place ?? with.node.place, "the rule “\(rule.text)” needs `drift:` with a monitor step")
      }
      if case .champion = rule.bound, with.node["champion"] == nil {
        with.complain(
          with.node["require"]?.place ?? with.node.place, "the rule “\(rule.text)” needs `champion:` with a model")
      }
    }
    if let require = with.node["require"], require.items?.isEmpty == true {
      with.complain(require.place, "`require` needs at least one rule: a gate without rules would promote anything")
    }
    guard let challenger = reference(with, "challenger", .metrics) else { return nil }
    return GateOptions(challenger: challenger, champion: champion, drift: drift, require: rules)
  }

  func promote(_ with: Form) -> PromoteOptions? {
    guard let verdict = reference(with, "verdict", .verdict), let model = reference(with, "model", .model),
      let alias = with.name("alias")
    else { return nil }
    if alias == "latest" || alias.first == "v" && Int(alias.dropFirst()) != nil {
      with.complain(
        with.node["alias"]?.place ?? with.node.place, "`\(alias)` cannot be an alias: it means a version already")
    }
    return PromoteOptions(verdict: verdict, model: model, alias: alias)
  }

  func predict(_ with: Form) -> PredictOptions? {
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset),
      let dataset = with.name("dataset")
    else { return nil }
    return PredictOptions(model: model, data: data, dataset: dataset, keys: with.texts("keys"), fit: fit(with))
  }

  func monitor(_ with: Form) -> MonitorOptions? {
    var thresholds = (psi: 0.2, pValue: 0.01, columns: 0.3)
    if let form = with.form("thresholds", title: "`thresholds`") {
      form.check(Vocabulary.driftThresholds)
      thresholds.psi = form.number("psi", 0...100) ?? thresholds.psi
      thresholds.pValue = form.number("p-value", 0...1) ?? thresholds.pValue
      thresholds.columns = form.number("columns", 0...1) ?? thresholds.columns
      with.take(form)
    }
    guard let model = reference(with, "model", .model), let data = reference(with, "data", .dataset) else { return nil }
    return MonitorOptions(
      model: model, data: data, psiThreshold: thresholds.psi, pValueThreshold: thresholds.pValue,
      columnShareThreshold: thresholds.columns, fit: fit(with))
  }

  private func fit(_ with: Form) -> FitOptions {
    FitOptions(
      onUnseen: with.word("on-unseen", FitOptions.Unseen.self) ?? .note,
      onType: with.word("on-type", FitOptions.Misfit.self) ?? .fail)
  }

  func retrain(_ with: Form) -> RetrainOptions? {
    let conditions = with.parsed(
      "when", form: "a condition: write `drift`, `new-rows >= 20000`, `age > 30d` or `auc < 0.7`",
      RuleParser.retrainCondition)
    let scores = reference(with, "scores", .metrics)
    let model = reference(with, "model", .model)
    var drift = reference(with, "drift", .drift)
    if with.node["drift"] == nil, let model { drift = monitorStep(watching: model) }
    for condition in conditions {
      let place = with.node["when"]?.place ?? with.node.place
      switch condition.kind {
      case .drift where drift == nil && with.node["drift"] == nil:
        with.complain(
          place, "the condition `drift` needs `drift:`, or a `monitor` step over the same model before this one")
      case .metric where with.node["scores"] == nil:
        with.complain(place, "the condition “\(condition.text)” needs `scores:` with an evaluate step")
      case .newRows where with.node["data"] == nil:
        with.complain(place, "the condition “\(condition.text)” needs `data:` with the newer rows")
      default: continue
      }
    }
    let data = reference(with, "data", .dataset)
    guard let model else { return nil }
    return RetrainOptions(
      model: model, data: data, drift: drift, scores: scores, when: conditions,
      cooldownSeconds: with.duration("cooldown") ?? 0)
  }

  private func monitorStep(watching model: Reference) -> Reference? {
    let step = earlier.last { step in
      if case .monitor(let options) = step.action { options.model == model } else { false }
    }
    return step.map { .output(step: $0.id, name: "") }
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
