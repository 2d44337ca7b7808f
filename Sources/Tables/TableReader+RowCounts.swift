extension TableReader {
  /// How many data rows each file has that is read, in their order; of one alone, which is not counted, no fewer than any.
  package func rowCounts() throws -> [(file: String, rowCount: Int)] {
    let files = try plan().files.map(\.source)
    if files.count == 1 { return [(files[0].name, .max)] }
    return try files.map { ($0.name, try TableReader([$0], options: options).countRows()) }
  }
}
