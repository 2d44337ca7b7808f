internal import Disk
package import Jobs
package import Records
package import Store
package import SystemPackage

/// Finds what a reference on a command line means.
package struct VersionLookup {
  private let site: Site

  package init(_ site: Site) { self.site = site }

  /// A dataset or model version by `NAME@…` or `PROJECT/NAME@…`, in any project when the name is the only one.
  ///
  /// - Parameter kinds: which of the two it may be, and which is meant where both are there.
  package func find(_ text: String, _ kinds: [Artifact.Kind] = [.dataset, .model]) throws -> Artifact {
    guard case .entity(let reference)? = ReferenceParser.stored(text) else {
      throw PipelineError.unknownReference(
        text, reason: "write NAME@latest, NAME@v12, NAME@2013-04-01, NAME@ALIAS or PROJECT/NAME@…")
    }
    var projects = [site.settings.project]
    if let project = reference.project {
      projects = [project]
    } else {
      for kind in EntityName.Kind.allCases {
        projects += try site.store.refs.entities(kind).filter { $0.name == reference.name }.map(\.project)
      }
    }
    for project in projects {
      let found = try References(store: site.store, project: project).artifact(reference, kinds: kinds)
      if let found { return found }
    }
    for project in projects { try References(store: site.store, project: project).checkExpiry(of: reference) }
    throw PipelineError.unknownReference(
      text,
      reason: "the store has no such version; `nightshift data list` and `nightshift model list` show what there is")
  }
}

/// `nightshift data add`: a version made by hand.
package struct DataAdder {
  private let site: Site

  package init(_ site: Site) { self.site = site }

  package func add(
    _ pattern: String, below folder: FilePath, as entity: EntityName, _ format: DatasetFormat, at time: Timestamp
  ) throws -> VersionRef {
    let session = try StoreSession(site.store)
    defer { session.keep() }
    let ingest = Ingest(disk: site.disk)
    let writer = try StoreWriter(site.store)
    let manifest = try ingest.read(try ingest.sources(pattern, below: folder), into: writer)
    guard !manifest.files.isEmpty else { throw StoreError.nothingToStore("“\(pattern)” has no files") }
    let digest = try writer.put(manifest)
    // The rows of a table are read back.
    if format == .table { try writer.finish() }
    let description = try DatasetDescriber(store: site.store, duckdb: site.settings.duckdb).description(
      of: manifest, format)
    let described = try writer.put(try CanonicalJSON.encode(description))
    try writer.finish()
    // What was there before is part of the act: the same content may come back within a second.
    let before = try site.store.refs.latest(of: entity)?.number ?? 0
    let key = "add \(time.text) \(digest) after v\(before)"
    return try site.store.refs.publish(
      Refs.Publication(digest: digest, description: described, key: key, at: time.text, run: nil, step: nil),
      as: entity)
  }
}
