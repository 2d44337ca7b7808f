package import Records
package import Store

/// A version of a model with what is known of how it was made and judged: a column of a ``Comparison``.
package struct ModelCandidate: Sendable {
  package var label: VersionLabel
  package var created: Timestamp
  package var isChampion: Bool
  /// In a few words: `refused`.
  package var remark: String?
  package var trainer: String?
  package var description: ModelDescription?
  /// Its evaluation; nil where nobody judged it.
  package var evaluation: Evaluation?
  /// The verdicts in which it was challenger or champion.
  package var verdicts: [VerdictDocument] = []

  package init(label: VersionLabel, created: Timestamp, isChampion: Bool) {
    self.label = label
    self.created = created
    self.isChampion = isChampion
  }

  /// The part of a ``MetricsDocument`` that is compared: slices and curves are not read.
  package struct Evaluation: Codable, Hashable, Sendable {
    package var data: Digest
    package var dataVersion: VersionLabel?
    package var rowCount: Int
    package var metrics: [String: Double]
    package var intervals: [String: MetricsDocument.Interval]?
  }
}

extension ModelCandidate {
  /// A version as its origin tells of it, and the run that made it: of its evaluations the last, and the verdicts on it.
  init(_ label: VersionLabel, _ evidence: any Evidence) throws {
    let origin = try evidence.origin(of: label, .model)
    let run = try origin?.run.flatMap { try evidence.record(of: $0) }
    self.init(label: label, created: run?.logicalTime ?? Timestamp(seconds: 0), isChampion: false)
    description = try origin?.description.flatMap { try evidence.document($0) }
    for artifact in run?.steps.flatMap(\.outputs).map(\.artifact) ?? [] {
      if artifact.kind == .metrics, let document: MetricsDocument = try evidence.document(artifact.digest),
        document.model == origin?.digest
      {
        evaluation = Evaluation(
          data: document.data, dataVersion: document.dataVersion, rowCount: document.rowCount,
          metrics: document.metrics, intervals: document.intervals)
      }
      if artifact.kind == .verdict, let document: VerdictDocument = try evidence.document(artifact.digest),
        document.challengerVersion == label
      {
        verdicts.append(document)
      }
    }
  }

  /// The version in use, then the newest others, newest first.
  static func newest(of ledger: ModelLedger, _ evidence: any Evidence) throws -> [ModelCandidate] {
    let champion = ledger.aliases["champion"]
    let own = champion.flatMap { ledger.version($0) }
    let others = ledger.versions.entries.lazy.filter { $0.number != champion }
    let versions = [own].compactMap(\.self) + others.prefix(Comparison.subjectLimit - (own == nil ? 0 : 1))
    return try versions.map { version in
      let label = VersionLabel(project: ledger.project, name: ledger.name, number: version.number)
      var candidate = ModelCandidate(label: label, created: version.created, isChampion: version.number == champion)
      candidate.trainer = version.trainer
      candidate.remark = ledger.decision(on: version.number)
      candidate.description = try version.description.flatMap { try evidence.document($0) }
      let judgement = ledger.evaluation(of: version.number)
      candidate.evaluation = try judgement.flatMap { try evidence.document($0.document) }
      candidate.verdicts = try ledger.verdicts(between: version.number, and: champion).compactMap {
        try evidence.document($0.document)
      }
      return candidate
    }
  }
}

extension ModelLedger {
  /// The evaluation that a version is known by: the newest one, of several in a run the one on which its verdict was made.
  func evaluation(of version: Int) -> ModelEvent.Judgement? {
    for event in events.entries {
      let own = event.evaluations.filter { $0.version == version }
      guard let last = own.last else { continue }
      return own.last { $0.data == event.verdict?.data } ?? last
    }
    return nil
  }

  /// `refused`, `on hold`; nil for a version that passed, or was never judged.
  fileprivate func decision(on version: Int) -> String? {
    let verdict = events.entries.lazy.compactMap(\.verdict).first { $0.challenger == version && !$0.isOld }
    switch verdict.map({ $0.promotion ?? $0.decision }) {
    case .reject: return "refused"
    case .hold: return "on hold"
    case .promote, nil: return nil
    }
  }

  /// Newest first, one a document.
  fileprivate func verdicts(between version: Int, and other: Int?) -> [ModelEvent.Verdict] {
    guard let other, other != version else { return [] }
    var seen: Set<Digest> = []
    return events.entries.compactMap(\.verdict).filter { verdict in
      Set([verdict.challenger, verdict.champion]) == [version, other] && seen.insert(verdict.document).inserted
    }
  }
}
