internal import Records
internal import Store

/// All that a model's card is made of, read once: the ledger and the documents that tell of the version it is about.
struct ModelDossier {
  let ledger: ModelLedger
  let nights: [Night]
  /// The version in use, else the newest; nil before the first.
  let version: ModelVersion?
  /// The move that put it into use; nil where it is not, or nobody recorded it.
  let move: AliasMove?
  private(set) var description: ModelDescription?
  /// The run that made it, and its step there.
  private(set) var record: RunRecord?
  private(set) var step: StepRecord?
  private(set) var judgement: ModelEvent.Judgement?
  private(set) var metrics: MetricsDocument?
  private(set) var explanation: ExplanationDocument?
  private(set) var explanationDigest: Digest?
  private(set) var trials: TrialsDocument?
  private(set) var contract: ContractDocument?
  private(set) var reproduction: ReproductionDocument?
  /// Of the newest verdict over any two of its versions.
  private(set) var verdict: VerdictDocument?
  private(set) var promotion: PromotionDocument?
  private(set) var verdictNight: Night?
  private(set) var disagreement: DisagreementDocument?
  private(set) var cost: CostDocument?
  private(set) var card: ModelCard?
  private(set) var lineage: LineageGraph?
  /// What it learnt from, nearest versions first, and the first and last moment in them where they say.
  private(set) var learntFrom: [LearntData] = []

  struct LearntData: Hashable {
    var version: VersionLabel
    /// `time_hour: 2013-01-01T05:00:00Z to 2013-03-31T23:00:00Z`.
    var times: String?
  }

  init(_ ledger: ModelLedger, _ evidence: any Evidence) throws {
    self.ledger = ledger
    nights = ledger.nights
    let champion = ledger.aliases["champion"]
    version = champion.flatMap { ledger.version($0) } ?? ledger.versions.entries.first
    let number = version?.number
    move = ledger.moves.entries.first { $0.alias == "champion" && $0.to == champion && $0.to == number }
    card = try evidence.card(of: ledger.name, in: ledger.project)
    try readVersion(evidence)
    try readVerdict(evidence)
    try readNights(evidence)
    try readLineage(evidence)
  }

  var isInUse: Bool { version != nil && version?.number == ledger.aliases["champion"] }

  /// The newest moment that the ledger tells of.
  var asOf: Timestamp { ledger.asOf }

  private mutating func readVersion(_ evidence: any Evidence) throws {
    guard let version else { return }
    description = try version.description.flatMap { try evidence.document($0) }
    record = try version.run.flatMap { try evidence.record(of: $0) }
    step = record?.steps.first { $0.id == version.step }
    judgement = ledger.evaluation(of: version.number)
    metrics = try judgement.flatMap { try evidence.document($0.document) }
    reproduction = try version.run.flatMap { try evidence.reproduction(of: $0) }
    let own = ledger.events.entries.first { $0.made.contains(version.number) || $0.run.id == version.run }
    explanationDigest = own?.explanation
    explanation = try own?.explanation.flatMap { try evidence.document($0) }
    trials = try own?.trials.flatMap { try evidence.document($0) }
  }

  private mutating func readVerdict(_ evidence: any Evidence) throws {
    guard
      let night = nights.first(where: { !($0.verdict?.isOld ?? true) }) ?? nights.first(where: { $0.verdict != nil }),
      let short = night.verdict
    else { return }
    verdictNight = night
    verdict = try evidence.document(short.document)
    for run in night.runs.reversed() {
      guard let record = try evidence.record(of: run.id) else { continue }
      let step = record.steps.first { step in
        step.inputs.contains { $0.artifact?.digest == short.document }
          && step.outputs.contains { $0.artifact.kind == .promotion }
      }
      guard let made = step?.outputs.first(where: { $0.artifact.kind == .promotion }) else { continue }
      promotion = try evidence.document(made.artifact.digest)
      return
    }
  }

  private mutating func readNights(_ evidence: any Evidence) throws {
    let events = ledger.events.entries
    disagreement = try events.lazy.compactMap(\.disagreement).first.flatMap { try evidence.document($0) }
    cost = try events.lazy.compactMap(\.cost).first.flatMap { try evidence.document($0) }
  }

  /// Runs that are looked through for what they made of the version.
  private static let lookedAtRuns = 12

  private mutating func readLineage(_ evidence: any Evidence) throws {
    guard let version else { return }
    let label = VersionLabel(project: ledger.project, name: ledger.name, number: version.number)
    let subject = Artifact(
      kind: .model, digest: version.digest, description: version.description, version: label)
    var tracer = LineageTracer(evidence)
    var graph = try tracer.ancestry(of: subject, madeBy: version.run)
    let users = ledger.events.entries.filter { event in
      event.run.logicalTime >= version.created
        && (event.hasScored || event.verdict?.challenger == version.number || event.verdict?.champion == version.number)
    }
    try tracer.addDescendants(by: users.prefix(Self.lookedAtRuns).map(\.run.id), to: &graph)
    graph.olderUseCount += max(0, users.count - Self.lookedAtRuns)
    graph.mayHaveOlderUses = ledger.events.isFull
    lineage = graph
    contract = try tracer.contract(over: graph).flatMap { try evidence.document($0) }
    learntFrom = try graph.nearestDatasets.map { label in
      let described = try evidence.origin(of: label, .dataset)?.description
      let description: DatasetDescription? = try described.flatMap { try evidence.document($0) }
      let column = description?.columns.first { $0.type == "timestamp" && $0.minimum != nil && $0.maximum != nil }
      return LearntData(
        version: label,
        times: column.map { "\($0.name): \($0.minimum ?? "") to \($0.maximum ?? "")" })
    }
  }
}

extension ModelLedger {
  /// The newest moment that it tells of.
  var asOf: Timestamp {
    let moments = [
      events.entries.first?.run.logicalTime, versions.entries.first?.created, moves.entries.first?.at,
    ].compactMap(\.self)
    return moments.max() ?? Timestamp(seconds: 0)
  }
}

extension HTML {
  /// Itself where it is no longer than so many bytes, else what stands in its place.
  func fitting(_ limitBytes: Int, or substitute: HTML) -> HTML { text.utf8.count <= limitBytes ? self : substitute }
}
