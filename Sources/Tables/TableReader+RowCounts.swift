extension TableReader {
  /// How many data rows each file has, in their order.
  package func rowCounts() throws -> [(file: String, rowCount: Int)] {
    try sources.map { source in (source.name, try TableReader([source]).countRows()) }
  }
}
