internal import Jobs
internal import Records
internal import Store
internal import Tables

extension StepContext {
  /// `split`: each row goes, byte for byte, into the file of its part.
  func split(_ options: SplitOptions) throws -> StepResult {
    let reader = try table(try artifact("data"))
    let method: Split.Method =
      switch (options.by, options.column) {
      case (.time, let column?): .time(column: column)
      case (.hash, let column?): .hash(column: column)
      default: .random
      }
    let key = try options.column.map {
      try reader.readTable(columns: [$0], types: options.by == .hash ? [$0: .string] : [:]).columns[0]
    }
    let rowCount = try key?.count ?? reader.countRows()
    let split = Split(method: method, test: options.test, validation: options.validation, seed: UInt64(options.seed))
    let parts = try split.assignments(rowCount: rowCount, key: key)
    return try write(parts, of: reader, options)
  }

  private func write(_ parts: [Split.Part], of reader: TableReader, _ options: SplitOptions) throws -> StepResult {
    let writer = try StoreWriter(store)
    let recipes = try recipes(of: [try artifact("data")])
    let wanted: [Split.Part] = options.validation > 0 ? [.train, .validation, .test] : [.train, .test]
    var builders: [Split.Part: FileBuilder] = [:]
    for part in wanted { builders[part] = writer.beginFile(try RelativePath("\(part).csv")) }
    try reader.copy(parts) { part, bytes in try builders[part]?.append(bytes) }
    var result = StepResult()
    for part in wanted {
      guard let file = try builders[part]?.finish() else { continue }
      let manifest = try Manifest([file])
      var description = DatasetDescriber(store: store).files(of: manifest)
      description.recipes = recipes.isEmpty ? nil : recipes
      description.rowCount = parts.count { $0 == part }
      let artifact = Artifact(
        kind: .dataset, digest: try writer.put(manifest),
        description: try writer.put(try CanonicalJSON.encode(description)))
      result.outputs.append(StepRecord.Output(name: "\(part)", artifact: artifact))
    }
    try writer.finish()
    result.headline = wanted.map { part in "\(part) \(parts.count { $0 == part })" }.joined(separator: ", ")
    return result
  }
}
