internal import Disk
internal import SystemPackage

extension StoreCheck {
  /// What content lacks of all that it needs.
  struct Harm {
    /// Problems that say why something cannot be read.
    var problems: Set<Int> = []
    /// What no pack holds, and none that is known to be gone held.
    var missing: Set<Digest> = []
    /// What a pack held that is gone, and those packs.
    var lost: Set<Digest> = []
    var gonePacks: Set<String> = []
    /// Why it is no manifest, though it should be one.
    var reason: String?

    var isNone: Bool { problems.isEmpty && missing.isEmpty && lost.isEmpty && reason == nil }
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
        guard let version = try store.refs.version(number, of: entity) else { continue }
        versions.append(version)
        report.versionCount += 1
        try checkVersion(version, of: entity)
      } catch .damagedRecord(let path, let reason) {
        note("\(StoreError.damagedRecord(path, reason: reason))", victims: ["\(entity.label)@v\(number)"])
      }
    }
    return versions
  }

  mutating func checkVersion(_ version: VersionRef, of entity: EntityName) throws(StoreError) {
    hasLookedAgain = false
    var harm = try harm(of: version.digest, isVersion: true)
    if let description = version.description { try add(description, to: &harm) }
    guard !harm.isNone else { return }
    // One that expired while the check ran lacks its content rightly.
    guard try store.refs.version(version.number, of: entity) != nil else { return }
    let label = "\(entity.label)@v\(version.number)"
    for problem in problems(of: harm, version.digest) { report.problems[problem].victims.append(label) }
    missing.formUnion(harm.missing)
    guard let first = harm.missing.min() else { return }
    let others = harm.missing.count == 1 ? "" : " and \(harm.missing.count - 1) more"
    note("\(label) needs content that no pack holds: \(first)\(others)", victims: [label])
  }

  /// - Parameter versions: as they were listed; an alias may have moved to a later one since.
  mutating func checkAliases(of entity: EntityName, _ versions: [VersionRef]) throws(StoreError) {
    for alias in try store.refs.aliasNames(of: entity) {
      let label = "\(entity.label)@\(alias)"
      do {
        guard let ref = try store.refs.alias(alias, of: entity) else { continue }
        var found = versions.first { $0.number == ref.version }
        if found == nil { found = try store.refs.version(ref.version, of: entity) }
        guard let version = found else {
          note("\(label) points at v\(ref.version), which is not there: move it to a version that is", victims: [label])
          continue
        }
        if version.digest != ref.digest {
          note("\(label) names other content than v\(ref.version), which it points at: move it again")
        }
        let harm = try harm(of: ref.digest, isVersion: true)
        for problem in problems(of: harm, ref.digest) { report.problems[problem].victims.append(label) }
      } catch .damagedRecord(let path, let reason) {
        note("\(StoreError.damagedRecord(path, reason: reason))", victims: [label])
      }
    }
  }

  // MARK: Harm

  /// The problems that a harm to the blob is, in order, noted where they are not yet.
  mutating func problems(of harm: Harm, _ digest: Digest) -> [Int] {
    var problems = harm.problems
    for pack in harm.gonePacks.sorted() { problems.insert(problem(ofGonePack: pack)) }
    missing.formUnion(harm.lost)
    if let reason = harm.reason {
      let problem = damaged[digest] ?? note(reason)
      damaged[digest] = problem
      problems.insert(problem)
    }
    return problems.sorted()
  }

  /// The harm to a blob and, where it is a manifest, to all that it lists. Notes nothing: it may be of a version that
  /// expires at this moment.
  ///
  /// - Parameter isVersion: it must be a manifest; otherwise it may be any blob.
  mutating func harm(of digest: Digest, isVersion: Bool) throws(StoreError) -> Harm {
    if let known = harms[digest] { return known }
    var harm = Harm()
    try add(digest, to: &harm)
    if harm.isNone {
      switch manifest(digest) {
      case .success(let manifest):
        for file in manifest.files {
          for chunk in file.chunks { try add(chunk.digest, to: &harm) }
        }
      case .failure(let error) where isVersion: harm.reason = "\(error)"
      case .failure: break
      }
    }
    harms[digest] = harm
    return harm
  }

  private func manifest(_ digest: Digest) -> Result<Manifest, StoreError> {
    Result { () throws(StoreError) in try store.manifest(digest) }
  }

  private mutating func add(_ digest: Digest, to harm: inout Harm) throws(StoreError) {
    if let problem = damaged[digest] {
      harm.problems.insert(problem)
    } else if try !isPresent(digest) {
      if let pack = gone[digest] {
        harm.lost.insert(digest)
        harm.gonePacks.insert(pack)
      } else {
        harm.missing.insert(digest)
      }
    }
  }

  /// Whether a pack holds the blob: one that was there when the packs were looked at, or one that a writer has added
  /// since. Looks for such packs once for each version. What a table in `index/` still says of damaged packs counts for
  /// nothing.
  private mutating func isPresent(_ digest: Digest) throws(StoreError) -> Bool {
    if present.contains(digest) { return true }
    if !hasLookedAgain {
      try store.index.refresh()
      hasLookedAgain = true
    }
    let damagedNames = Set(damagedPacks.map(\.name))
    guard store.index.location(of: digest, outside: damagedNames) != nil else { return false }
    present.insert(digest)
    return true
  }
}

extension EntityName {
  /// As people name it, with its kind: `model flights/flights-delay`.
  var label: String { "\(kind.rawValue) \(project)/\(name)" }
}
