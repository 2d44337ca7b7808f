internal import Jobs
internal import Learning
internal import Records
internal import Tables

/// Reads the labels of a `feedback` step, and from when on each was known.
struct LabelReader {
  let context: StepContext
  let options: FeedbackOptions
  /// Of the model that predicted.
  let schema: ModelSchema

  struct Found {
    var rows: LabelTable
    /// What the rows are ranked within; nil but for rankings whose labels have the column.
    var queries: GroupColumn?
    /// Labels of no class that the model knows: as good as missing.
    var unknownClassCount = 0
  }

  private static let batchRows = 65_536

  func read(_ labels: Artifact) throws -> Found {
    guard let knownAt = context.moment(of: "labels") else {
      throw PipelineError.stepFailed("the request does not say when the labels were made")
    }
    var found = Found(
      rows: LabelTable(scoreCount: schema.task.outputCount, knownAt: knownAt, take: options.take))
    let reader = try context.table(labels)
    if case .ranking(let group) = schema.task, try reader.header().contains(group) {
      found.queries = GroupColumn(name: group, .clusters)
    }
    try Self.check(options, try reader.header())
    try checkKind()
    var unknownCount = 0
    try forEachBatch(reader, apart: found.queries.map { [$0.name] } ?? [], unknown: { unknownCount += $0 }) {
      keys, values, times, others in
      if let repeated = found.rows.add(keys, values, times) {
        throw PipelineError.stepFailed(
          "row \(repeated + 1) of the labels has the key of a row before it: name the columns in `key` that tell all rows apart"
        )
      }
      if case .strings(let texts)? = others.first?.storage { try found.queries?.append(texts) }
    }
    found.unknownClassCount = unknownCount
    guard unknownCount == 0 || found.rows.labelCount > 0 else { throw unknownClasses(unknownCount) }
    found.rows.close()
    if options.time == nil { try goBack(&found.rows) }
    return found
  }

  /// Labels of a file that grows were known since the first of its versions that has them. Goes back from the newest for
  /// as long as a version has any of the labels that all since have.
  private func goBack(_ rows: inout LabelTable) throws {
    var depth: Int32 = 0
    for earlier in try earlierLabels() {
      let reader = try context.table(earlier.artifact)
      let header = try reader.header()
      guard try ([TargetRule(options.target).column] + options.key).allSatisfy(header.contains) else { return }
      depth += 1
      var count = 0
      try forEachBatch(reader, apart: []) { keys, values, _, _ in
        count += rows.wereKnown(keys, values, at: earlier.made, depth: depth)
      }
      if count == 0 { return }
    }
  }

  private func earlierLabels() throws -> [FeedbackInputs.EarlierLabels] {
    guard let text = context.request.facts?[FeedbackInputs.earlierLabels] else { return [] }
    return try CanonicalJSON.decode([FeedbackInputs.EarlierLabels].self, from: Array(text.utf8))
  }

  /// A comparison says yes or no, which is nothing to hold numbers against.
  private func checkKind() throws {
    guard try TargetRule(options.target).isComparison, !schema.task.hasClasses else { return }
    throw PipelineError.stepFailed(
      "the model predicts “\(schema.target)” (\(schema.task.name)), but `target: \(options.target)` says yes or no: name the column that holds what came true"
    )
  }

  private func unknownClasses(_ count: Int) -> PipelineError {
    let classes: [String] =
      switch schema.task {
      case .binary(let negative, let positive): [negative, positive]
      case .multiclass(let classes): classes
      case .regression, .quantile, .ranking: []
      }
    let known = classes.prefix(10).joined(separator: ", ") + (classes.count > 10 ? ", …" : "")
    return .stepFailed(
      "none of the \(count) labels of “\(options.target)” is a class of “\(schema.target)” that the model knows (\(known)): the labels are to have the model's words"
    )
  }

  /// Throws for columns that the labels lack.
  static func check(_ options: FeedbackOptions, _ header: [String]) throws {
    let target = try TargetRule(options.target)
    for (role, name) in [("target", target.column)] + options.key.map({ ("key", $0) })
      + (options.time.map { [("time", $0)] } ?? []) where !header.contains(name)
    {
      throw LearningError.unknownColumn(role: role, name: name, nearest: nearestWord(to: name, among: header))
    }
  }

  /// - Parameters:
  ///   - others: more columns, read as text.
  ///   - unknown: takes the number of labels in a batch that are of no class that the model knows.
  ///   - body: takes keys, labels (nil where missing), times where the labels have them, and the other columns.
  private func forEachBatch(
    _ reader: TableReader, apart others: [String], unknown: (Int) -> Void = { _ in },
    _ body: ([RowKey?], [Double?], [Double]?, ArraySlice<Column>) throws -> Void
  ) throws {
    let target = try TargetRule(options.target)
    let columns = [target.column] + (options.time.map { [$0] } ?? [])
    try reader.forEachBatch(
      of: Self.batchRows, columns: columns, types: try types(columns, reader), texts: options.key + others,
      dictionaries: .perBatch
    ) { batch in
      let texts = batch.columns.suffix(options.key.count + others.count)
      let truth = try target.apply(to: batch.columns[0])
      let labels = try schema.labels(truth)
      if schema.task.hasClasses { unknown(labels.indices.count { labels[$0] == nil && !truth.isMissing($0) }) }
      try body(
        RowKey.keys(texts.prefix(options.key.count), rowCount: batch.rowCount),
        labels,
        options.time.map { _ in batch.columns[1].doubles ?? [] }, texts.suffix(others.count))
    }
  }

  /// The columns' types: those that the description keeps, else those that all rows have.
  private func types(_ columns: [String], _ reader: TableReader) throws -> [String: ColumnType] {
    var types = reader.options.types.filter { columns.contains($0.key) }
    if columns.contains(where: { types[$0] == nil }) {
      for column in try reader.inferredSchema().columns where columns.contains(column.name) {
        types[column.name] = column.type
      }
    }
    if let time = options.time, let type = types[time], type != .timestamp {
      throw LearningError.unusableColumn(
        name: time, reason: "`time` wants times, and it holds \(type) values; name another, or leave it out")
    }
    return types
  }
}
