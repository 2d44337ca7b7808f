internal import Records
internal import Store

extension Comparison {
  /// Versions of models, of one or of several, at most ``subjectLimit``.
  ///
  /// - Parameter candidates: at least one; deltas are against the one in use, else against the first.
  package init(_ candidates: [ModelCandidate]) {
    let shown = Array(candidates.prefix(Self.subjectLimit))
    leftOutCount = candidates.count - shown.count
    noun = "versions"
    let isOneModel = Set(shown.map { [$0.label.project, $0.label.name] }).count == 1
    subjects = shown.map { candidate in
      Subject(
        name: isOneModel ? "v\(candidate.label.number)" : candidate.label.text,
        page: Paths.model(candidate.label.project, candidate.label.name), time: candidate.created,
        remark: candidate.isChampion ? "champion" : candidate.remark)
    }
    let reference = shown.firstIndex(where: \.isChampion) ?? 0
    self.reference = reference
    parameters =
      Self.parameters("Parameters", shown.map { $0.description?.parameters ?? [:] })
      + Self.facts("Recipe", shown, Self.recipe) + Self.facts("Data", shown, Self.data)
      + Self.features(shown, reference)
    let names = Self.order(Set(shown.flatMap { $0.evaluation.map { Array($0.metrics.keys) } ?? [] }))
    metrics = names.map { name in Self.metric(name, shown, reference) }
  }

  private typealias Fact = (name: String, value: @Sendable (ModelCandidate) -> String?)

  private static let recipe: [Fact] = [
    ("trainer", { $0.description?.trainer ?? $0.trainer }), ("library", { $0.description?.environment }),
    ("task", { $0.description?.task }), ("target", { $0.description?.target }),
    ("seed", { ($0.description?.seed).map(String.init) }),
    ("best round", { $0.description?.bestRound.map(String.init) }),
  ]

  private static let data: [Fact] = [
    ("learnt from", { $0.description?.trainingData?.shortText }),
    ("rows learnt from", { ($0.description?.rowCount).map(Format.grouped) }),
    ("rows without a target", { ($0.description?.droppedRowCount).map(Format.grouped) }),
    ("validated on", { $0.description?.validationData?.shortText }),
    ("judged on", { $0.evaluation.map { $0.dataVersion?.text ?? $0.data.shortText } }),
    ("rows judged on", { ($0.evaluation?.rowCount).map(Format.grouped) }),
  ]

  private static func facts(_ group: String, _ candidates: [ModelCandidate], _ facts: [Fact]) -> [Parameter] {
    facts.map { fact in
      Parameter(
        group: group, name: fact.name,
        values: candidates.map { fact.value($0).map { ProfileText.clipped($0, textLimit) } })
    }.filter { $0.values.contains { $0 != nil } }
  }

  private static let namedFeatures = 12

  /// How many there are, and which came or went against the reference.
  private static func features(_ candidates: [ModelCandidate], _ reference: Int) -> [Parameter] {
    let sets = candidates.map { $0.description.map { Set($0.features.map(\.name)) } }
    guard sets.contains(where: { $0 != nil }) else { return [] }
    func names(_ set: Set<String>?, less other: Set<String>?) -> String? {
      guard let set, let other else { return nil }
      let names = set.subtracting(other).sorted()
      guard !names.isEmpty else { return nil }
      let more = names.count > namedFeatures ? " and \(names.count - namedFeatures) more" : ""
      return names.prefix(namedFeatures).map { ProfileText.clipped($0, 40) }.joined(separator: ", ") + more
    }
    let base = sets[reference]
    return [
      Parameter(group: "Features", name: "features", values: sets.map { $0.map { Format.grouped($0.count) } }),
      Parameter(group: "Features", name: "added", values: sets.map { names($0, less: base) }),
      Parameter(group: "Features", name: "removed", values: sets.map { names(base, less: $0) }),
    ].filter { $0.values.contains { $0 != nil } }
  }

  private static func metric(_ name: String, _ candidates: [ModelCandidate], _ reference: Int) -> Metric {
    let plain = candidates.map { candidate -> Cell? in
      guard let evaluation = candidate.evaluation, let value = evaluation.metrics[name] else { return nil }
      let interval = evaluation.intervals?[name]
      return Cell(
        value: value, low: interval?.low, high: interval?.high, data: evaluation.data, rowCount: evaluation.rowCount)
    }
    let cells = zip(plain, candidates).enumerated().map { index, pair -> Cell? in
      guard var cell = pair.0, index != reference else { return pair.0 }
      cell.delta = judged(name, pair.1, candidates[reference]) ?? plain[reference].map { Delta(cell, against: $0) }
      return cell
    }
    return Metric(name: name, step: nil, cells: cells)
  }

  /// By a verdict over both on the same rows: by its paired test, else its numbers alone, where the intervals of both are
  /// not of the same data.
  private static func judged(_ name: String, _ candidate: ModelCandidate, _ reference: ModelCandidate) -> Delta? {
    for verdict in candidate.verdicts + reference.verdicts {
      let isTurned = verdict.championVersion == candidate.label
      guard isTurned || verdict.challengerVersion == candidate.label,
        (isTurned ? verdict.challengerVersion : verdict.championVersion) == reference.label
      else { continue }
      if let test = verdict.findings.lazy.flatMap({ $0.tests ?? [] }).first(where: { $0.subject == name }) {
        return Delta(test, isTurned: isTurned)
      }
      guard candidate.evaluation?.data != reference.evaluation?.data, let new = verdict.challengerMetrics[name],
        let old = verdict.championMetrics[name]
      else { continue }
      return Delta(difference: isTurned ? old - new : new - old, basis: .sameData)
    }
    return nil
  }
}
