internal import Records
internal import Store

/// All that a site's refs and records name, read once.
struct SiteInventory {
  struct Entity {
    var name: EntityName
    /// Oldest first.
    var versions: [VersionRef]
    var aliases: [String: AliasRef]
  }

  var entities: [Entity] = []
  /// Runs that have ended, latest logical time first.
  var runs: [RunRecord] = []
  /// The steps done of runs that have not.
  var activeSteps: [StepRecord] = []

  init() {}

  init(_ store: Store) throws {
    let archive = RunArchive(store)
    for run in try archive.names() {
      // A run that ends between the two looks has its steps either way.
      if let record = try archive.record(of: run) {
        runs.append(record)
      } else {
        activeSteps += try archive.steps(of: run)
      }
    }
    for kind in EntityName.Kind.allCases {
      for name in try store.refs.entities(kind) {
        entities.append(
          Entity(name: name, versions: try store.refs.versions(of: name), aliases: try store.refs.aliases(of: name)))
      }
    }
  }

  /// Of all runs, earlier runs first.
  var steps: [StepRecord] { runs.reversed().flatMap(\.steps) + activeSteps }

  /// All that was published: whether it stays is a matter of its versions, not of the runs that made or read it.
  var published: Set<Digest> {
    let recorded = steps.flatMap(\.artifacts).filter { $0.version != nil }.map(\.digest)
    return Set(recorded).union(entities.flatMap(\.versions).map(\.digest))
  }
}

extension StepRecord {
  /// What it read and what it made.
  var artifacts: [Artifact] { inputs.compactMap(\.artifact) + outputs.map(\.artifact) }
}

extension Artifact {
  /// The content and its description.
  func roots(_ need: Root.Need) -> [Root] {
    [Root(digest, kind.isManifest ? .manifest : .blob, need)] + (description.map { [Root($0, .blob, need)] } ?? [])
  }
}
