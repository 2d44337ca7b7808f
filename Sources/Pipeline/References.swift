internal import Jobs
internal import Records
internal import Store

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
          version: VersionLabel(project: entity.project, name: entity.name, number: version.number))
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
