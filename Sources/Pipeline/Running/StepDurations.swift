internal import Disk
internal import Jobs
internal import Records
internal import Store
internal import SystemPackage

/// What the steps of a job took when they were last performed, for those who watch. Derived: it can be deleted, and
/// where it cannot be read or written nothing else suffers.
struct StepDurations {
  /// Shorter steps are over before anybody asks.
  private static let leastSeconds = 1.0

  private let facts: RunFacts
  private let known: [String: Double]

  init(_ facts: RunFacts) {
    self.facts = facts
    let bytes = try? facts.site.disk.readIfPresent(Self.path(facts), limitBytes: 1 << 20)
    known = bytes.flatMap { $0 }.flatMap { try? CanonicalJSON.decode([String: Double].self, from: $0) } ?? [:]
  }

  var outlines: [Runner.StepOutline] {
    facts.job.steps.map {
      Runner.StepOutline(id: $0.id, kind: $0.action.kind, expectedSeconds: known[$0.id])
    }
  }

  func remember(_ records: [StepRecord]) {
    let measured = records.filter { $0.outcome == .ran && $0.wallSeconds >= Self.leastSeconds }
    guard !measured.isEmpty else { return }
    let ids = Set(records.map(\.id))
    var durations = known.filter { ids.contains($0.key) }
    for record in measured { durations[record.id] = record.wallSeconds }
    guard let bytes = try? CanonicalJSON.encode(durations) else { return }
    let path = Self.path(facts)
    try? facts.site.disk.makeDirectory(path.removingLastComponent())
    try? facts.site.disk.replace(path, with: bytes, durability: .cached)
  }

  /// No name holds a `+`: two jobs never share a file.
  private static func path(_ facts: RunFacts) -> FilePath {
    facts.store.root.appending("index").appending("durations")
      .appending("\(facts.job.project)+\(facts.job.name).json")
  }
}
