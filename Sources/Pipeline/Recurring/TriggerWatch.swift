internal import Disk
internal import Jobs
internal import Records
internal import Store

/// Looks for what triggers jobs beside the clock: new versions of datasets, and drift.
///
/// A job is never triggered by what it led to itself: by a run of its own, or one that such a run asked for.
struct TriggerWatch {
  /// The newest runs among which a monitor is looked for.
  private static let runLimit = 500
  /// Most runs that one led to another after another.
  private static let chainLimit = 100

  private let store: Store
  /// What monitors saw, by run: those that have ended never change.
  private var sights: [String: [Sight]] = [:]

  /// The newest runs, as one look finds them.
  private var newest: [String]?

  /// Begins another look.
  mutating func beginLook() { newest = nil }

  private struct Sight {
    var model: Triggers.Subject
    var isDrifted: Bool
  }

  init(_ store: Store) { self.store = store }

  /// The number of the last version; 0 before the first.
  func latest(of dataset: Triggers.Subject) throws -> Int {
    try store.refs.latest(of: try EntityName(.dataset, project: dataset.project, name: dataset.name))?.number ?? 0
  }

  /// The version after `number` that is to trigger `job`, and up to which number all were looked at. Those of runs that
  /// go on are looked at when they have ended.
  func news(of dataset: Triggers.Subject, since number: Int, for job: Job) throws -> (seen: Int, cause: VersionRef?) {
    let entity = try EntityName(.dataset, project: dataset.project, name: dataset.name)
    let latest = try latest(of: dataset)
    var cause: VersionRef?
    guard latest > number else { return (number, nil) }
    for next in number + 1...latest {
      guard let version = try store.refs.version(next, of: entity) else { continue }
      switch try version.run.map({ try relation(of: $0, to: job) }) ?? .foreign {
      case .unfinished: return (next - 1, cause)
      case .foreign: cause = version
      case .own: continue
      }
    }
    return (latest, cause)
  }

  /// The run whose monitor of `model`, the newest one, saw drift; nil when it saw none, or `job` led to it.
  mutating func drift(of model: Triggers.Subject, for job: Job) throws -> String? {
    let archive = RunArchive(store)
    let names = try newest ?? archive.names(limit: Self.runLimit)
    newest = names
    for run in names {
      guard let sight = try look(run, archive).last(where: { $0.model == model }) else { continue }
      return try sight.isDrifted && relation(of: run, to: job) == .foreign ? run : nil
    }
    return nil
  }

  private mutating func look(_ run: String, _ archive: RunArchive) throws -> [Sight] {
    if let known = sights[run] { return known }
    guard let record = try archive.record(of: run) else { return [] }
    var found: [Sight] = []
    for step in record.steps where step.kind == "monitor" {
      guard let artifact = step.output(""), artifact.kind == .drift, let document = try drift(artifact.digest),
        let label = document.modelVersion
      else { continue }
      found.append(
        Sight(model: Triggers.Subject(project: label.project, name: label.name), isDrifted: document.isDrifted))
    }
    sights[run] = found
    return found
  }

  /// Nil where a collection took it.
  private func drift(_ digest: Digest) throws -> DriftDocument? {
    do { return try CanonicalJSON.decode(DriftDocument.self, from: try store.blob(digest)) } catch StoreError
      .missingBlob
    {
      return nil
    }
  }

  private enum Relation { case own, foreign, unfinished }

  private func relation(of run: String, to job: Job) throws -> Relation {
    let archive = RunArchive(store)
    var next: String? = run
    for _ in 0..<Self.chainLimit {
      guard let run = next else { return .foreign }
      guard let record = try archive.record(of: run) else {
        return store.disk.exists(try archive.folder(of: run)) ? .unfinished : .foreign
      }
      if record.job == job.name, record.project == job.project { return .own }
      next = record.requestedBy
    }
    return .own
  }
}
