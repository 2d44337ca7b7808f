internal import Jobs
internal import Records
internal import Store

/// What the rules keep of an inventory: a pure function of the two.
struct RetentionPlan {
  struct Expiry {
    var entity: EntityName
    var version: VersionRef
    var why: String
  }

  /// The versions that are kept no longer.
  private(set) var expiries: [Expiry] = []
  /// What the versions that aliases and pins name were made from: it stays with them.
  private(set) var lineage: Set<Artifact> = []
  /// The ended runs whose unpublished artifacts are kept no longer.
  private(set) var forgottenRuns: Set<String> = []

  private let inventory: SiteInventory

  /// - Parameter project: of pinned references that name none.
  init(_ inventory: SiteInventory, _ rules: RetentionRules, project: String) {
    self.inventory = inventory
    let anchors = Set(inventory.entities.flatMap { Self.anchors(of: $0, rules, project) })
    lineage = Ancestry(inventory.steps).ancestors(of: anchors)
    let held = anchors + lineage.map(\.digest) + inventory.activeSteps.flatMap(\.artifacts).map(\.digest)
    let heldDigests = Set(held)
    for entity in inventory.entities { expire(entity, rules, held: heldDigests) }
    forget(rules)
  }

  /// The content whose lineage is kept: what aliases point at, though its version were lost, and pinned versions.
  private static func anchors(
    of entity: SiteInventory.Entity, _ rules: RetentionRules, _ project: String
  ) -> [Digest] {
    var numbers = entity.aliases.values.map(\.version)
    for pin in rules.pinned where pin.name == entity.name.name && (pin.project ?? project) == entity.name.project {
      switch pin.selector {
      case .latest: numbers += entity.versions.suffix(1).map(\.number)
      case .version(let number): numbers.append(number)
      case .date(let date): numbers += entity.versions.last { $0.created.prefix(10) <= date }.map { [$0.number] } ?? []
      case .alias: break
      }
    }
    return entity.aliases.values.map(\.digest)
      + entity.versions.filter { numbers.contains($0.number) }.map(\.digest)
  }

  private mutating func expire(_ entity: SiteInventory.Entity, _ rules: RetentionRules, held: Set<Digest>) {
    let (name, subject) = (entity.name, RetentionRules.Subject(entity.name.kind))
    guard let rule = rules.rule(subject, project: name.project, name: name.name) else { return }
    let items = entity.versions.map { Retention.Item(id: $0.number, time: Timestamp($0.created)) }
    var kept = Retention.kept(items, by: rule.counts)
    // The newest one's number must not be used again; the one that an alias came from is where a rollback goes.
    kept.formUnion(entity.versions.suffix(1).map(\.number))
    kept.formUnion(entity.aliases.values.compactMap(\.from))
    for version in entity.versions where !kept.contains(version.number) && !held.contains(version.digest) {
      expiries.append(Expiry(entity: name, version: version, why: rule.text))
    }
  }

  private mutating func forget(_ rules: RetentionRules) {
    for (job, runs) in Dictionary(grouping: inventory.runs, by: { JobName(project: $0.project, name: $0.job) }) {
      guard let rule = rules.rule(.runs, project: job.project, name: job.name) else { continue }
      let kept = Retention.kept(
        runs.reversed().map { Retention.Item(id: $0.id, time: $0.logicalTime) }, by: rule.counts)
      forgottenRuns.formUnion(runs.map(\.id).filter { !kept.contains($0) })
    }
  }

  private struct JobName: Hashable {
    var project: String
    var name: String
  }

  // MARK: What stays

  /// All that stays when the plan is carried out. The documents of every run stay, its spec among them: they are small,
  /// and the reports tell the history of the site from them.
  func roots() -> [Root] { roots(without: expiries) }

  /// All that stays when of the versions just these go.
  func roots(without expiries: [Expiry]) -> [Root] {
    let published = inventory.published
    var roots = lineage.flatMap { $0.roots(.ifPresent) }
    roots += inventory.activeSteps.flatMap(\.artifacts).flatMap { $0.roots(.ifPresent) }
    for entity in inventory.entities {
      let expired = Set(expiries.filter { $0.entity == entity.name }.map(\.version.number))
      roots += entity.versions.filter { !expired.contains($0.number) }.flatMap { $0.roots(.required) }
      roots += entity.aliases.values.map { Root($0.digest, .manifest, .required) }
    }
    for run in inventory.runs {
      roots.append(Root(run.spec, .blob, .ifPresent))
      for artifact in run.steps.flatMap(\.artifacts) {
        let isKept = !forgottenRuns.contains(run.id) && !published.contains(artifact.digest)
        roots += artifact.roots(.ifPresent).filter { isKept || $0.kind == .blob }
      }
    }
    return roots
  }

  /// What the runs that are forgotten made and did not publish, or read from elsewhere.
  func forgottenRoots() -> [Root] {
    let published = inventory.published
    return inventory.runs.filter { forgottenRuns.contains($0.id) }.flatMap(\.steps).flatMap(\.artifacts)
      .filter { !published.contains($0.digest) }.flatMap { $0.roots(.ifPresent) }
  }
}

extension VersionRef {
  /// The content and its description.
  func roots(_ need: Root.Need) -> [Root] {
    [Root(digest, .manifest, need)] + (description.map { [Root($0, .blob, need)] } ?? [])
  }
}

extension RetentionRules.Subject {
  fileprivate init(_ kind: EntityName.Kind) {
    switch kind {
    case .dataset: self = .datasets
    case .model: self = .models
    }
  }
}
