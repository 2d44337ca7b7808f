internal import Records
internal import Store

/// All that a dataset's page is made of, read once: the ledger and the documents of its newest version.
struct DatasetDossier {
  let ledger: DatasetLedger
  /// Nil before the first.
  let newest: DatasetVersion?
  let before: DatasetVersion?
  private(set) var description: DatasetDescription?
  private(set) var descriptionBefore: DatasetDescription?
  private(set) var contract: ContractDocument?
  private(set) var profile: ProfileDocument?
  private(set) var lineage: LineageGraph?
  /// The version of the model that made it, where it is of predictions and that is known.
  private(set) var scoredBy: VersionLabel?

  init(_ ledger: DatasetLedger, _ evidence: any Evidence) throws {
    self.ledger = ledger
    newest = ledger.versions.entries.first
    before = ledger.versions.entries.dropFirst().first
    description = try newest?.description.flatMap { try evidence.document($0) }
    descriptionBefore = try before?.description.flatMap { try evidence.document($0) }
    contract = try ledger.contracts.entries.first.flatMap { try evidence.document($0.document) }
    profile = try ledger.profiles.entries.first.flatMap { try evidence.document($0.document) }
    try readLineage(evidence)
  }

  /// The newest moment that the ledger tells of.
  var asOf: Timestamp {
    let moments = [
      newest?.created, ledger.uses.entries.first?.run.time, ledger.contracts.entries.first?.run.time,
      ledger.profiles.entries.map(\.run.time).max(),
    ].compactMap(\.self)
    return moments.max() ?? Timestamp(seconds: 0)
  }

  /// Runs that are looked through for what they made of the version.
  private static let lookedAtRuns = 12

  private mutating func readLineage(_ evidence: any Evidence) throws {
    guard let newest else { return }
    let label = VersionLabel(project: ledger.project, name: ledger.name, number: newest.number)
    let subject = Artifact(kind: .dataset, digest: newest.digest, description: newest.description, version: label)
    var tracer = LineageTracer(evidence)
    var graph = try tracer.ancestry(of: subject, madeBy: newest.run)
    var seen: Set<String> = []
    let runs = ledger.uses.entries.filter { $0.version == newest.number }.map(\.run.run).filter {
      seen.insert($0).inserted
    }
    try tracer.addDescendants(by: Array(runs.prefix(Self.lookedAtRuns)), to: &graph)
    graph.olderUseCount += max(0, runs.count - Self.lookedAtRuns)
    graph.mayHaveOlderUses = ledger.uses.isFull
    lineage = graph
    scoredBy = description?.predictions.flatMap { made in
      graph.boxes.first { $0.artifact.kind == .model && $0.artifact.digest == made.model }?.artifact.version
    }
  }
}
