internal import Disk
internal import SystemPackage

/// How much the versions of a store hold, and what it costs to store them.
package struct StoreStatistics: Equatable, Sendable {
  /// The versions of a dataset or model, of a project, or of the whole store.
  package struct Share: Equatable, Sendable {
    package var versions = 0
    /// What the versions would take as files, each by itself.
    package var logicalBytes = 0
    /// Different content among that.
    package var uniqueBytes = 0
    /// The same as it is stored.
    package var storedBytes = 0
    /// What of that no other of the same kind of group reaches: what the store would gain without this one.
    package var ownStoredBytes = 0

    /// Nil where there is nothing.
    package var dedupeRatio: Double? { uniqueBytes > 0 ? Double(logicalBytes) / Double(uniqueBytes) : nil }
    package var compressionRatio: Double? { storedBytes > 0 ? Double(uniqueBytes) / Double(storedBytes) : nil }
  }

  package struct Entity: Equatable, Sendable {
    package var kind: EntityName.Kind
    package var project: String
    package var name: String
    package var share = Share()
  }

  package struct Project: Equatable, Sendable {
    package var name: String
    package var share = Share()
  }

  package var total = Share()
  /// By name.
  package var projects: [Project] = []
  /// By project, then kind, then name.
  package var entities: [Entity] = []
  package var packs = CollectionReport.Tally()
  package var blobs = 0
  /// Stored bytes of all blobs beside the versions' content: manifests, descriptions, documents and artifacts of runs,
  /// and what nothing needs any more.
  package var otherStoredBytes = 0
}

extension Store {
  /// Counts in one pass over the manifests of all versions. Memory is in proportion to the number of different chunks.
  package func statistics() throws -> StoreStatistics { try besideCollections { try census() } }

  private func census() throws(StoreError) -> StoreStatistics {
    var census = Census()
    let entities = try refs.entities(.dataset) + refs.entities(.model)
    for entity in entities.sorted(by: { ($0.project, $0) < ($1.project, $1) }) {
      census.begin(entity)
      for version in try refs.versions(of: entity) { try census.count(try manifest(version.digest), index) }
    }
    var statistics = census.end()
    var storedBytes = 0
    for name in try index.packNames() {
      guard let use = try PackSurvey.use(of: name, in: self) else { continue }
      let rows = try index.rows(ofPack: name)
      statistics.packs.add(use.sizeBytes)
      statistics.blobs += rows.count
      storedBytes += rows.reduce(0) { $0 + $1.storedBytes }
    }
    statistics.otherStoredBytes = max(0, storedBytes - statistics.total.storedBytes)
    return statistics
  }
}

/// Who has which chunk, while the entities go by, project after project.
private struct Census {
  private struct Chunk {
    var uniqueBytes: Int32
    var storedBytes: Int32
    /// The last entity and project that had it.
    var entity: Int32
    var project: Int32
    var isOfOneEntity = true
    var isOfOneProject = true
  }

  private var statistics = StoreStatistics()
  private var chunks: [Digest: Chunk] = [:]

  mutating func begin(_ entity: EntityName) {
    statistics.entities.append(
      StoreStatistics.Entity(kind: entity.kind, project: entity.project, name: entity.name))
    guard statistics.projects.last?.name != entity.project else { return }
    statistics.projects.append(StoreStatistics.Project(name: entity.project))
  }

  /// Counts a version of the entity that began last.
  mutating func count(_ manifest: Manifest, _ index: PackIndex) throws(StoreError) {
    each { share in
      share.versions += 1
      share.logicalBytes += manifest.totalBytes
    }
    for file in manifest.files {
      for chunk in file.chunks { try count(chunk.digest, index) }
    }
  }

  private mutating func count(_ digest: Digest, _ index: PackIndex) throws(StoreError) {
    let entity = Int32(statistics.entities.count - 1)
    let project = Int32(statistics.projects.count - 1)
    guard var chunk = chunks[digest] else {
      guard let row = try index.location(of: digest)?.row else { throw .missingBlob(digest) }
      // A blob has at most 1 GiB.
      chunks[digest] = Chunk(
        uniqueBytes: Int32(row.plainBytes), storedBytes: Int32(row.storedBytes), entity: entity, project: project)
      each { $0.add(row.plainBytes, row.storedBytes) }
      return
    }
    guard chunk.entity != entity else { return }
    statistics.entities[Int(entity)].share.add(Int(chunk.uniqueBytes), Int(chunk.storedBytes))
    (chunk.entity, chunk.isOfOneEntity) = (entity, false)
    if chunk.project != project {
      statistics.projects[Int(project)].share.add(Int(chunk.uniqueBytes), Int(chunk.storedBytes))
      (chunk.project, chunk.isOfOneProject) = (project, false)
    }
    chunks[digest] = chunk
  }

  private mutating func each(_ change: (inout StoreStatistics.Share) -> Void) {
    change(&statistics.entities[statistics.entities.count - 1].share)
    change(&statistics.projects[statistics.projects.count - 1].share)
    change(&statistics.total)
  }

  /// The counts, with what each group has to itself.
  consuming func end() -> StoreStatistics {
    for chunk in chunks.values {
      let bytes = Int(chunk.storedBytes)
      if chunk.isOfOneEntity { statistics.entities[Int(chunk.entity)].share.ownStoredBytes += bytes }
      if chunk.isOfOneProject { statistics.projects[Int(chunk.project)].share.ownStoredBytes += bytes }
    }
    statistics.total.ownStoredBytes = statistics.total.storedBytes
    return statistics
  }
}

extension StoreStatistics.Share {
  fileprivate mutating func add(_ uniqueBytes: Int, _ storedBytes: Int) {
    self.uniqueBytes += uniqueBytes
    self.storedBytes += storedBytes
  }
}
