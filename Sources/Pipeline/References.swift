internal import Jobs
internal import Records
internal import Store
internal import Tables

/// Finds what references mean in the store.
struct References {
  let store: Store
  /// The project of references that name none.
  let project: String

  /// The artifact; nil where an alias or dataset has no version yet.
  func artifact(_ reference: EntityReference, kinds: [Artifact.Kind]) throws -> Artifact? {
    for kind in kinds {
      guard let entityKind = kind.entityKind else { continue }
      let entity = try EntityName(entityKind, project: reference.project ?? project, name: reference.name)
      if let version = try version(reference.selector, of: entity) {
        return Artifact(
          kind: kind, digest: version.digest, description: version.description,
          version: entity.label(version.number))
      }
    }
    return nil
  }

  private func version(_ selector: EntityReference.Selector, of entity: EntityName) throws -> VersionRef? {
    switch selector {
    case .latest: return try store.refs.latest(of: entity)
    case .version(let number): return try store.refs.version(number, of: entity)
    case .date(let date):
      return try store.refs.versions(of: entity).last { $0.created.prefix(10) <= date }
    case .alias(let alias):
      guard let ref = try store.refs.alias(alias, of: entity) else { return nil }
      return try store.refs.version(ref.version, of: entity)
    }
  }

  /// Why the reference means nothing: what there is of that name, or of one like it.
  ///
  /// - Parameter kinds: what may stand there.
  func absence(of reference: EntityReference, kinds: [Artifact.Kind]) throws -> String {
    let project = reference.project ?? self.project
    for kind in kinds.compactMap(\.entityKind) {
      let entity = try EntityName(kind, project: project, name: reference.name)
      guard let latest = try store.refs.latest(of: entity) else { continue }
      return Self.absence(of: reference.selector, in: "the \(kind.noun) “\(reference.name)”", latest.number)
    }
    for kind in EntityName.Kind.allCases {
      let entity = try EntityName(kind, project: project, name: reference.name)
      guard try store.refs.latest(of: entity) != nil else { continue }
      let wanted = kinds.compactMap { $0.entityKind?.noun }.joined(separator: " or ")
      return "“\(reference.name)” is a \(kind.noun), and a \(wanted) is needed"
    }
    let known = try kinds.compactMap(\.entityKind).flatMap { try store.refs.entities($0) }
      .filter { $0.project == project }.map(\.name).sorted()
    return "there is no such version yet"
      + (nearestWord(to: reference.name, among: known).map { "; did you mean “\($0)”?" } ?? "")
  }

  private static func absence(of selector: EntityReference.Selector, in entity: String, _ newest: Int) -> String {
    switch selector {
    case .version(let number): "\(entity) has no version v\(number): its newest is v\(newest)"
    case .date(let date): "\(entity) has no version of \(date) or before"
    case .alias(let alias): "\(entity) has no alias “\(alias)” yet: its newest version is v\(newest)"
    case .latest: "\(entity) has no version"
    }
  }

  /// Throws when the reference names a version that expired.
  func checkExpiry(of reference: EntityReference) throws {
    guard case .version(let number) = reference.selector else { return }
    for kind in EntityName.Kind.allCases {
      let entity = try EntityName(kind, project: reference.project ?? project, name: reference.name)
      try store.refs.checkExpiry(of: number, entity)
    }
  }

  /// How the reference reads, for messages.
  static func text(_ reference: Reference) -> String {
    switch reference {
    case .output(let step, let name): name.isEmpty ? step : "\(step).\(name)"
    case .content(let digest): digest.description
    case .entity(let entity):
      (entity.project.map { $0 + "/" } ?? "") + entity.name + "@"
        + {
          switch entity.selector {
          case .latest: "latest"
          case .version(let number): "v\(number)"
          case .date(let date): date
          case .alias(let alias): alias
          }
        }()
    }
  }
}

extension EntityName {
  /// What records call a version of it.
  func label(_ number: Int) -> VersionLabel { VersionLabel(project: project, name: name, number: number) }
}

extension EntityName.Kind {
  fileprivate var noun: String {
    switch self {
    case .dataset: "dataset"
    case .model: "model"
    }
  }
}

extension Artifact.Kind {
  /// The kind of entity whose versions are such artifacts.
  var entityKind: EntityName.Kind? {
    switch self {
    case .dataset: .dataset
    case .model: .model
    default: nil
    }
  }
}
