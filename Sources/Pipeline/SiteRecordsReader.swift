internal import Disk
internal import Jobs
package import Records
internal import Spool
internal import Store
internal import SystemPackage

/// Reads all that reports are made of.
package struct SiteRecordsReader {
  private let site: Site

  package init(_ site: Site) { self.site = site }

  /// - Parameter now: the moment that the pages stand for.
  package func read(now: Timestamp) throws -> SiteRecords {
    var records = SiteRecords(
      siteName: site.name, now: now, runs: try RunArchive(site.store).records(), models: try entities(.model),
      datasets: try entities(.dataset))
    for run in records.runs {
      for step in run.steps {
        for output in step.outputs { try take(output.artifact, into: &records) }
        if step.outcome == .failed { try takeLog(run.id, step.id, into: &records) }
      }
    }
    for run in records.runs { records.reproductions[run.id] = try RunArchive(site.store).reproduction(of: run.id) }
    for run in records.runs.prefix(SiteRecords.curveRunLimit) {
      for step in run.steps where step.kind == "run" || step.outcome == .failed {
        try takeCurves(run.id, step.id, into: &records)
      }
    }
    for entity in records.models { try entity.versions.forEach { try describe($0, as: .model, &records) } }
    for entity in records.datasets { try entity.versions.forEach { try describe($0, as: .dataset, &records) } }
    records.spool = SiteRecords.SpoolCounts(
      inbox: try site.spool.count(.inbox), active: try site.spool.count(.active),
      rejected: try site.spool.count(.rejected))
    records.lastRunEnded = try Heartbeat.last(of: site)?.ended
    records.expectedSeconds = site.settings.expectSeconds.map { Int($0) }
    return records
  }

  private func entities(_ kind: EntityName.Kind) throws -> [SiteRecords.Entity] {
    let entries = try site.store.audit.entries()
    return try site.store.refs.entities(kind).map { name in
      let moves = entries.compactMap { entry -> SiteRecords.AliasMove? in
        let object = "\(name.project)/\(name.name)@"
        let isRollBack = entry.action == Refs.rollBackAction
        guard isRollBack || entry.action == Refs.moveAction, kind == .model, entry.object.hasPrefix(object),
          let to = entry.to.flatMap({ Int($0.dropFirst()) }), let at = Timestamp(entry.at)
        else { return nil }
        return SiteRecords.AliasMove(
          alias: String(entry.object.dropFirst(object.count)), from: entry.from.flatMap { Int($0.dropFirst()) }, to: to,
          at: at, by: entry.by, why: isRollBack ? "rolled back: \(entry.why)" : entry.why)
      }
      return SiteRecords.Entity(
        project: name.project, name: name.name,
        versions: try site.store.refs.versions(of: name).map { version in
          SiteRecords.Version(
            number: version.number, digest: version.digest, description: version.description,
            created: Timestamp(version.created) ?? Timestamp(seconds: 0), run: version.run, step: version.step)
        }, aliases: try site.store.refs.aliases(of: name).mapValues(\.version), moves: moves)
    }
  }

  private func take(_ artifact: Artifact, into records: inout SiteRecords) throws {
    switch artifact.kind {
    case .metrics: records.metrics[artifact.digest] = try records.metrics[artifact.digest] ?? document(artifact.digest)
    case .verdict:
      records.verdicts[artifact.digest] = try records.verdicts[artifact.digest] ?? document(artifact.digest)
    case .drift: records.drifts[artifact.digest] = try records.drifts[artifact.digest] ?? document(artifact.digest)
    case .contract:
      records.contracts[artifact.digest] = try records.contracts[artifact.digest] ?? document(artifact.digest)
    case .profile:
      guard records.profiles[artifact.digest] == nil, records.profiles.count < SiteRecords.profileLimit else { return }
      records.profiles[artifact.digest] = try document(artifact.digest)
    case .promotion:
      records.promotions[artifact.digest] = try records.promotions[artifact.digest] ?? document(artifact.digest)
    case .retraining:
      records.retrainings[artifact.digest] = try records.retrainings[artifact.digest] ?? document(artifact.digest)
    case .trials: records.trials[artifact.digest] = try records.trials[artifact.digest] ?? document(artifact.digest)
    case .explanation:
      records.explanations[artifact.digest] = try records.explanations[artifact.digest] ?? document(artifact.digest)
    case .disagreement:
      records.disagreements[artifact.digest] = try records.disagreements[artifact.digest] ?? document(artifact.digest)
    case .performance:
      records.performances[artifact.digest] = try records.performances[artifact.digest] ?? document(artifact.digest)
    case .cost: records.costs[artifact.digest] = try records.costs[artifact.digest] ?? document(artifact.digest)
    case .dataset:
      guard let digest = artifact.description, records.datasetDescriptions[digest] == nil else { return }
      records.datasetDescriptions[digest] = try document(digest)
    case .model:
      guard let digest = artifact.description, records.modelDescriptions[digest] == nil else { return }
      records.modelDescriptions[digest] = try document(digest)
    case .files: return
    }
  }

  private func describe(_ version: SiteRecords.Version, as kind: Artifact.Kind, _ records: inout SiteRecords) throws {
    try take(Artifact(kind: kind, digest: version.digest, description: version.description), into: &records)
  }

  /// Nil where a collection took it.
  private func document<Document: Decodable>(_ digest: Digest) throws -> Document? {
    do {
      return try CanonicalJSON.decode(Document.self, from: try site.store.blob(digest))
    } catch StoreError.missingBlob(digest) {
      return nil
    }
  }

  /// The curves of commands, and of whatever failed on its way: those of models are on the models' pages.
  private func takeCurves(_ run: String, _ step: String, into records: inout SiteRecords) throws {
    let path = try RunArchive(site.store).stepFolder(step, of: run).appending(StepCurves.fileName)
    guard let status = try site.disk.statusIfPresent(of: path), status.kind == .regular, status.sizeBytes > 0 else {
      return
    }
    let curves = StepCurves(try site.disk.open(path).read(count: min(status.sizeBytes, StepCurves.limitBytes), at: 0))
    guard !curves.curves.isEmpty || curves.strangeLineCount > 0 else { return }
    records.curves[SiteRecords.LogName(run: run, step: step)] = curves
  }

  /// The last 4 KiB of a failed step's log.
  private func takeLog(_ run: String, _ step: String, into records: inout SiteRecords) throws {
    let path = try RunArchive(site.store).stepFolder(step, of: run).appending("log")
    guard let size = try site.disk.statusIfPresent(of: path)?.sizeBytes, size > 0 else { return }
    let bytes = try site.disk.open(path).read(count: 4096, at: max(0, size - 4096))
    records.logTails[SiteRecords.LogName(run: run, step: step)] = String(decoding: bytes, as: UTF8.self)
  }
}
