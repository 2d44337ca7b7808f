internal import Records
internal import Store
internal import Tables

/// The options of each built-in step. Each returns nil where a mistake was found.
extension StepReader {
  func snapshot(_ with: Form) -> SnapshotOptions? {
    guard let from = with.path("from"), let dataset = with.name("dataset") else { return nil }
    return SnapshotOptions(
      from: from, dataset: dataset, format: with.word("format", DatasetFormat.self) ?? .table,
      reading: reading(with))
  }

  /// How the files are read as a table; nil where nothing is said of it.
  private func reading(_ with: Form) -> ReadingOptions? {
    var types: [String: ColumnType] = [:]
    if let schema = with.form("schema", title: "`schema`") {
      for entry in schema.node.entries ?? [] { types[entry.key] = schema.word(entry.key, ColumnType.self) }
      with.take(schema)
    }
    let missing = with.node["missing"] == nil ? nil : with.texts("missing")
    // The word is also YAML's for nothing, and nobody who writes it here means that.
    let isNull = if case .scalar("null", isPlain: true)? = with.node["on-error"]?.value { true } else { false }
    let policy = isNull ? .null : with.word("on-error", ReadOptions.ErrorPolicy.self)
    let reading = ReadingOptions(
      types: types, missing: missing, onError: policy ?? .fail,
      columns: with.word("columns", ReadOptions.ColumnsMode.self) ?? .same)
    return reading.isUsual ? nil : reading
  }

  func importing(_ with: Form) -> ImportOptions? {
    var limits = ImportOptions.Limits(entryCount: 100_000, totalBytes: 64 << 30, ratio: 1000, names: .portable)
    if let form = with.form("limits", title: "`limits`") {
      form.check(Vocabulary.importLimits)
      limits.entryCount = form.integer("entries", 1...Int.max) ?? limits.entryCount
      limits.totalBytes = form.size("bytes") ?? limits.totalBytes
      limits.ratio = form.number("ratio", 1...1_000_000) ?? limits.ratio
      limits.names = form.word("names", ArchiveReader.Names.self) ?? limits.names
      with.take(form)
    }
    guard let archive = with.path("archive"), let dataset = with.name("dataset") else { return nil }
    return ImportOptions(
      archive: archive, select: with.texts("select"), dataset: dataset,
      format: with.word("format", DatasetFormat.self) ?? .table, reading: reading(with), limits: limits)
  }

  func validate(_ with: Form) -> ValidateOptions? {
    let reference = self.reference(with, "reference", .dataset)
    guard let data = self.reference(with, "data", .dataset), let contract = with.path("contract") else { return nil }
    return ValidateOptions(data: data, contract: contract, reference: reference)
  }

  func profile(_ with: Form) -> ProfileOptions? {
    let target = with.text("target")
    guard let data = reference(with, "data", .dataset) else { return nil }
    return ProfileOptions(data: data, target: target)
  }

}
