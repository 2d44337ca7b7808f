internal import Jobs
package import Records
internal import Store

/// `nightshift model rollback`: an alias goes back to a version that a verdict had brought it to before.
///
/// The version that it leaves has to earn its way back: the audit log keeps the data that it was judged on until now,
/// and `promote` asks for a verdict on other data.
package struct RollBack {
  private let site: Site
  private let entity: EntityName
  private let alias: String

  /// - Parameter name: NAME or PROJECT/NAME.
  package init(_ site: Site, model name: String, alias: String) throws {
    let parts = name.split(separator: "/").map(String.init)
    let matching = try site.store.refs.entities(.model).filter {
      $0.name == parts.last && (parts.count == 1 || $0.project == parts[0])
    }
    guard matching.count == 1, let entity = matching.first else {
      throw RollBackRefusal(
        description: matching.isEmpty
          ? "there is no model “\(name)”" : "several projects have a model “\(name)”: write PROJECT/NAME")
    }
    (self.site, self.entity, self.alias) = (site, entity, alias)
  }

  /// Moves the alias and tells from where to where.
  ///
  /// - Parameter target: a version's number; nil: the one that the alias pointed at before.
  package func perform(to target: Int?, at time: Timestamp, by user: String, why: String) throws
    -> (from: VersionLabel, to: VersionLabel)
  {
    let refs = site.store.refs
    guard let current = try refs.alias(alias, of: entity) else {
      throw RollBackRefusal(description: "\(entity.name) has no alias \(alias)")
    }
    let number = try target ?? versionBefore(current)
    guard number != current.version else {
      throw RollBackRefusal(description: "\(entity.name)@\(alias) is at v\(number) already")
    }
    guard let version = try refs.version(number, of: entity) else {
      try refs.checkExpiry(of: number, entity)
      throw RollBackRefusal(description: "there is no version \(entity.name)@v\(number)")
    }
    guard try refs.wasPromoted(number, to: alias, of: entity) else {
      throw RollBackRefusal(
        description:
          "\(entity.name)@v\(number) never was \(alias): no verdict has promoted it, and a roll-back goes to a version that one has; let a job's gate judge it"
      )
    }
    let judgedOn = try dataJudged(current.digest)
    try refs.move(
      alias, of: entity, from: current.version, to: version.number,
      Refs.Move(.rollBack(judgedOn: judgedOn), at: time.text, by: user, why: why, run: nil))
    return (entity.label(current.version), entity.label(version.number))
  }

  private func versionBefore(_ current: AliasRef) throws -> Int {
    guard let before = current.from else {
      throw RollBackRefusal(
        description: "\(alias) points at the first version it ever had: name another with --to")
    }
    if let entry = try site.store.refs.rollBack(from: before, alias: alias, of: entity) {
      throw RollBackRefusal(
        description:
          "the version before, v\(before), was itself rolled back on \(entry.at.prefix(10)) (\(entry.why)): name one with --to"
      )
    }
    return before
  }

  /// The data of every verdict on the model that the records of runs still have.
  private func dataJudged(_ model: Digest) throws -> [Digest] {
    var data: Set<Digest> = []
    var seen: Set<Digest> = []
    for step in try RunArchive(site.store).records().flatMap(\.steps) {
      for output in step.outputs where output.artifact.kind == .verdict {
        let digest = output.artifact.digest
        guard seen.insert(digest).inserted, try site.store.contains(digest) else { continue }
        let verdict = try CanonicalJSON.decode(VerdictDocument.self, from: try site.store.blob(digest))
        if verdict.challenger == model { data.insert(verdict.data) }
      }
    }
    return data.sorted()
  }
}

/// Why a roll-back cannot be: the whole sentence.
package struct RollBackRefusal: Error, CustomStringConvertible {
  package var description: String
}
