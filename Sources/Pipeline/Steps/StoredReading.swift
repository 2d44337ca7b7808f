internal import Records
internal import Store
internal import Tables

/// What a version's description says of how its files are read.
enum StoredReading {
  /// What its spec said; nil where it said nothing.
  static func said(of artifact: Artifact, in store: Store) throws -> ReadingOptions? {
    try description(of: artifact, in: store)?.reading
  }

  /// What was said, and the types that were found when the version was described: all steps read it alike, and none
  /// looks for types again.
  static func options(of artifact: Artifact, in store: Store) throws -> ReadOptions {
    guard let description = try description(of: artifact, in: store) else { return ReadOptions() }
    let found = description.columns.compactMap { column in ColumnType(rawValue: column.type).map { (column.name, $0) } }
    return (description.reading ?? ReadingOptions()).options(
      found: Dictionary(found, uniquingKeysWith: { first, _ in first }))
  }

  /// How rows taken out of the artifact's are read: with the types that were found in all of them.
  static func inherited(from artifact: Artifact, in store: Store) throws -> ReadingOptions? {
    var reading = try said(of: artifact, in: store) ?? ReadingOptions()
    reading.types = try options(of: artifact, in: store).types
    return reading.isUsual ? nil : reading
  }

  private static func description(of artifact: Artifact, in store: Store) throws -> DatasetDescription? {
    guard artifact.kind == .dataset, let digest = artifact.description, try store.contains(digest) else { return nil }
    return try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(digest))
  }
}
