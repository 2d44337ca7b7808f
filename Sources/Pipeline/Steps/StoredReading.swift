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

  /// How rows copied from the artifact's are read: with the types that all of its rows have. Those of data that nobody
  /// described are looked for, as the copy cannot tell a text of digits from a number.
  ///
  /// - Parameter reader: the artifact's.
  static func inherited(from artifact: Artifact, _ reader: TableReader, in store: Store) throws -> ReadingOptions {
    var reading = try said(of: artifact, in: store) ?? ReadingOptions()
    reading.types = reader.options.types
    guard try reader.header().contains(where: { reading.types[$0] == nil }) else { return reading }
    for column in try reader.inferredSchema().columns { reading.types[column.name] = column.type }
    return reading
  }

  private static func description(of artifact: Artifact, in store: Store) throws -> DatasetDescription? {
    guard artifact.kind == .dataset, let digest = artifact.description, try store.contains(digest) else { return nil }
    return try CanonicalJSON.decode(DatasetDescription.self, from: try store.blob(digest))
  }
}
