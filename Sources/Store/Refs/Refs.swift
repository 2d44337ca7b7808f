internal import Disk
internal import Foundation
internal import SystemPackage

/// A version of a dataset or model: the content of `versions/vN.json`, written once.
package struct VersionRef: Codable, Hashable, Sendable {
  package var number: Int
  /// Of the manifest.
  package var digest: Digest
  /// A blob that describes the content, if there is one.
  package var description: Digest?
  /// RFC 3339: the logical time of the run that published it.
  package var created: String
  package var run: String?
  package var step: String?
  /// Names the act of publishing: doing it again finds this version.
  package var publication: String
}

/// Where an alias points: the content of `aliases/NAME.json`.
package struct AliasRef: Codable, Hashable, Sendable {
  package var version: Int
  package var digest: Digest
  package var moved: String
  package var from: Int?
  package var by: String
  package var why: String
  package var run: String?
}

/// The only files of a store that ever change: versions are added, aliases move.
package struct Refs: Sendable {
  let root: FilePath
  let disk: Disk

  /// What a version is published with.
  package struct Publication: Sendable {
    package var digest: Digest
    package var description: Digest?
    package var key: String
    package var at: String
    package var run: String?
    package var step: String?

    package init(digest: Digest, description: Digest?, key: String, at: String, run: String?, step: String?) {
      self.digest = digest
      self.description = description
      self.key = key
      self.at = at
      self.run = run
      self.step = step
    }
  }

  /// Who moves an alias, when and why.
  package struct Move: Sendable {
    package enum Act: Sendable {
      /// A verdict promotes the version.
      case promotion
      /// Somebody goes back from a version that was judged on this data until now.
      case rollBack(judgedOn: [Digest])
    }

    package var act: Act
    package var at: String
    package var by: String
    package var why: String
    package var run: String?

    package init(_ act: Act = .promotion, at: String, by: String, why: String, run: String?) {
      self.act = act
      self.at = at
      self.by = by
      self.why = why
      self.run = run
    }
  }

  /// All datasets or all models, sorted.
  package func entities(_ kind: EntityName.Kind) throws(StoreError) -> [EntityName] {
    let folder = root.appending("refs").appending(kind.folder)
    var entities: [EntityName] = []
    for project in try list(folder) where EntityName.isValid(project) {
      for name in try list(folder.appending(project)) where EntityName.isValid(name) {
        entities.append(try EntityName(kind, project: project, name: name))
      }
    }
    return entities
  }

  /// The versions, oldest first; empty where there is no such entity.
  package func versions(of entity: EntityName) throws(StoreError) -> [VersionRef] {
    var versions: [VersionRef] = []
    for number in try numbers(of: entity) {
      if let version = try version(number, of: entity) { versions.append(version) }
    }
    return versions
  }

  /// Nil where there is no such version. A file that says to be another one is damaged.
  package func version(_ number: Int, of entity: EntityName) throws(StoreError) -> VersionRef? {
    let path = folder(of: entity).appending("versions").appending("v\(number).json")
    guard let version: VersionRef = try read(path) else { return nil }
    guard version.number == number else { throw .damagedRecord(path, reason: "it is the ref of v\(version.number)") }
    return version
  }

  package func latest(of entity: EntityName) throws(StoreError) -> VersionRef? {
    guard let last = try numbers(of: entity).last else { return nil }
    return try version(last, of: entity)
  }

  package func alias(_ alias: String, of entity: EntityName) throws(StoreError) -> AliasRef? {
    guard EntityName.isValid(alias) else { throw .invalidName(alias) }
    return try read(folder(of: entity).appending("aliases").appending("\(alias).json"))
  }

  package func aliases(of entity: EntityName) throws(StoreError) -> [String: AliasRef] {
    let folder = folder(of: entity).appending("aliases")
    var aliases: [String: AliasRef] = [:]
    for file in try list(folder) where file.hasSuffix(".json") && !file.hasPrefix(".") {
      if let alias: AliasRef = try read(folder.appending(file)) { aliases[String(file.dropLast(5))] = alias }
    }
    return aliases
  }

  /// Adds a version, or finds the one that is meant: the one with this publication key, or the latest when it has this
  /// very content (for models any that has it: a model is what it is, whenever it was made). What the digest names must
  /// be in the store already.
  ///
  /// The audit log has it before the version is there: a death between the two leaves an entry for a version that the
  /// next attempt completes, or whose number the next publication takes and says so.
  package func publish(_ publication: Publication, as entity: EntityName) throws(StoreError) -> VersionRef {
    let lock = try lock(entity)
    defer { lock.keep() }
    let versions = try versions(of: entity)
    if let same = versions.last(where: { $0.publication == publication.key }) { return same }
    let candidates = entity.kind == .model ? versions[...] : versions.suffix(1)
    if let same = candidates.last(where: { $0.digest == publication.digest }) { return same }
    let version = VersionRef(
      number: (versions.last?.number ?? 0) + 1, digest: publication.digest, description: publication.description,
      created: publication.at, run: publication.run, step: publication.step, publication: publication.key)
    let entry = AuditLog.Entry(
      at: publication.at, by: publication.run ?? "nightshift", action: "publish-\(entity.kind.rawValue)",
      object: "\(entity.project)/\(entity.name)@v\(version.number)", from: nil, to: "\(version.digest)", why: "",
      run: publication.run)
    try AuditLog(root: root, disk: disk).appendOnce(entry)
    let folder = folder(of: entity).appending("versions")
    try onDisk { () throws(DiskError) in try disk.makeDirectory(folder, durability: .synced) }
    try write(version, to: folder.appending("v\(version.number).json"))
    return version
  }

  /// Points the alias at version `target`, if it points at `expected` now (nil: at nothing). Where it points there
  /// already, nothing happens. The move is in the audit log before the alias moves: a death between the two leaves an
  /// entry for a move that the next attempt completes.
  ///
  /// Throws ``StoreError/aliasMoved(_:alias:expected:found:)`` when somebody else was first.
  package func move(
    _ alias: String, of entity: EntityName, from expected: Int?, to target: Int, _ move: Move
  ) throws(StoreError) {
    let lock = try lock(entity)
    defer { lock.keep() }
    let current = try self.alias(alias, of: entity)
    if current?.version == target { return }
    guard current?.version == expected else {
      throw .aliasMoved(entity, alias: alias, expected: expected, found: current?.version)
    }
    guard let version = try version(target, of: entity) else {
      try checkExpiry(of: target, entity)
      throw .unknownVersion(entity, "v\(target)")
    }
    let ref = AliasRef(
      version: target, digest: version.digest, moved: move.at, from: expected, by: move.by, why: move.why, run: move.run
    )
    var entry = AuditLog.Entry(
      at: move.at, by: move.by, action: Self.moveAction, object: Self.object(alias, entity),
      from: expected.map { "v\($0)" }, to: "v\(target)", why: move.why, run: move.run)
    if case .rollBack(let digests) = move.act {
      entry.action = Self.rollBackAction
      entry.judgedOn = digests
    }
    try AuditLog(root: root, disk: disk).appendOnce(entry)
    let folder = folder(of: entity).appending("aliases")
    try onDisk { () throws(DiskError) in try disk.makeDirectory(folder, durability: .synced) }
    try write(ref, to: folder.appending("\(alias).json"))
  }

  /// The numbers of the versions that have a file, damaged or not, sorted.
  func numbers(of entity: EntityName) throws(StoreError) -> [Int] {
    try list(folder(of: entity).appending("versions")).compactMap(Self.number).sorted()
  }

  /// The names of the aliases that have a file, damaged or not, sorted.
  func aliasNames(of entity: EntityName) throws(StoreError) -> [String] {
    try list(folder(of: entity).appending("aliases")).compactMap(Self.aliasName)
  }

  /// Files among the refs of an entity that no reader knows. What is called like a version or alias is none, whatever it
  /// holds: it may be the only trace of that version.
  func strays(of entity: EntityName) throws(StoreError) -> [FilePath] {
    let folder = folder(of: entity)
    var strays = try list(folder).filter { $0 != "versions" && $0 != "aliases" }.map { folder.appending($0) }
    for name in try list(folder.appending("versions")) where !name.hasPrefix(".tmp-") && Self.number(name) == nil {
      strays.append(folder.appending("versions").appending(name))
    }
    for name in try list(folder.appending("aliases")) where !name.hasPrefix(".tmp-") && Self.aliasName(name) == nil {
      strays.append(folder.appending("aliases").appending(name))
    }
    return strays
  }

  private static func number(_ file: String) -> Int? {
    guard file.hasPrefix("v"), file.hasSuffix(".json"), let number = Int(file.dropFirst().dropLast(5)) else {
      return nil
    }
    return file == "v\(number).json" ? number : nil
  }

  private static func aliasName(_ file: String) -> String? {
    guard file.hasSuffix(".json"), EntityName.isValid(String(file.dropLast(5))) else { return nil }
    return String(file.dropLast(5))
  }

  /// Removes what a dead writer left beside the refs of an entity, where no living one holds it.
  func sweep(_ entity: EntityName) throws(StoreError) {
    try onDisk { () throws(DiskError) in
      guard let lock = try disk.lockIfFree(lockPath(entity)) else { return }
      defer { lock.keep() }
      for name in ["versions", "aliases"] { try disk.removeTemporaries(in: folder(of: entity).appending(name)) }
    }
  }

  func folder(of entity: EntityName) -> FilePath {
    root.appending("refs").appending(entity.kind.folder).appending(entity.project).appending(entity.name)
  }

  func lock(_ entity: EntityName) throws(StoreError) -> FileLock {
    try onDisk { () throws(DiskError) in try disk.lock(lockPath(entity)) }
  }

  /// No name holds a `+`: two entities never share a lock.
  private func lockPath(_ entity: EntityName) -> FilePath {
    root.appending("locks").appending("\(entity.kind.folder).\(entity.project)+\(entity.name)")
  }

  private func list(_ folder: FilePath) throws(StoreError) -> [String] {
    try onDisk { () throws(DiskError) in try disk.listIfPresent(folder) }.map(\.name)
  }

  private func read<Value: Decodable>(_ path: FilePath) throws(StoreError) -> Value? {
    guard let bytes = try onDisk({ () throws(DiskError) in try disk.readIfPresent(path, limitBytes: 1 << 20) }) else {
      return nil
    }
    do { return try JSONDecoder().decode(Value.self, from: Data(bytes)) } catch {
      throw .damagedRecord(path, reason: "it is no ref")
    }
  }

  private func write(_ value: some Encodable, to path: FilePath) throws(StoreError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes: [UInt8]
    do { bytes = Array(try encoder.encode(value)) + [UInt8(ascii: "\n")] } catch {
      throw .damagedRecord(path, reason: "\(error)")
    }
    try onDisk { () throws(DiskError) in try disk.replace(path, with: bytes) }
  }
}
