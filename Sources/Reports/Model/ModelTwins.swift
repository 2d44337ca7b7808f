internal import Records
internal import Store

/// `models/PROJECT/NAME.json`: what the card tells, without the documents, which are named by their digests.
struct ModelPageTwin: Encodable, Sendable {
  struct Health: Encodable {
    var lastNight: Timestamp?
    var outcome: String?
    var isDrifted: Bool?
    var driftedColumns: [String]?
    var metric: String?
    var live: Double?
  }

  struct Evidence: Encodable {
    var kind: String
    var state: ModelEvidence.State
    var words: String
  }

  struct NightLine: Encodable {
    var time: Timestamp
    var outcome: String
    var runs: [String]
    var live: [String: Double]?
    var challenger: [String: Double]?
    var champion: [String: Double]?
    var driftedColumns: [String]?
  }

  /// Of the version's evaluation.
  struct Judgement: Encodable {
    var document: Digest
    var data: Digest
    var rowCount: Int
    var metrics: [String: Double]
    var intervals: [String: MetricsDocument.Interval]?
  }

  var format = "nightshift-model-page 1"
  var project: String
  var name: String
  var asOf: Timestamp
  /// The version that the card is about.
  var version: Int?
  var isInUse: Bool
  var inUseSince: Timestamp?
  var aliases: [String: Int]
  var health: Health
  var evidence: [Evidence]
  var card: ModelCard?
  var description: Digest?
  var judgement: Judgement?
  var explanation: Digest?
  var verdict: Digest?
  var lineage: LineageTwin?
  /// Newest first, as the lists below.
  var versions: [ModelVersion]
  var moves: [AliasMove]
  var nights: [NightLine]
  /// Whether there may be older ones.
  var isCut: Bool

  private static let nightLimit = 200
  private static let moveLimit = 200
  private static let versionLimit = 400
  private static let textLimit = 300
  private static let nameLimit = 10

  init(_ dossier: ModelDossier, _ found: ModelEvidence) {
    let ledger = dossier.ledger
    (project, name, asOf) = (ledger.project, ledger.name, dossier.asOf)
    version = dossier.version?.number
    isInUse = dossier.isInUse
    inUseSince = dossier.move?.at
    aliases = ledger.aliases
    health = Self.health(dossier)
    evidence = found.items.map {
      Evidence(kind: $0.title, state: $0.state, words: ProfileText.clipped($0.words, Self.textLimit))
    }
    card = dossier.card?.clipped
    description = dossier.version?.description
    judgement = dossier.judgement.map {
      Judgement(
        document: $0.document, data: $0.data, rowCount: $0.rowCount, metrics: $0.metrics.bounded,
        intervals: dossier.metrics?.intervals?.bounded)
    }
    explanation = dossier.explanationDigest
    verdict = dossier.verdictNight?.verdict?.document
    lineage = dossier.lineage.map { LineageTwin($0) }
    versions = ledger.versions.entries.prefix(Self.versionLimit).map(\.clipped)
    moves = ledger.moves.entries.prefix(Self.moveLimit).map { move in
      var move = move
      move.why = ProfileText.clipped(move.why, Self.textLimit)
      move.by = ProfileText.clipped(move.by, 80)
      return move
    }
    nights = dossier.nights.prefix(Self.nightLimit).map(Self.night)
    isCut =
      ledger.versions.isFull || ledger.moves.entries.count > Self.moveLimit || dossier.nights.count > Self.nightLimit
  }

  private static func health(_ dossier: ModelDossier) -> Health {
    let drift = dossier.nights.lazy.compactMap(\.drift).first
    let metric = MainMetric.name(dossier.nights)
    return Health(
      lastNight: dossier.nights.first?.time, outcome: dossier.nights.first?.outcome, isDrifted: drift?.isDrifted,
      driftedColumns: drift.map { names($0) }, metric: metric,
      live: metric.flatMap { name in dossier.nights.lazy.compactMap { $0.liveMetrics?[name] }.first })
  }

  private static func names(_ drift: ModelEvent.Drift) -> [String] {
    drift.driftedNames.prefix(nameLimit).map { ProfileText.clipped($0, 60) }
  }

  private static func night(_ night: Night) -> NightLine {
    let judged = night.verdict.flatMap { $0.isOld ? nil : $0 }
    return NightLine(
      time: night.time, outcome: night.outcome, runs: night.runs.map(\.id), live: night.liveMetrics?.main,
      challenger: judged?.challengerMetrics.main, champion: judged?.championMetrics.main,
      driftedColumns: night.drift.map { names($0) })
  }
}

/// Boxes of a ``LineageGraph``, each with the indices of those that it was made of.
struct LineageTwin: Encodable {
  struct Box: Encodable {
    var kind: Artifact.Kind
    var digest: Digest
    var version: VersionLabel?
    var reference: String?
    var run: String?
    var step: String?
    var madeOf: [Int]
  }

  /// The subject first.
  var boxes: [Box]
  /// Artifacts whose own origin had no room.
  var cutCount: Int

  init(_ graph: LineageGraph) {
    cutCount = graph.cutCount
    boxes = graph.boxes.enumerated().map { index, box in
      Box(
        kind: box.artifact.kind, digest: box.artifact.digest, version: box.artifact.version,
        reference: box.reference.isEmpty ? nil : ProfileText.clipped(box.reference, 200), run: box.maker?.run,
        step: box.maker?.step, madeOf: graph.sources(of: index))
    }
  }
}

extension ModelCard {
  fileprivate var clipped: ModelCard {
    func text(_ text: String?) -> String? { text.map { ProfileText.clipped($0, 4000) } }
    return ModelCard(
      owner: text(owner), intendedUse: text(intendedUse), outOfScope: text(outOfScope), limits: text(limits),
      risks: text(risks), contact: text(contact))
  }
}

extension ModelVersion {
  fileprivate var clipped: ModelVersion {
    var version = self
    version.expired = expired.map { ProfileText.clipped($0, 120) }
    version.trainer = trainer.map { ProfileText.clipped($0, 80) }
    return version
  }
}

extension [String: Double] {
  /// The metrics that stand for a model, and no others.
  fileprivate var main: [String: Double] {
    let names = Set(["auc", "macro_auc", "f1", "macro_f1", "accuracy", "r2", "rmse", "mae", "log_loss"])
    return filter { names.contains($0.key) }
  }
}

extension [String: Double] {
  fileprivate var bounded: [String: Double] {
    Dictionary(uniqueKeysWithValues: sorted { $0.key < $1.key }.prefix(100).map { ($0.key, $0.value) })
  }
}

extension [String: MetricsDocument.Interval] {
  fileprivate var bounded: [String: MetricsDocument.Interval] {
    Dictionary(uniqueKeysWithValues: sorted { $0.key < $1.key }.prefix(100).map { ($0.key, $0.value) })
  }
}
