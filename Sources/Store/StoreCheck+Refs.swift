internal import Disk
internal import SystemPackage

extension StoreCheck {
  /// What content lacks of all that it needs.
  struct Harm {
    /// Problems that say why something cannot be read.
    var problems: Set<Int> = []
    /// What no pack holds, and none that is known to be gone held.
    var missing: Set<Digest> = []
  }

  /// Every version of every ref must reach only content that is there and whole.
  mutating func checkRefs() throws(StoreError) {
    for kind in EntityName.Kind.allCases {
      for entity in try store.refs.entities(kind) {
        let versions = try checkVersions(of: entity)
        try checkAliases(of: entity, versions)
        for path in try store.refs.strays(of: entity) { noteStray(path, "ref") }
      }
    }
  }

  private mutating func checkVersions(of entity: EntityName) throws(StoreError) -> [VersionRef] {
    var versions: [VersionRef] = []
    for number in try store.refs.numbers(of: entity) {
      do {
        guard let version = try store.refs.version(number, of: entity), version.number == number else { continue }
        versions.append(version)
        report.versionCount += 1
        checkVersion(version, "\(entity.label)@v\(number)")
      } catch .damagedRecord(let path, let reason) {
        note("\(StoreError.damagedRecord(path, reason: reason))", victims: ["\(entity.label)@v\(number)"])
      }
    }
    return versions
  }

  private mutating func checkVersion(_ version: VersionRef, _ label: String) {
    var harm = harm(of: version.digest, isVersion: true)
    if let description = version.description { add(description, to: &harm) }
    for problem in harm.problems.sorted() { report.problems[problem].victims.append(label) }
    missing.formUnion(harm.missing)
    guard let first = harm.missing.min() else { return }
    let others = harm.missing.count == 1 ? "" : " and \(harm.missing.count - 1) more"
    note("\(label) needs content that no pack holds: \(first)\(others)", victims: [label])
  }

  private mutating func checkAliases(of entity: EntityName, _ versions: [VersionRef]) throws(StoreError) {
    for alias in try store.refs.aliasNames(of: entity) {
      let label = "\(entity.label)@\(alias)"
      do {
        guard let ref = try store.refs.alias(alias, of: entity) else { continue }
        guard let version = versions.first(where: { $0.number == ref.version }) else {
          note("\(label) points at v\(ref.version), which is not there: move it to a version that is", victims: [label])
          continue
        }
        if version.digest != ref.digest {
          note("\(label) names other content than v\(ref.version), which it points at: move it again")
        }
        for problem in harm(of: ref.digest, isVersion: true).problems.sorted() {
          report.problems[problem].victims.append(label)
        }
      } catch .damagedRecord(let path, let reason) {
        note("\(StoreError.damagedRecord(path, reason: reason))", victims: [label])
      }
    }
  }

  // MARK: Harm

  /// The harm to a blob and, where it is a manifest, to all that it lists.
  ///
  /// - Parameter isVersion: it must be a manifest; otherwise it may be any blob.
  mutating func harm(of digest: Digest, isVersion: Bool) -> Harm {
    if let known = harms[digest] { return known }
    var harm = Harm()
    add(digest, to: &harm)
    if harm.problems.isEmpty, harm.missing.isEmpty {
      do {
        for file in try store.manifest(digest).files {
          for chunk in file.chunks { add(chunk.digest, to: &harm) }
        }
      } catch {
        if isVersion {
          let problem = note("\(error)")
          damaged[digest] = problem
          harm.problems.insert(problem)
        }
      }
    }
    harms[digest] = harm
    return harm
  }

  private mutating func add(_ digest: Digest, to harm: inout Harm) {
    if let problem = damaged[digest] {
      harm.problems.insert(problem)
    } else if !present.contains(digest) {
      if let pack = gone[digest] {
        missing.insert(digest)
        harm.problems.insert(problem(ofGonePack: pack))
      } else {
        harm.missing.insert(digest)
      }
    }
  }
}

extension EntityName {
  /// As people name it, with its kind: `model flights/flights-delay`.
  var label: String { "\(kind.rawValue) \(project)/\(name)" }
}
