package import Records
package import Store

/// The documents that the steps of one run gave, and what its steps told: read once, for its page and for the ledgers.
package struct RunDocuments: Sendable {
  package private(set) var metrics: [Digest: MetricsDocument] = [:]
  package private(set) var verdicts: [Digest: VerdictDocument] = [:]
  package private(set) var drifts: [Digest: DriftDocument] = [:]
  package private(set) var contracts: [Digest: ContractDocument] = [:]
  package private(set) var profiles: [Digest: ProfileDocument] = [:]
  package private(set) var promotions: [Digest: PromotionDocument] = [:]
  package private(set) var retrainings: [Digest: RetrainingDocument] = [:]
  package private(set) var trials: [Digest: TrialsDocument] = [:]
  package private(set) var explanations: [Digest: ExplanationDocument] = [:]
  package private(set) var disagreements: [Digest: DisagreementDocument] = [:]
  package private(set) var performances: [Digest: PerformanceDocument] = [:]
  package private(set) var costs: [Digest: CostDocument] = [:]
  /// The bytes of each, as the store has them.
  package private(set) var bytes: [Digest: [UInt8]] = [:]
  /// By step.
  package private(set) var curves: [String: StepCurves] = [:]
  /// By step: the last lines of the logs of those that failed.
  package private(set) var logTails: [String: String] = [:]
  package private(set) var reproduction: ReproductionDocument?
  /// The versions that its steps published.
  private(set) var published: [PublishedVersion] = []

  /// Reads what the store still holds; what a collection took is left out.
  package init(of run: RunRecord, _ evidence: any Evidence) throws {
    for step in run.steps {
      for output in step.outputs where bytes[output.artifact.digest] == nil { try take(output.artifact, evidence) }
      if step.outcome == .ran {
        published += try step.outputs.compactMap { try PublishedVersion($0, step.id, evidence) }
      }
      if step.outcome == .failed { logTails[step.id] = try evidence.logTail(of: step.id, in: run.id) }
      // The curves of models are in their descriptions.
      if step.kind == "run" || step.outcome == .failed {
        curves[step.id] = try evidence.curves(of: step.id, in: run.id)
      }
    }
    reproduction = try evidence.reproduction(of: run.id)
  }

  private mutating func take(_ artifact: Artifact, _ evidence: any Evidence) throws {
    guard ![.dataset, .model, .files].contains(artifact.kind), let bytes = try evidence.blob(artifact.digest) else {
      return
    }
    let digest = artifact.digest
    self.bytes[digest] = bytes
    switch artifact.kind {
    case .metrics: metrics[digest] = try CanonicalJSON.decode(MetricsDocument.self, from: bytes)
    case .verdict: verdicts[digest] = try CanonicalJSON.decode(VerdictDocument.self, from: bytes)
    case .drift: drifts[digest] = try CanonicalJSON.decode(DriftDocument.self, from: bytes)
    case .contract: contracts[digest] = try CanonicalJSON.decode(ContractDocument.self, from: bytes)
    case .profile: profiles[digest] = try CanonicalJSON.decode(ProfileDocument.self, from: bytes)
    case .promotion: promotions[digest] = try CanonicalJSON.decode(PromotionDocument.self, from: bytes)
    case .retraining: retrainings[digest] = try CanonicalJSON.decode(RetrainingDocument.self, from: bytes)
    case .trials: trials[digest] = try CanonicalJSON.decode(TrialsDocument.self, from: bytes)
    case .explanation: explanations[digest] = try CanonicalJSON.decode(ExplanationDocument.self, from: bytes)
    case .disagreement: disagreements[digest] = try CanonicalJSON.decode(DisagreementDocument.self, from: bytes)
    case .performance: performances[digest] = try CanonicalJSON.decode(PerformanceDocument.self, from: bytes)
    case .cost: costs[digest] = try CanonicalJSON.decode(CostDocument.self, from: bytes)
    case .dataset, .model, .files: break
    }
  }

  /// What a step of the run did by a verdict; nil where none took it.
  func promotion(of verdict: Digest, in run: RunRecord) -> PromotionDocument? {
    run.steps.lazy.filter { $0.inputs.contains { $0.artifact?.digest == verdict } }.flatMap(\.outputs)
      .compactMap { promotions[$0.artifact.digest] }.first
  }
}

/// A version, and what its line in lists tells of it.
struct PublishedVersion: Sendable {
  var kind: Artifact.Kind
  var label: VersionLabel
  var digest: Digest
  var description: Digest?
  var run: String?
  var step: String?
  var facts: Facts

  /// What lists tell of a ``DatasetDescription`` or a ``ModelDescription``.
  struct Facts: Decodable, Sendable {
    struct Column: Decodable, Sendable {}

    var rowCount: Int?
    var totalBytes: Int?
    var columns: [Column]?
    var trainer: String?
    var bestRound: Int?
  }

  /// Nil for an output that is no version.
  init?(_ output: StepRecord.Output, _ step: String, _ evidence: any Evidence) throws {
    guard let label = output.artifact.version else { return nil }
    kind = output.artifact.kind
    self.label = label
    digest = output.artifact.digest
    description = output.artifact.description
    self.step = step
    facts = try description.flatMap { try evidence.document($0) } ?? Facts()
  }

  init(_ kind: Artifact.Kind, _ label: VersionLabel, _ origin: VersionOrigin, _ evidence: any Evidence) throws {
    self.kind = kind
    self.label = label
    (digest, description, run, step) = (origin.digest, origin.description, origin.run, origin.step)
    facts = try description.flatMap { try evidence.document($0) } ?? Facts()
  }
}
